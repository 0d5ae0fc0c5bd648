"""The charts of an analysis as figures: a headline, how it was worked out, drawn, in numbers."""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from service.charts import headlines
from service.charts.analysis import AnalysedStudy, Analysis
from service.charts.funnel import Funnel, funnel
from service.charts.leave_one_out import Refit, Refits, cumulative, leave_one_out
from service.charts.radial import Radial, counts, radial
from service.charts.rows import WIDE
from service.charts.standalone import Figure, document
from service.charts.study_forest import Group, Study, StudyForest, study_forest
from service.charts.tables import forest_table, funnel_table, radial_table, refits_table
from service.charts.values import Estimate, fitting_decimals


class Kind(StrEnum):
    """The charts of an analysis, by the names the command line has for them."""

    FOREST = "forest"
    FUNNEL = "funnel"
    RADIAL = "radial"
    LEAVE_ONE_OUT = "leave-one-out"
    CUMULATIVE = "cumulative"


USUAL = (Kind.FOREST, Kind.FUNNEL, Kind.RADIAL, Kind.LEAVE_ONE_OUT)
DESCRIPTION = "The same numbers are in the table below."


def plotted(analysis: Analysis, kinds: Sequence[Kind] = USUAL) -> str:
    """One SVG file with a figure for each kind, in the order given."""
    return document(figures(analysis, kinds))


def figures(
    analysis: Analysis, kinds: Sequence[Kind] = USUAL, *, width: float = WIDE
) -> list[Figure]:
    """The figures, their numbers with as many decimals as the studies' intervals call for."""
    decimals = fitting_decimals(study.estimate for study in analysis.studies)
    fitted = replace(analysis, effects=replace(analysis.effects, decimals=decimals))
    return [_figure(kind, fitted, width) for kind in kinds]


def _figure(kind: Kind, analysis: Analysis, width: float) -> Figure:
    match kind:
        case Kind.FOREST:
            return _forest(analysis, width)
        case Kind.FUNNEL:
            return _funnel(analysis, width)
        case Kind.RADIAL:
            return _radial(analysis, width)
        case Kind.LEAVE_ONE_OUT:
            return _without(analysis, width)
        case Kind.CUMULATIVE:
            return _cumulative(analysis, width)


def _forest(analysis: Analysis, width: float) -> Figure:
    title = headlines.forest_headline(analysis)
    plot = StudyForest(
        title=title,
        description=f"Forest plot. {DESCRIPTION}",
        effects=analysis.effects,
        studies=_grouped(analysis),
        together=analysis.together,
        expected=analysis.expected,
    )
    return Figure(
        title=title,
        subtitle=headlines.forest_subtitle(analysis),
        drawing=study_forest(plot, width),
        table=forest_table(analysis),
    )


def _funnel(analysis: Analysis, width: float) -> Figure:
    title = headlines.funnel_headline(analysis)
    plot = Funnel(
        title=title,
        description=f"Funnel plot. {DESCRIPTION}",
        effects=analysis.effects,
        studies=analysis.results,
        together=analysis.together.place,
        filled=analysis.filled,
        adjusted=None if analysis.adjusted is None else analysis.adjusted.place,
    )
    return Figure(
        title=title,
        subtitle=headlines.funnel_subtitle(analysis),
        drawing=funnel(plot, width),
        table=funnel_table(analysis),
    )


def _radial(analysis: Analysis, width: float) -> Figure:
    plot = Radial(
        title="",
        description=f"Radial plot. {DESCRIPTION}",
        effects=analysis.effects,
        studies=analysis.results,
        together=analysis.together,
        tau2=analysis.tau2,
    )
    title = headlines.radial_headline(*counts(plot))
    return Figure(
        title=title,
        subtitle=headlines.radial_subtitle(analysis),
        drawing=radial(replace(plot, title=title), width),
        table=radial_table(analysis),
    )


def _without(analysis: Analysis, width: float) -> Figure:
    refits = refits_of(analysis, analysis.without)
    title = headlines.without_headline(analysis, refits)
    return Figure(
        title=title,
        subtitle=headlines.refits_subtitle(analysis),
        drawing=leave_one_out(_refits(analysis, refits, title), width),
        table=refits_table(analysis, refits, "Without"),
    )


def _cumulative(analysis: Analysis, width: float) -> Figure:
    refits = refits_of(analysis, analysis.cumulative)
    title = headlines.cumulative_headline(analysis, refits)
    return Figure(
        title=title,
        subtitle=headlines.refits_subtitle(analysis),
        drawing=cumulative(_refits(analysis, refits, title), width),
        table=refits_table(analysis, refits, "After adding"),
    )


def _refits(analysis: Analysis, refits: Sequence[Refit], title: str) -> Refits:
    return Refits(
        title=title,
        description=f"One row a study. {DESCRIPTION}",
        effects=analysis.effects,
        refits=refits,
        together=analysis.together,
    )


def refits_of(analysis: Analysis, estimates: Sequence[Estimate]) -> list[Refit]:
    """The estimates under the names of the studies; one estimate a study, or none at all."""
    if not estimates:
        return []
    return [
        Refit(name=study.name, estimate=estimate)
        for study, estimate in zip(analysis.studies, estimates, strict=True)
    ]


def _grouped(analysis: Analysis) -> list[Study | Group]:
    """Studies of no told group first, then each group with its own."""
    told = {group.name for group in analysis.groups}
    alone: list[Study | Group] = [_study(one) for one in analysis.studies if one.group not in told]
    groups = [
        Group(
            name=group.name,
            studies=[_study(one) for one in analysis.studies if one.group == group.name],
            together=group.together,
        )
        for group in analysis.groups
    ]
    return alone + groups


def _study(one: AnalysedStudy) -> Study:
    return Study(name=one.name, estimate=one.estimate, weight=one.weight)
