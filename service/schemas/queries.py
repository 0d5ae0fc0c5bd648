"""What may be asked: the query strings of the reads."""

from typing import Any

from domain.moves import State
from service.schemas.strict import (
    Choice,
    Count,
    Day,
    Identifier,
    Instant,
    Refusal,
    StrictSchema,
    Text,
)

# What every JSON reader keeps exactly (RFC 7493).
LARGEST_POSITION = 2**53 - 1
# From the weakest up (design section 2).
CONFIDENCES = ("very low", "low", "moderate", "high")
# From the worst news for a programme to the best (design section 3).
FINDINGS = (
    "harmful",
    "concerning",
    "no detectable effect",
    "no effect where tried",
    "insufficient",
    "promising",
    "works",
)
HOUSE_STANDARD = "candour@1"
# Stands for every standard there is.
ALL = "all"
# Fewer cannot be laid side by side.
FEWEST_COMPARED = 2


class Compared(Text):
    """Standards to lay side by side: all of them, or different ones with commas between."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  passed on
        super().__init__(**options)
        self.accepted = f"{ALL} by itself, or two or more standards with commas between"

    def read(self, value: object) -> str:
        text = super().read(value)
        names = {name.strip() for name in text.split(",")}
        if names == {ALL}:
            return ALL
        if ALL in names:
            raise self.refuse(f"names {ALL} beside others")
        if len(names) < FEWEST_COMPARED:
            raise self.refuse("names one standard only")
        return text


class NothingQuery(StrictSchema):
    """Nothing can be asked here; what is asked all the same is refused, not ignored."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  passed on
        super().__init__(**options)
        refusal = Refusal("is not asked for here", "no parameter at all")
        messages: dict[str, Any] = {**self.error_messages, "unknown": refusal}
        self.error_messages = messages


class MomentQuery(StrictSchema):
    """A moment: what had happened by a day, and what we had been told by an instant."""

    as_of = Day(metadata={"description": "count what had happened by this day"})
    known_at = Instant(metadata={"description": "count what had been recorded by this instant"})


class PageQuery(StrictSchema):
    """A page of a list."""

    cursor = Text(metadata={"description": "where the page begins: take it from `next`"})
    limit = Count(least=1, most=200, load_default=50)


class ProgrammesQuery(MomentQuery, PageQuery):
    """Which programmes."""

    approach = Identifier()
    sector = Text()
    area = Text()
    status = Choice(State)
    finding = Text(only=FINDINGS, metadata={"description": "of the headline grade of candour@1"})
    min_confidence = Text(only=CONFIDENCES)
    q = Text(metadata={"description": "words in the name, the area or the summary"})


class GradesQuery(MomentQuery):
    """Which grades of one subject."""

    standard = Text(load_default=HOUSE_STANDARD)
    outcome = Text(metadata={"description": "an outcome domain"})


class HistoryQuery(StrictSchema):
    """Whose changes over time, by which standard, as known at an instant."""

    standard = Text(load_default=HOUSE_STANDARD)
    outcome = Text(metadata={"description": "an outcome domain"})
    known_at = Instant(metadata={"description": "count what had been recorded by this instant"})


class PreviewQuery(StrictSchema):
    """By which standards, and for which outcome."""

    standard = Text(
        load_default=HOUSE_STANDARD,
        metadata={"description": "one, several with commas between, or all"},
    )
    outcome = Text(metadata={"description": "an outcome domain"})


class PreviewDifferencesQuery(StrictSchema):
    """Which standards are laid side by side, and for which outcome."""

    standards = Compared(
        load_default=ALL,
        metadata={"description": "two or more with commas between, or all"},
    )
    outcome = Text(metadata={"description": "an outcome domain"})


class DifferencesQuery(MomentQuery, PreviewDifferencesQuery):
    """The same at a moment."""


class WorksheetQuery(StrictSchema):
    """What a standard still asks, of which outcome."""

    standard = Text(load_default=HOUSE_STANDARD)
    outcome = Text(metadata={"description": "an outcome domain"})


DiffQuery = StrictSchema.from_dict(
    {
        "from": Text(required=True, metadata={"description": "a standard"}),
        "to": Text(required=True, metadata={"description": "the standard to compare it with"}),
    },
    name="DiffQuery",
)


class PortfolioQuery(ProgrammesQuery):
    """Which headline grades."""

    standard = Text(load_default=HOUSE_STANDARD)
    format = Text(only=("json", "csv"))


class EntriesQuery(StrictSchema):
    """Which rows of the log."""

    after = Count(least=0, most=LARGEST_POSITION, load_default=0)
    limit = Count(least=1, most=500, load_default=100)
