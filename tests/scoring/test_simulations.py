"""The simulations of `make simulate`, at a tiny size: what they rest on and what they show."""

import math

import numpy as np
import pytest
from scipy import stats

from scoring.anytime import bounds, live, ln_e_minus, ln_e_plus, monitor, plural
from scoring.synthesis import synthesise
from tests.simulations import findings, looks, portfolio, processes, remeasured, rules
from tests.simulations.__main__ import PARTS, main, simulated
from tests.simulations.figures import Figure, average, median, share
from tests.simulations.report import Row, Table, summary
from tests.simulations.run import Run
from tests.simulations.worlds import random_effects

STREAMS = 120
# A true rate at its limit passes a binomial bound at this level but once in a hundred million.
ONCE = 1e-8


@pytest.fixture(scope="module")
def tables():
    return list(simulated(Run(seed=1, streams=STREAMS)))


@pytest.fixture(scope="module")
def figures(tables):
    return dict(pair for table in tables for pair in table.named())


@pytest.fixture
def streams():
    return random_effects(np.random.default_rng(4), 30, 12, delta=0.15, tau=0.15)


def ledgers(streams, k):
    return [live(y[:k], se[:k]) for y, se in zip(streams.y, streams.se, strict=True)]


def row(tables, title, name):
    table = next(table for table in tables if table.title.startswith(title))
    return next(row.figures for row in table.rows if row.name == name)


def test_every_part_gives_tables_and_no_two_share_a_name(tables, figures):
    assert set(PARTS) == {"looks", "remeasured", "limits", "findings", "changes", "portfolio"}
    assert len({table.title for table in tables}) == len(tables)
    assert all(0 <= figure.value <= 1 for figure in figures.values() if figure.streams)


def test_no_e_process_is_wrong_more_often_than_it_promised(figures):
    promised = {name: one for name, one in figures.items() if one.limit < 1 and one.streams}
    assert len(promised) > 100
    for name, figure in promised.items():
        at_most = stats.binom.isf(ONCE, figure.streams, figure.limit)
        assert figure.value * figure.streams <= at_most, name


def test_the_portfolio_list_keeps_its_false_discovery_rate(tables):
    listed, each = row(tables, "2.6", portfolio.LISTED)[0], row(tables, "2.6", portfolio.EACH)[0]
    assert listed.limit == 0.1
    assert listed.value < each.value < 0.1


@pytest.mark.parametrize("rule", [looks.COMMON, looks.HK])
def test_rules_without_a_promise_are_wrong_far_more_often(tables, rule):
    wrong = row(tables, "2.1 False", rule)
    hits = sum(figure.value * figure.streams for figure in wrong)
    assert hits > stats.binom.isf(ONCE, sum(figure.streams for figure in wrong), 0.05)


def test_looking_longer_makes_the_rules_without_a_promise_worse(tables):
    for tau in looks.TAUS:
        shares = [
            figure.value
            for figure in row(
                tables, f"2.2 False *works* in two hundred looks, tau {tau}", looks.COMMON
            )
        ]
        assert shares == sorted(shares)
        assert shares[0] < shares[-1]


def test_leaving_cancelled_cohorts_out_is_worse_than_the_min_rule(figures):
    left_out = [one.value for name, one in figures.items() if name.endswith(remeasured.DROPPED)]
    held = [one.value for name, one in figures.items() if name.endswith(remeasured.MIN_RULE)]
    assert len(left_out) == len(held) == len(remeasured.SETTINGS)
    assert all(more >= less for more, less in zip(left_out, held, strict=True))
    assert sum(left_out) > sum(held)


def test_both_rules_find_most_programmes_that_work(tables):
    for rule in (looks.HK, looks.WORKS):
        assert row(tables, "2.1 Power, delta 0.3", rule)[-1].value > 0.9


@pytest.mark.parametrize("k", [1, 5, 12])
def test_the_paths_are_those_of_the_scoring_room(streams, k):
    for m in (0.0, 0.2):
        found = processes.symmetry(streams.y, streams.se, m=m)[:, k - 1]
        mirrored = processes.symmetry(streams.y, streams.se, m=m, sign=-1)[:, k - 1]
        assert found == pytest.approx([ln_e_plus(one, m=m) for one in ledgers(streams, k)])
        assert mirrored == pytest.approx([ln_e_minus(one, m=m) for one in ledgers(streams, k)])
    here = [plural(one) for one in ledgers(streams, k)]
    good = processes.plural(streams.y, streams.se)[:, k - 1]
    harm = processes.plural(streams.y, streams.se, sign=-1)[:, k - 1]
    assert good == pytest.approx([one.ln_e_plus for one in here])
    assert harm == pytest.approx([one.ln_e_minus for one in here])


