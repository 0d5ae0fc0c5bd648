"""The numbers of a chart of an estimate: a row for each place, a column for each line."""

from service.charts.estimate_scene import Scene, Trace, placed
from service.charts.numbers import column, figures
from service.charts.table import Table

PLACEBOS = "placebos"
# Rows that a reader can still look through.
MOST_ROWS = 400


def numbers(scene: Scene) -> Table | None:
    """The table; None where there is nothing, or more than anybody reads."""
    traces = [trace for trace in scene.traces if trace.role != "placebo"]
    places = sorted({x for trace in traces for x, _ in trace.points})
    if not places or len(places) > MOST_ROWS:
        return None
    headings, columns = [scene.x_label or "Group"], [[_name(scene, place) for place in places]]
    for trace in traces:
        for heading, values in _columns(trace):
            headings.append(heading)
            columns.append(column(values.get(place) for place in places))
    blank = [["" if cell == "not known" else cell for cell in cells] for cells in columns]
    return Table(
        caption=scene.title,
        headings=tuple(headings),
        rows=[tuple(row) for row in zip(*blank, strict=True)],
    )


def _columns(trace: Trace) -> list[tuple[str, dict[float, float]]]:
    found = [(trace.label.capitalize(), dict(trace.points))]
    bounds = trace.bounds
    if any(low < high for _, low, high in bounds):
        found.append(("Lower end", {x: low for x, low, _ in bounds}))
        found.append(("Upper end", {x: high for x, _, high in bounds}))
    return found


def _name(scene: Scene, place: float) -> str:
    if place in scene.names:
        return scene.names[place]
    whole = placed(place) and place == int(place) and abs(place) < 1e15
    return str(int(place)) if whole else figures(place, 4)
