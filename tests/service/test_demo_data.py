"""The demonstration portfolio: all that was published is there, number by number."""

import math
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import UTC, date, datetime
from typing import Any, get_args
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest

from domain.access import Action, may
from domain.approach import RegisterApproach
from domain.commands import ProgrammeCommand, RegisterProgramme
from domain.contrast import RATIO_MEASURES
from domain.member import EnrolMember
from domain.peer.barriers import Barrier, Mover, Phase
from domain.programme import Programme
from domain.record import action_of
from domain.values import Actor, Envelope, Function
from service.demo import portfolio
from service.demo.portfolio import ABOUT, event_body
from service.wire import from_wire

PUBLISHED = "from published reports, transcribed by us, not endorsed by the bodies named"
INVENTED = "invented for demonstration"
COMMANDS = {command.type: command for command in get_args(ProgrammeCommand)}
APPROACH = UUID(int=1)
NOON = datetime(2025, 12, 31, 12, tzinfo=UTC)

# Read off the table of published evaluations, row by row: measure, estimate, ends of the interval.
TABLE_A = {
    "A1": [("RR", 0.71, 0.57, 0.89)],
    "A2": [("RR", 0.77, 0.61, 0.97)],
    "A3": [("RR", 0.60, 0.42, 0.86)],
    "A4": [("RR", 0.50, 0.30, 0.82)],
    "A5": [("RR", 0.57, 0.40, 0.81)],
    "A6": [("RR", 1.15, 0.85, 1.56)],
    "A7": [("RR", 1.17, 0.76, 1.81)],
    "A8": [("RR", 1.04, 0.78, 1.38)],
    "A9": [("RR", 0.62, None, None), ("RR", 0.73, 0.55, 0.98)],
    "A10": [("RR", 1.33, 1.16, 1.54)],
    "A11": [("OR", 0.82, 0.70, 0.97)],
    "A12": [("OR", 0.54, 0.39, 0.75)],
    "A13": [("OR", 0.90, 0.75, 1.07)],
    "A14": [("MD", -0.042, -0.082, -0.002)],
    "A15": [
        ("MD", -0.065, -0.124, -0.006),
        ("MD", -0.035, -0.076, 0.007),
        ("MD", -0.018, -0.050, 0.014),
    ],
    "A16": [
        ("MD", -0.031, -0.062, -0.001),
        ("MD", -0.004, -0.032, 0.024),
        ("MD", 0.011, -0.021, 0.043),
        ("MD", 0.015, -0.018, 0.047),
    ],
    "A17": [("MD", 0.011, -0.017, 0.039), ("MD", 0.013, -0.006, 0.032)],
    "A18": [("MD", -8.5, None, None), ("MD", -5.6, None, None), ("MD", -3.2, None, None)],
    "A19": [("MD", -2.91, None, None)],
    "A20": [("MD", -0.10, -0.17, -0.03)],
    "A21": [("MD", 0.00, -0.02, 0.02)],
    "A22": [
        ("MD", 0.017, 0.002, 0.032),
        ("MD", 0.030, 0.005, 0.054),
        ("MD", 0.056, 0.017, 0.094),
    ],
}
# The same for the rows whose interval the table had not found: measure and estimate.
TABLE_B = {
    "B1": [("RD", 0.015), ("RR", 0.61), ("RR", 0.66), ("RR", 0.73), ("RR", 0.82)],
    "B2": [],
    "B3": [("RR", 0.933), ("RR", 0.957)],
    "B4": [],
    "B5": [("MD", -14.3), ("RD", 0.066), ("RR", 1.136)],
    "B6": [("RR", 0.78), ("RR", 0.79), ("RR", 0.91), ("RR", 1.09)],
    "B7": [],
    "B8": [],
    "B9": [("RR", 0.66), ("RR", 0.79)],
    "B10": [("MD", 45.0), ("MD", 74.0)],
    "B11": [],
    "B12": [("RR", 0.62), ("RR", 0.68), ("RR", 0.75), ("RR", 0.85), ("RR", 0.90)],
    "B13": [("RD", -0.017), ("RD", 0.0)],
    "B14": [("RD", 0.21)],
    "B15": [("RD", 0.04)],
    "B16": [("MD", -2.89), ("MD", 399.0)],
    "B17": [("MD", -451.0), ("MD", -2.8)],
    "B18": [("MD", -0.4)],
    "B19": [],
    "B20": [],
    "B21": [],
    "B22": [("MD", -800.0)],
}
# p-values of the table, and the standard errors it recovers on the log scale.
P_VALUES = {
    "A3": 0.004,
    "A4": 0.007,
    "A5": 0.001,
    "A6": 0.352,
    "A7": 0.484,
    "A8": 0.806,
    "A11": 0.017,
    "A13": 0.211,
    "A19": 0.0379,
    "A21": 0.93,
}
LOG_STANDARD_ERRORS = {
    "A1": 0.114,
    "A2": 0.118,
    "A3": 0.183,
    "A4": 0.257,
    "A5": 0.180,
    "A6": 0.155,
    "A7": 0.221,
    "A8": 0.146,
    "A9": 0.147,
    "A10": 0.072,
    "A11": 0.083,
    "A12": 0.167,
    "A13": 0.091,
}
# Sizes of samples in the table: analysed in the intervention and the comparison.
SAMPLES = {
    "A3": (203, 203),
    "A6": (365, 365),
    "A9": (526, None),
    "A10": (774, None),
    "A20": (4752, 3334),
    "B6": (3646, 17311),
    "B16": (318, 350),
}
# Intervals of groups that A18 gives, from which its standard errors are derived.
NEITHER = (9.5, 13.6)
A18_GROUPS = {-5.6: (3.8, 9.0), -3.2: (4.5, 13.1), -8.5: (-0.3, 7.2)}
# What happened to a programme, by row: event type and a word it is told with.
STATUSES = {
    "B8": ("stalled", "behind schedule"),
    "B12": ("pivoted", "Supporting Families"),
    "B19": ("plan_registered", "Econometric"),
    "B20": ("pivoted", "one-to-one"),
}
MONEY = {"B11": 448_000_000, "B12": 920_000_000, "B17": -1_330_000, "B18": -10_400_000}


