"""The coverage part of `make simulate`, at a tiny size: its structure, its seeds, its verdict."""

import numpy as np
import pytest
from scipy import stats

from scoring.errors import InvalidInput, TooLittleData
from scoring.estimation import catalogue
from scoring.estimation.trials.prepost import pre_post
from tests.simulations import coverage
from tests.simulations.__main__ import PARTS, main
from tests.simulations.coverage import COLUMNS, LEAST, MOST, Coverage
from tests.simulations.coverage_runs import CHUNK, answered, tasks, together
from tests.simulations.designs import DESIGNS, cluster_trial, laws
from tests.simulations.designs.setting import Design, Setting, asking
from tests.simulations.run import Run

STREAMS = 40
# A true share passes a binomial bound at this level but once in a hundred million.
ONCE = 1e-8


@pytest.fixture(scope="module")
def tables():
    return list(coverage.tables(Run(seed=1, streams=STREAMS)))


def printed(designs, *, seed=1, streams=STREAMS, processes=1):
    found = coverage.tables(Run(seed=seed, streams=streams), designs, processes=processes)
    return [line for table in found for line in table.lines()]


def held(value, *, streams=2000, promised=True):
    return Coverage(value=value, error=0.0, streams=streams, promised=promised)


def test_every_design_of_the_catalogue_is_tried():
    assert set(DESIGNS) == set(catalogue.DESIGNS)
    assert not set(DESIGNS) & set(PARTS)


def test_every_setting_has_a_row_for_everything_that_is_tried(tables):
    assert [table.title for table in tables] == [
        coverage.TITLE + design.title for design in DESIGNS.values()
    ]
    for table, design in zip(tables, DESIGNS.values(), strict=True):
        assert table.columns == COLUMNS
        assert [row.name for row in table.rows] == [
            f"{setting.name}: {rule}" for setting in design.settings for rule in setting.rules
        ]


def test_every_design_promises_something_at_two_settings_or_more(tables):
    for table, design in zip(tables, DESIGNS.values(), strict=True):
        assert sum(bool(setting.promised) for setting in design.settings) >= 2, design.id
        judged = {row.name for row in table.rows if row.figures[0].promised}
        assert judged == {
            f"{setting.name}: {rule}" for setting in design.settings for rule in setting.promised
        }


def test_settings_of_a_design_have_names_of_their_own():
    for design in DESIGNS.values():
        names = [setting.name for setting in design.settings]
        assert len(set(names)) == len(names)


def test_with_few_clusters_people_taken_as_apart_hold_too_seldom_and_cr2_does_not():
    setting = next(
        one for one in cluster_trial.DESIGN.settings if one.name == "6 + 6 clusters, ICC 0.2"
    )
    parts = tasks(cluster_trial.DESIGN.id, setting, seed=1, studies=3 * CHUNK)
    found = together([answered(task) for task in parts])

    def count(rule):
        _, _, low, high = found[rule].T
        return int(((low <= setting.truth) & (setting.truth <= high)).sum()), len(low)

    hits, n = count(cluster_trial.CONST)
    assert hits < stats.binom.ppf(ONCE, n, LEAST)
    hits, n = count(cluster_trial.CR2)
    assert stats.binom.ppf(ONCE, n, LEAST) <= hits <= stats.binom.isf(ONCE, n, MOST)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_table_in_any_number_of_processes():
    alone = printed(["prepost"], streams=1200)
    assert alone == printed(["prepost"], streams=1200, processes=2)
    assert alone != printed(["prepost"], streams=1200, seed=2)


def test_what_stands_beside_is_tried_in_one_chunk_of_four():
    setting = DESIGNS["two_proportions"].settings[0]
    parts = tasks("two_proportions", setting, seed=1, studies=5 * CHUNK + 7)
    found = together([answered(task) for task in parts])
    assert len(found["Newcombe"]) == 5 * CHUNK + 7
    assert len(found["Wald"]) == CHUNK + CHUNK
    assert np.array_equal(found["Wald"][:, 0], found["Newcombe"][[*range(50), *range(200, 250)], 0])


