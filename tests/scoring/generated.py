"""Evidence of every shape for the laws of the house grade, and every way to complete it."""

from dataclasses import replace

from hypothesis import strategies as st

from scoring.conduct import COMPARES, NO_ONE_ELSE
from scoring.evidence import Analysis, Baseline, Conduct, Flow, Harm, Judgement, Promise
from tests.scoring.evidence import ratio, smd

DESIGNS = (
    "rct",
    "cluster_rct",
    "regression_discontinuity",
    "instrumental_variable",
    "difference_in_differences",
    "controlled_its",
    "synthetic_control",
    "matched_comparison",
    "panel_fixed_effects",
    "cohort",
    "interrupted_time_series",
    "cross_section",
    "pre_post",
    "monitoring",
)
perhaps = st.sampled_from([None, True, False])
statuses = st.sampled_from(["live", "live", "live", "withdrawn_by_programme", "removed_by_panel"])

conducts = st.builds(
    Conduct,
    design=st.sampled_from(DESIGNS),
    comparator=st.sampled_from([None, "usual_care", "usual_care", "before_period", "none"]),
    assignment_unit=st.sampled_from([None, None, "individual", "site"]),
    analysis_unit=st.sampled_from([None, "individual", "site"]),
    units_intervention=st.sampled_from([None, 1, 10]),
    units_comparison=st.sampled_from([None, 1, 10]),
    confounding_factor=st.sampled_from([None, True, False, False, False]),
    **dict.fromkeys(
        (
            "randomisation_compromised",
            "adjusted_for_baseline",
            "controls_adequate",
            "comparison_similar",
            "parallel_trends",
            "assignment_valid",
            "contamination",
        ),
        perhaps,
    ),
)
# A design that is a comparison by its name is told of with no comparator that denies it.
conducts = conducts.filter(lambda c: not (c.design in COMPARES and c.comparator in NO_ONE_ELSE))
flows = st.builds(
    Flow,
    assigned_intervention=st.sampled_from([None, 500]),
    assigned_comparison=st.sampled_from([None, 500]),
    analysed_intervention=st.sampled_from([None, 480, 300]),
    analysed_comparison=st.sampled_from([None, 480, 470]),
    clusters_assigned_intervention=st.sampled_from([None, 20]),
    clusters_assigned_comparison=st.sampled_from([None, 20]),
    clusters_analysed_intervention=st.sampled_from([None, 20, 10]),
    clusters_analysed_comparison=st.sampled_from([None, 20]),
    attrition_assumption=st.sampled_from([None, "cautious", "optimistic"]),
    joiners_risk=perhaps,
)
baselines = st.lists(
    st.builds(
        Baseline,
        measure=st.just("age"),
        standardised_difference=st.sampled_from([None, 0.0, 0.1, 0.3]),
    ),
    max_size=2,
).map(tuple)
analyses = st.builds(Analysis, cluster_adjusted=perhaps, icc=st.sampled_from([None, 0.01, 0.2]))
promises = st.builds(
    Promise,
    in_advance=perhaps,
    measure=st.sampled_from([None, "measure", "other"]),
    primary=perhaps,
    switched=perhaps,
    horizon_months=st.sampled_from([None, 12.0, 24.0]),
    smallest_worthwhile=st.sampled_from([None, 0.1, 0.3]),
)
harms = st.one_of(
    st.none(),
    st.lists(
        st.builds(Harm, severity=st.sampled_from(["minor", "serious"]), attributed=perhaps),
        max_size=2,
    ).map(tuple),
)
contexts = st.sampled_from([{}, {}, {"setting": "a"}, {"setting": "b"}])


@st.composite
def results(draw):
    """A standardised difference or a risk ratio, whichever way it points."""
    y, se = draw(st.floats(-0.8, 0.8)), draw(st.floats(0.03, 0.4))
    if draw(st.booleans()):
        return smd(y, se)
    return ratio(2.0**y, 2.0 ** (y - 2 * se), 2.0 ** (y + 2 * se))


