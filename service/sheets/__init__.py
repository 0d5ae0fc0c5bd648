"""Tables as people hand them over: the bytes of a CSV or XLSX file in, a header and rows out."""

from service.sheets.reading import read_sheet
from service.sheets.sheet import FORMULA, Cell, Limits, Sheet, SheetRefused

__all__ = ["FORMULA", "Cell", "Limits", "Sheet", "SheetRefused", "read_sheet"]