def test_works_comes_at_the_look_at_which_monitoring_says_so(streams):
    for found, y, se in zip(rules.works(streams), streams.y, streams.se, strict=True):
        says = [monitor(live(y[:k], se[:k])).finding == "works" for k in range(1, 13)]
        assert found == (says.index(True) + 1 if any(says) else math.inf)


def test_an_interval_comes_at_the_look_at_which_the_synthesis_says_so(streams):
    found = rules.knapp_hartung(streams)
    for look, y, se in zip(found, streams.y, streams.se, strict=True):
        above = [synthesise(y[:k], se[:k] ** 2, test="knha").ci_low > 0 for k in range(2, 13)]
        assert look == (above.index(True) + 2 if any(above) else math.inf)


def test_findings_are_read_as_monitoring_reads_them(streams):
    read = findings.read_in_order(findings.Evidence.of(streams).conditions())
    for made, y, se in zip(read, streams.y, streams.se, strict=True):
        for k in range(1, 13):
            state = monitor(live(y[:k], se[:k]))
            told = [name for name, here in zip(findings.FINDINGS, made[k - 1], strict=True) if here]
            gated = told == ["works"] and not state.significant_once
            assert (
                gated or told == [state.finding] or (not told and state.finding == "insufficient")
            )


def test_a_bound_lies_past_a_value_exactly_where_the_evidence_against_it_suffices(streams):
    against = processes.symmetry(streams.y, streams.se, m=0.05)[:, -1] > rules.ENOUGH
    assert list(against) == [bounds(one)[0] > 0.05 for one in ledgers(streams, 12)]
    assert 0 < against.sum() < len(against)


def test_the_same_seed_gives_the_same_tables_and_another_one_others():
    def printed(seed):
        run = Run(seed=seed, streams=40)
        return [line for table in simulated(run, ["changes", "findings"]) for line in table.lines()]

    assert printed(7) == printed(7)
    assert printed(7) != printed(8)


def test_the_command_prints_its_tables_and_ends_with_the_verdict(capsys):
    assert main(["--streams", "40", "--seed", "3", "--only", "changes"]) == 0
    told = capsys.readouterr()
    assert told.out.startswith("3.5 The two most negative of twenty null studies are withdrawn")
    assert told.out.splitlines()[-1].startswith("PASS: 2 of 2 error rates")
    assert "withdrawn results" in told.err


def one_figure(figure):
    return [Table(title="T", note="", columns=("c",), rows=[Row(name="r", figures=[figure])])]


def test_a_broken_promise_fails_and_is_named():
    lines, kept = summary(one_figure(share([True] * 30 + [False] * 70, limit=0.05)))
    assert kept is False
    assert lines[-1].startswith("FAIL: 0 of 1")
    assert "  T; r; c: .3000±.0458" in lines


def test_a_rate_above_its_limit_by_no_more_than_chance_passes():
    lines, kept = summary(one_figure(share([True] * 6 + [False] * 94, limit=0.05)))
    assert kept is True
    assert lines[-1].startswith("PASS: 1 of 1")


def test_a_figure_strays_only_beyond_both_errors_and_rounding():
    hits = [True] * 100 + [False] * 900
    assert share(hits, ".100", of=1000).strays is False
    assert share(hits, ".14", of=1000).strays is False
    assert share(hits, ".20", of=1000).strays is True
    assert share(hits).strays is False
    assert share([False] * 50, ".000", of=50).strays is False
    assert "(.20)*" in "".join(one_figure(share(hits, ".20", of=1000))[0].lines())


def test_figures_carry_their_monte_carlo_error():
    assert str(share([True, False] * 50, ".50", of=10)) == ".5000±.0500 (.50)"
    assert str(average([1.0, 2.0, 3.0], of=3, digits=1)) == "2.0±.6"
    assert str(median([1, 2, 3, 4, math.inf], "3")) == "3±1 (3)"
    assert str(median([math.inf] * 5)) == "never±0"
    assert Figure(value=0.2, error=0.1, limit=0.05).too_high is False
