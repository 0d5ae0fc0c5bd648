"""The numbers of a chart of an estimate: a row for each place, a column for each line."""

from collections import Counter
from collections.abc import Iterator, Sequence

from service.charts.estimate_scene import Scene, Trace, placed
from service.charts.numbers import column, figures
from service.charts.table import Table

# Rows that a reader can still look through.
MOST_ROWS = 400

# A place, and which of the points of a line that share it: the first is 0.
Row = tuple[float, int]


def numbers(scene: Scene) -> Table | None:
    """The table; None where there is nothing, or more than anybody reads."""
    traces = [trace for trace in scene.traces if trace.role != "placebo"]
    rows = sorted({row for trace in traces for row, _ in _counted(trace.points)})
    if not rows or len(rows) > MOST_ROWS:
        return None
    headings, columns = [scene.x_label or "Group"], [[_name(scene, place) for place, _ in rows]]
    for trace in traces:
        for heading, values in _columns(trace):
            headings.append(heading)
            columns.append(column(values.get(row) for row in rows))
    blank = [["" if cell == "not known" else cell for cell in cells] for cells in columns]
    return Table(
        caption=scene.title,
        headings=tuple(headings),
        rows=[tuple(row) for row in zip(*blank, strict=True)],
    )


def _columns(trace: Trace) -> list[tuple[str, dict[Row, float]]]:
    found = [(trace.label.capitalize(), dict(_counted(trace.points)))]
    bounds = trace.bounds
    if any(low < high for _, low, high in bounds):
        found.append(("Lower end", dict(_counted([(x, low) for x, low, _ in bounds]))))
        found.append(("Upper end", dict(_counted([(x, high) for x, _, high in bounds]))))
    return found


def _counted(points: Sequence[tuple[float, float]]) -> Iterator[tuple[Row, float]]:
    """Each point by its row: clouds have many at one place."""
    seen: Counter[float] = Counter()
    for x, y in points:
        yield (x, seen[x]), y
        seen[x] += 1


def _name(scene: Scene, place: float) -> str:
    if place in scene.names:
        return scene.names[place]
    whole = placed(place) and place == int(place) and abs(place) < 1e15
    return str(int(place)) if whole else figures(place, 4)