def made(monkeypatch, estimator):
    """A design of one setting that rests on this estimator, among the designs."""
    setting = Setting(
        name="made", draw=lambda rng: {"x": rng.uniform()}, truth=0.0, promised={"R": estimator}
    )
    design = Design(id="made", title="Made", note="", settings=(setting,))
    monkeypatch.setitem(DESIGNS, "made", design)
    return next(coverage.tables(Run(seed=1, streams=2000), ["made"])).rows[0].figures


def test_data_that_are_refused_are_told_and_leave_the_others_to_be_judged(monkeypatch):
    def refuses(x):
        if x < 0.5:
            raise TooLittleData("too small", field="x")
        return pre_post(before=[1.0, 2.0, 3.0], after=[1.0 + x, 2.0 - x, 3.0 + x])

    held, *_, refused = made(monkeypatch, asking(refuses))
    assert held.value == 1.0  # as changes of x, -x and x are no further than that from none
    assert held.streams == 200 - refused.value * 200
    assert 0.3 < refused.value < 0.7


def test_a_rule_that_never_answers_breaks_its_promise(monkeypatch):
    def refuses(x):
        raise TooLittleData("too small", field="x")

    held, *_, refused = made(monkeypatch, asking(refuses))
    assert refused.value == 1.0
    assert held.holds is False


def test_a_mistake_in_a_simulation_is_no_refusal_and_says_where(monkeypatch):
    def mistaken(x):
        raise InvalidInput("is no such thing", field="x")

    with pytest.raises(InvalidInput) as caught:
        made(monkeypatch, asking(mistaken))
    assert "study 0 of Task(design='made'" in caught.value.__notes__[0]


@pytest.mark.parametrize(
    ("value", "streams", "holds"),
    [
        (0.95, 2000, True),
        (0.93, 2000, True),
        (0.914, 2000, True),
        (0.912, 2000, False),
        (0.981, 2000, True),
        (0.982, 2000, False),
        (1.0, 50, True),
        (0.80, 50, False),
    ],
)
def test_a_coverage_may_be_outside_by_what_simulation_explains(value, streams, holds):
    assert held(value, streams=streams).holds is holds


def test_only_promised_intervals_are_judged():
    assert str(held(0.9)).endswith("FAIL")
    assert str(held(0.96)).endswith("PASS")
    assert str(held(0.5, promised=False)).split()[-1] == ".5000±.0000"


def test_the_command_prints_its_tables_and_ends_with_the_verdict(capsys):
    asked = ["--streams", "40", "--processes", "1", "--only", "two_proportions"]
    assert main(asked) == 0
    told = capsys.readouterr()
    assert told.out.startswith(f"{coverage.TITLE}Two proportions")
    assert told.out.splitlines()[-1].startswith("PASS: 4 of 4 intervals hold it")
    assert "coverage of two_proportions: 0.3 of 20" in told.err


def test_a_broken_promise_is_named_and_comes_last(capsys, monkeypatch):
    monkeypatch.setattr(coverage, "MOST", 0.5)
    asked = ["--streams", "1000", "--processes", "1", "--only", "changes", "--only", "prepost"]
    assert main(asked) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].startswith("FAIL: 0 of 4 intervals hold it")
    assert lines[-6] == "Outside:"
    assert any(line.startswith("PASS: 2 of 2 error rates") for line in lines)


@pytest.mark.parametrize(
    "law", [laws.skewed, laws.heavy, lambda rng, shape: laws.following(rng, shape, 0.4, 0.2)]
)
def test_errors_have_mean_0_and_a_standard_deviation_of_1(law):
    drawn = law(np.random.default_rng(3), (400, 500))
    assert drawn.mean() == pytest.approx(0.0, abs=0.02)
    assert drawn.std() == pytest.approx(1.0, abs=0.02)


def test_series_follow_their_past_as_told():
    drawn = laws.following(np.random.default_rng(3), (400, 500), 0.6)
    assert (drawn[:, 1:] * drawn[:, :-1]).mean() == pytest.approx(0.6, abs=0.02)