def programmes() -> list[Mapping[str, Any]]:
    return list(portfolio.programmes())


def all_events() -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for programme in programmes():
        for event in programme["events"]:
            yield programme, event


def events_of(row: str, event_type: str) -> list[Mapping[str, Any]]:
    found = (event for _, event in all_events() if row in event[ABOUT].get("rows", ()))
    return [event for event in found if event["type"] == event_type]


def results_of(row: str) -> list[Mapping[str, Any]]:
    found = [event["contrast"]["result"] for event in events_of(row, "outcome_measured")]
    return sorted(found, key=lambda result: (result["measure"], result["estimate"]))


def members() -> dict[str, Mapping[str, Any]]:
    return {member["id"]: member for member in portfolio.members()}


def actor_of(member: Mapping[str, Any]) -> Actor:
    return Actor(member["id"], Function(member["function"]), member["organisation"])


def command_of(event: Mapping[str, Any], ids: Mapping[str, UUID]) -> ProgrammeCommand:
    told = deepcopy(event_body(event))
    facts = {name: fact for name, fact in told.items() if name not in ("type", "happened_on")}
    for holder in (facts, facts.get("judgement", {})):
        if "event_id" in holder:
            holder["event_id"] = str(ids[holder["event_id"].removeprefix("@")])
    return from_wire(COMMANDS[event["type"]], facts)


def stamp(who: Actor, happened_on: str, event_id: UUID) -> Envelope:
    day = date.fromisoformat(happened_on)
    return Envelope(event_id, NOON, day, who.id, who.function, who.organisation, event_id)


@pytest.mark.parametrize("row", TABLE_A)
def test_every_row_with_an_interval_is_there_number_by_number(row: str) -> None:
    told = [
        (result["measure"], result["estimate"], result.get("ci_low"), result.get("ci_high"))
        for result in results_of(row)
    ]
    assert told == sorted(TABLE_A[row], key=lambda one: (one[0], one[1]))


@pytest.mark.parametrize("row", TABLE_B)
def test_every_row_without_an_interval_is_there_number_by_number(row: str) -> None:
    told = [(result["measure"], result["estimate"]) for result in results_of(row)]
    assert told == TABLE_B[row]
    assert any(row in programme["rows"] for programme in programmes())