@st.composite
def contrasts(draw, number, sites=6):
    told = draw(results())
    return replace(
        told,
        event_id=f"event-{number}",
        recorded_at=f"2020-01-01T00:00:{number:02d}",
        conduct=draw(conducts),
        flow=draw(flows),
        baseline=draw(baselines),
        promise=draw(promises),
        analysis=draw(analyses),
        harms=draw(harms),
        site=f"site-{draw(st.integers(0, sites))}",
        context=draw(contexts),
        measure=draw(st.sampled_from(["measure", "measure", "another"])),
        horizon_months=draw(st.sampled_from([None, 12.0, 24.0])),
        version=draw(st.sampled_from([1, 2])),
        status=draw(statuses),
    )


def bodies_of(most, sites=6):
    return st.integers(0, most).flatmap(
        lambda k: st.tuples(*(contrasts(number=i, sites=sites) for i in range(1, k + 1)))
    )


bodies = bodies_of(7)
# Several measurements of each of two places.
crowded = bodies_of(6, sites=1)
judgements = st.lists(
    st.one_of(
        *(
            st.builds(
                Judgement,
                question=st.just(question),
                answer=st.sampled_from(answers),
                event_id=st.just("judgement"),
                about=st.sampled_from([None, "event-1", "event-2"]),
            )
            for question, answers in {
                "risk_of_bias": ["low", "some_concerns", "high"],
                "indirectness": ["none", "serious", "very_serious"],
                "dose_response": ["yes", "no"],
            }.items()
        )
    ),
    max_size=2,
).map(tuple)

KNOWABLE = (
    "confounding_factor",
    "randomisation_compromised",
    "adjusted_for_baseline",
    "controls_adequate",
    "comparison_similar",
    "parallel_trends",
    "assignment_valid",
)
ASSIGNED = 500
COUNTS = ("assigned_intervention", "assigned_comparison")
ANALYSED = ("analysed_intervention", "analysed_comparison")


@st.composite
def completed(draw, contrast):
    """The contrast once everything is known by which a pool takes it and ranks its design."""
    conduct, promise = contrast.conduct, contrast.promise
    told = {n: draw(st.booleans()) for n in KNOWABLE if getattr(conduct, n) is None}
    if conduct.comparator is None:
        alone = [] if conduct.design in COMPARES else ["before_period"]
        told["comparator"] = draw(st.sampled_from(["usual_care", *alone]))
    if conduct.analysis_unit is None:
        told["analysis_unit"] = draw(st.sampled_from(["individual", "site"]))
    if contrast.analysis.cluster_adjusted is None:
        adjusted = draw(st.booleans())
    else:
        adjusted = contrast.analysis.cluster_adjusted
    icc = draw(st.sampled_from([0.0, 0.05, 0.5])) if contrast.analysis.icc is None else None
    said = {
        n: draw(st.booleans()) for n in ("in_advance", "switched") if getattr(promise, n) is None
    }
    return replace(
        contrast,
        conduct=replace(conduct, **told),
        promise=replace(promise, **said),
        flow=draw(_flow(contrast.flow)),
        analysis=replace(
            contrast.analysis,
            cluster_adjusted=adjusted,
            icc=contrast.analysis.icc if icc is None else icc,
        ),
        baseline=draw(_baseline(contrast.baseline)),
    )


@st.composite
def _flow(draw, flow):
    known = {}
    for prefix, most in (("", ASSIGNED), ("clusters_", 20)):
        for name in COUNTS:
            known[prefix + name] = most
        for name in ANALYSED:
            known[prefix + name] = draw(st.sampled_from([most, most * 3 // 5, 0]))
    known["attrition_assumption"] = draw(st.sampled_from(["cautious", "optimistic"]))
    wanted = {name: value for name, value in known.items() if getattr(flow, name) is None}
    return replace(flow, **wanted)


@st.composite
def _baseline(draw, baseline):
    differences = st.sampled_from([0.0, 0.04, 0.1, 2.0])
    shown = baseline or (Baseline(measure="age"),)
    return tuple(
        replace(one, standardised_difference=draw(differences))
        if one.standardised_difference is None
        else one
        for one in shown
    )
