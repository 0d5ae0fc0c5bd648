"""Which designs fit the shape of a panel: who is treated when, and how long before and after."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from scoring.estimation.panels.panel import Panel
from scoring.estimation.series.series import FEWEST as FEWEST_A_SIDE

ITS: Final = "interrupted_time_series"
CONTROLLED: Final = "controlled_interrupted_time_series"
DID: Final = "difference_in_differences"
STAGGERED: Final = "staggered_adoption"
SYNTHETIC: Final = "synthetic_control"

# What every design of a panel needs at the least, told where none fits.
MORE: Final = (
    "no other design fits so little: it takes two units or more both with the programme and "
    "without it and a period before its start, or one unit with it, two without and two periods "
    f"before, or {FEWEST_A_SIDE} periods on both sides of one start"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A panel by its numbers: units with a start that is seen, units never treated, periods.

    `before` and `after` are periods on both sides of the first start that is seen; `starts` counts
    different ones; `compared` are treated units at whose start two others are not treated yet.
    """

    treated: int
    never: int
    before: int
    after: int
    starts: int
    absorbing: bool
    compared: int

    @classmethod
    def of(cls, panel: Panel) -> "Shape":
        """The shape of a panel; units treated from the first period on are in no group."""
        seen = panel.ever & (panel.starts > 0)
        starts = [start for start in panel.first_starts if start > 0]
        return cls(
            treated=int(seen.sum()),
            never=int((~panel.ever).sum()),
            before=panel.before,
            after=len(panel.periods) - panel.before if starts else 0,
            starts=len(starts),
            absorbing=panel.absorbing,
            compared=sum(
                int((panel.starts == start).sum())
                for start in starts
                if (panel.starts > start).sum() >= 2
            ),
        )


def _one_series(shape: Shape) -> bool:
    long = min(shape.before, shape.after) >= FEWEST_A_SIDE
    return shape.starts == 1 and shape.absorbing and long


# The least that each design takes, as each refuses less. Units of one start can be averaged to one
# series.
REQUIREMENTS: Final[Mapping[str, Callable[[Shape], bool]]] = MappingProxyType(
    {
        DID: lambda s: s.starts == 1 and min(s.treated, s.never) >= 2,
        STAGGERED: lambda s: s.starts > 1 and s.absorbing and s.compared >= 2,
        SYNTHETIC: lambda s: s.treated == 1 and s.absorbing and s.never >= 2 and s.before >= 2,
        CONTROLLED: lambda s: _one_series(s) and s.never >= 1,
        ITS: lambda s: _one_series(s) and s.never == 0,
    }
)


def fits(panel: Panel, *, refused: str) -> tuple[str, ...]:
    """The designs other than the `refused` one that take a panel of this shape, best first."""
    shape = Shape.of(panel)
    return tuple(name for name, takes in REQUIREMENTS.items() if name != refused and takes(shape))


def instead(panel: Panel, *, refused: str) -> str:
    """What would fit in place of the `refused` design, as the end of a refusal."""
    found = fits(panel, refused=refused)
    return f"{' or '.join(found)} takes these data" if found else MORE