def test_a_row_without_an_interval_never_gets_a_precision_but_where_one_was_found() -> None:
    precise = [
        row
        for row in TABLE_B
        for result in results_of(row)
        if {"ci_low", "se", "p_value"}.intersection(result)
    ]
    assert precise == ["B16"]  # days in hospital: the interval stands in the paper's abstract


@pytest.mark.parametrize("row", P_VALUES)
def test_p_values_are_those_of_the_table(row: str) -> None:
    assert [result["p_value"] for result in results_of(row)] == [P_VALUES[row]]


@pytest.mark.parametrize("row", SAMPLES)
def test_sizes_are_those_of_the_table(row: str) -> None:
    sizes = {
        (sample.get("analysed_intervention"), sample.get("analysed_comparison"))
        for event in events_of(row, "outcome_measured")
        if (sample := event["contrast"].get("sample"))
    }
    assert sizes == {SAMPLES[row]}


@pytest.mark.parametrize("row", LOG_STANDARD_ERRORS)
def test_intervals_of_ratios_are_symmetric_on_the_log_scale(row: str) -> None:
    (result,) = (one for one in results_of(row) if "ci_low" in one)
    low, middle, high = (math.log(result[name]) for name in ("ci_low", "estimate", "ci_high"))
    rounding = 0.005 / result["ci_low"] + 0.005 / result["estimate"] + 0.005 / result["ci_high"]
    assert (high - low) / 3.92 == pytest.approx(LOG_STANDARD_ERRORS[row], abs=6e-4)
    assert abs((high + low) / 2 - middle) < rounding


def test_standard_errors_of_growth_come_from_the_intervals_of_the_groups() -> None:
    for result in results_of("A18"):
        ends = (A18_GROUPS[result["estimate"]], NEITHER)
        derived = math.hypot(*((high - low) / 3.92 for low, high in ends))
        assert result["se"] == pytest.approx(derived, abs=5e-4)


@pytest.mark.parametrize("row", STATUSES)
def test_the_rows_that_cover_the_stream_are_told_as_what_they_are(row: str) -> None:
    event_type, word = STATUSES[row]
    assert any(word in str(event) for event in events_of(row, event_type))


def test_a_rename_is_an_adaptation_and_a_reversal_of_the_model_is_core() -> None:
    assert [event["kind"] for event in events_of("B12", "pivoted")] == ["adaptation"]
    assert [event["kind"] for event in events_of("B20", "pivoted")] == ["core"]


@pytest.mark.parametrize("row", MONEY)
def test_money_is_that_of_the_table(row: str) -> None:
    assert [e["cost"]["amount"] for e in events_of(row, "cost_reported")] == [MONEY[row]]


@pytest.mark.parametrize("row", ["A3", "A4", "A5", "A6", "A7", "A8"])
def test_subgroups_carry_their_setting_and_the_unit_of_the_whole(row: str) -> None:
    (event,) = events_of(row, "outcome_measured")
    (whole,) = events_of("A1", "outcome_measured")
    setting = "residential" if row < "A6" else "nursing"
    assert event["contrast"]["context"] == {"setting": setting}
    assert event["contrast"]["unit"] == whole["contrast"]["unit"]


def test_yearly_results_are_told_on_their_own_days() -> None:
    for row in ("A15", "A16"):
        yearly = [e for e in events_of(row, "outcome_measured") if "-year-" in e[ABOUT]["key"]]
        told = [(e["happened_on"], e["contrast"]["months_since_start"]) for e in yearly]
        assert told == [("2016-03-31", 12), ("2017-03-31", 24), ("2018-03-31", 36)]


@pytest.mark.parametrize(("row", "null"), [("B9", "2019-01-31"), ("B11", "2016-10-17")])
def test_an_overturned_claim_stands_before_what_overturned_it(row: str, null: str) -> None:
    told = [e for _, e in all_events() if row in e[ABOUT].get("rows", ())]
    believed = [e for e in told if e["happened_on"] < null]
    overturned = [e for e in told if e["happened_on"] == null]
    assert believed and overturned
    designs = {e["contrast"]["design"]["type"] for e in believed if "contrast" in e}
    assert designs <= {"pre_post", "monitoring"}


def test_labels_say_exactly_what_is_published_and_what_is_invented() -> None:
    for programme in programmes():
        assert programme["register"]["label"] == (INVENTED if programme["invented"] else PUBLISHED)
        assert programme["invented"] is not bool(programme["rows"])


def test_every_published_event_has_a_source_or_its_programme_has() -> None:
    for programme, event in all_events():
        sources = [*programme["register"]["sources"], event.get("contrast", {}).get("source")]
        assert any(source is not None for source in sources)
        if not programme["invented"]:
            assert all(s["url"].startswith("https://") for s in sources if s and "url" in s)
            assert any("url" in source for source in sources if source)


def test_days_are_in_order_and_none_is_in_the_future() -> None:
    for programme in programmes():
        days = [programme["register"]["happened_on"]]
        days += [event["happened_on"] for event in programme["events"]]
        assert days == sorted(days)
        assert days[-1] <= NOON.date().isoformat()


def test_every_stream_is_accepted_by_the_domain_from_the_function_that_may() -> None:
    for programme in programmes():
        owner = actor_of(members()[programme["member"]])
        facts = dict(programme["register"])
        on = facts.pop("happened_on")
        facts["approach_id"] = str(APPROACH) if facts.pop("approach") in keys() else None
        first = stamp(owner, on, uuid5(NAMESPACE_URL, programme["key"]))
        stream = Programme.register(
            from_wire(RegisterProgramme, facts), first, programme_id=first.event_id
        )
        ids: dict[str, UUID] = {}
        for event in programme["events"]:
            who = actor_of(members()[event[ABOUT].get("by", programme["member"])])
            key = event[ABOUT]["key"]
            assert key not in ids
            ids[key] = uuid5(first.event_id, key)
            command = command_of(event, ids)
            assert may(who, action_of(command), owner=owner.organisation)
            stream.act(command, stamp(who, event["happened_on"], ids[key]))


def keys() -> set[str]:
    return {approach["key"] for approach in portfolio.approaches()}


def test_approaches_and_members_are_values_of_the_domain() -> None:
    for approach in portfolio.approaches():
        facts = {k: v for k, v in approach["register"].items() if k != "happened_on"}
        from_wire(RegisterApproach, facts)
    for member in portfolio.members():
        facts = {"organisation": member["organisation"], "functions": [member["function"]]}
        from_wire(EnrolMember, facts | {"name_ref": member["id"]})
    assert {member["function"] for member in portfolio.members()} == set(Function)


def test_outcomes_are_in_the_catalogue_and_good_is_one_way() -> None:
    good = {outcome["code"]: outcome["direction_good"] for outcome in portfolio.outcomes()}
    for _, event in all_events():
        if "contrast" in event:
            outcome = event["contrast"]["outcome"]
            assert outcome["direction_good"] == good[outcome["domain"]]


def test_the_invented_programmes_show_every_event_and_every_kind_of_result() -> None:
    events = [event for programme, event in all_events() if programme["invented"]]
    assert {event["type"] for event in events} == set(COMMANDS)
    kinds = {event["contrast"]["result"]["kind"] for event in events if "contrast" in event}
    assert kinds == {"two_by_two", "means", "rates", "reported"}


def test_invented_ratios_reported_with_an_interval_are_symmetric_on_the_log_scale() -> None:
    for programme, event in all_events():
        result = event.get("contrast", {}).get("result", {})
        if programme["invented"] and result.get("measure") in RATIO_MEASURES and "ci_low" in result:
            middle = math.sqrt(result["ci_low"] * result["ci_high"])
            assert middle == pytest.approx(result["estimate"], abs=0.01)


def test_no_lesson_belongs_to_a_published_programme_and_none_is_told_by_assurance() -> None:
    invented = {programme["key"]: programme["invented"] for programme in programmes()}
    assert len(portfolio.lessons()) >= 8
    for lesson in portfolio.lessons():
        words = lesson["lesson"]
        assert invented[words["programme_id"].removeprefix("@")]
        assert may(actor_of(members()[lesson["member"]]), Action.SHARE_LESSON)
        Barrier(words["barrier"]), Mover(words["who_could_move_it"]), Phase(words["phase"])
        assert words["title"].strip() and words["text"].strip()
