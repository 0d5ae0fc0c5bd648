"""Many effects -> one, for one subject or for thousands in one call."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import Final, TypeAlias

import numpy as np

from scoring.columns import Column, Numbers, check_same_length, column
from scoring.errors import InvalidInput, NotConverged, ScoringError, TooLittleData
from scoring.synthesis.independent.batch import (
    Batch,
    Flags,
    Indices,
    Names,
    Ragged,
    up_to_each,
    without_each,
)
from scoring.synthesis.independent.heterogeneity import METHODS, Heterogeneity, none
from scoring.synthesis.independent.inference import Choice, inferred
from scoring.synthesis.independent.intervals import q_profile_of, too_far
from scoring.synthesis.independent.results import OK, Columns, Intervals, Syntheses, Synthesis

# From the rows of a block of subjects (k, m) to blocks of parts of them: `without_each` and such.
Parts: TypeAlias = Callable[[Indices], Iterator[tuple[Indices, Indices]]]

# Wide enough for `ok` and for the longest code of `scoring.errors`.
LONGEST_STATUS: Final = "U32"


def synthesise(
    yi: Numbers,
    vi: Numbers,
    *,
    method: str = "REML",
    test: str = "adhoc",
    level: float = 0.95,
    prediction: str = "test",
) -> Synthesis:
    """Pool k independent effects `yi` (k,) with sampling variances `vi` (k,).

        w = 1 / (vi + tau2)       estimate = sum(w yi) / sum(w)       se = sqrt(f / sum(w))
        f = 1 for z and t; f = sum(w (yi - estimate)^2) / (k - 1) for knha, at least 1 for adhoc
        interval    estimate +- crit se, crit normal for z, t with k - 1 df otherwise
        prediction  estimate +- crit sqrt(tau2 + se^2), crit that of the interval (`test`) or of t
                    with k - 2 (`t_k2`) or k - 1 (`t_k1`) df
        I2 = tau2 / (tau2 + typical variance), H2 = 1 + tau2 / typical variance;
        for EE I2 = max(0, (Q - df) / Q), H2 = Q / df
    REML and ML find every local maximum of the likelihood and take the highest, where an iterative
    fit may stop at a lower one. One study is its own result: tau2 = 0, Wald test, and a prediction
    interval that knows of no other spread, as in metafor.
    Raises TooLittleData without studies; InvalidInput with field and row for what is not finite, a
    variance not above 0, or magnitudes beyond double precision; UnknownMethod for other names.
    Source: metafor 3.8 `rma.uni`; Higgins and Thompson 2002 (I2, H2); Knapp and Hartung 2003.
    """
    effects, variances = column("yi", yi), column("vi", vi, above=0.0)
    check_same_length(yi=effects, vi=variances)
    if not len(effects):
        raise TooLittleData("there is nothing to pool", field="yi", accepted="at least one study")
    choice = Choice(method=method, test=test, level=level, prediction=prediction)
    work = _Work(effects, variances, Ragged.single(len(effects)), choice)
    work.pool()
    return work.done().at(0)


def synthesise_many(
    yi: Numbers,
    vi: Numbers,
    subject: Names,
    *,
    method: str = "REML",
    test: str = "adhoc",
    level: float = 0.95,
    prediction: str = "test",
    leave_one_out: bool = False,
    cumulative: bool = False,
    intervals: bool = False,
) -> Syntheses:
    """Pool each subject's effects: rows `yi`, `vi` (N,) belong to the subject named in `subject`.

    Subjects may have any number of rows, in any order. Each is answered as `synthesise` answers it
    alone. One subject's bad data never stops or touches another: its figures are NaN, its `status`
    the code of the refusal, and `refusals` has the refusal with field and row (from 1, of all rows
    given). `leave_one_out` also pools every subject without each of its rows in turn, `cumulative`
    from its first rows up to each, and `intervals` adds the Q-profile intervals of tau2, I2 and H2.
    Raises only for what concerns the whole call: InvalidInput for columns of different lengths and,
    with the row, a subject that is missing (None, NaN, blank) or no name; UnknownMethod for other
    names of methods. Subjects are any hashable values; those that Python holds equal are one.
    """
    effects, variances = np.asarray(yi, np.float64), np.asarray(vi, np.float64)
    check_same_length(yi=effects, vi=variances)
    choice = Choice(method=method, test=test, level=level, prediction=prediction)
    work = _Work(effects, variances, Ragged.of("subject", subject, rows=len(effects)), choice)
    work.refuse_bad_rows()
    work.pool()
    if leave_one_out:
        work.without = work.pool_again(without_each, at_least=2)
    if cumulative:
        work.up_to = work.pool_again(up_to_each, at_least=1)
    if intervals:
        work.profile()
    return work.done()


class _Work:
    """The figures of a call as its blocks are done; a subject ends with figures or a refusal."""

    def __init__(self, yi: Column, vi: Column, rows: Ragged, choice: Choice) -> None:
        self.yi, self.vi, self.rows, self.choice = yi, vi, rows, choice
        self.refusals: dict[int, ScoringError] = {}
        self.figures = Columns.empty(len(rows.k))
        self.weights = np.full(len(yi), np.nan)
        self.maxima: list[tuple[Indices, Column]] = []
        self.without = self.up_to = Columns.empty(0)
        self.intervals = Intervals.empty(0)

    def refuse_bad_rows(self) -> None:
        """Takes out the subjects that have a row no pooling can use."""
        bad_y, bad_v = ~np.isfinite(self.yi), ~(np.isfinite(self.vi) & (self.vi > 0))
        owner = self.rows.owner()
        for row in np.flatnonzero(bad_y | bad_v)[::-1].tolist():
            field, values = ("yi", self.yi) if bad_y[row] else ("vi", self.vi)
            accepted = "a finite number" if bad_y[row] else "a finite number above 0"
            self.refusals[int(owner[row])] = InvalidInput(
                f"is {values[row]}", field=field, row=row + 1, accepted=accepted
            )

    def pool(self) -> None:
        """Pools every subject that is not refused."""
        for chosen, batch in self._batches(at_least=1):
            found = _estimated(batch, self.choice.method)
            figures, fitted = inferred(batch, found, self.choice)
            self.figures.put(chosen, figures)
            present = batch.present
            self.weights[batch.rows[present]] = (100 * fitted.w / fitted.total)[present]
            self.maxima.append((chosen[found.owner], found.maxima * batch.unit[found.owner] ** 2))
            self._refuse_unsettled(chosen, found.settled)

    def pool_again(self, parts: Parts, *, at_least: int) -> Columns:
        """Pools parts of every subject: one answer a row, NaN for subjects with too few."""
        again, owner = Columns.empty(len(self.yi)), self.rows.owner()
        for chosen, _ in self._batches(at_least=at_least):
            for row, members in parts(self.rows.members(chosen)):
                batch = Batch.of(self.yi, self.vi, members)
                found = _estimated(batch, self.choice.method)
                again.put(row, inferred(batch, found, self.choice)[0])
                self._refuse_unsettled(owner[row], found.settled)
        return again

    def profile(self) -> None:
        """Adds the Q-profile intervals of every subject with two studies or more."""
        intervals = self.intervals = Intervals.empty(len(self.rows.k))
        for chosen, batch in self._batches(at_least=2):
            found, settled = q_profile_of(batch, self.choice.level)
            intervals.put(chosen, found)
            self._refuse_unsettled(chosen, settled)

    def done(self) -> Syntheses:
        """What has been worked out, refused subjects without figures."""
        refused = np.array(sorted(self.refusals), dtype=np.intp)
        status = np.full(len(self.rows.k), OK, dtype=LONGEST_STATUS)
        if len(refused):
            self.figures.put(refused, Columns.empty(len(refused)))
            status[refused] = [self.refusals[number].code for number in refused.tolist()]
        owner = np.concatenate([np.zeros(0, np.intp), *(owners for owners, _ in self.maxima)])
        maxima = np.concatenate([np.zeros(0), *(tau2 for _, tau2 in self.maxima)])
        order = np.argsort(owner, kind="stable")
        return Syntheses(
            rows=self.rows,
            method=self.choice.method,
            test=self.choice.test,
            level=self.choice.level,
            prediction=self.choice.prediction,
            figures=self.figures,
            status=status,
            refusals=MappingProxyType(self.refusals),
            weights=self.weights,
            owner=owner[order],
            maxima=maxima[order],
            without=self.without,
            up_to=self.up_to,
            intervals=self.intervals,
        )

    def _batches(self, *, at_least: int) -> Iterator[tuple[Indices, Batch]]:
        sound = self.rows.k >= at_least
        sound[list(self.refusals)] = False
        for chosen, rows in self.rows.blocks(sound):
            batch = Batch.of(self.yi, self.vi, rows)
            far: Flags = np.any(batch.beyond_precision(), axis=0)
            if far.any():
                for number in np.flatnonzero(far).tolist():
                    self.refusals[int(chosen[number])] = too_far(batch, number)
                chosen, batch = chosen[~far], batch.kept(~far)
            if len(chosen):
                yield chosen, batch

    def _refuse_unsettled(self, owner: Indices, settled: Flags) -> None:
        for number in owner[~settled].tolist():
            self.refusals[number] = NotConverged(
                "the search ended before tau2 was found to full precision", field="tau2"
            )


def _estimated(batch: Batch, method: str) -> Heterogeneity:
    """tau2 of every subject; one study alone has no heterogeneity to estimate."""
    alone = batch.k < 2
    if not alone.any():
        return METHODS[method](batch)
    if alone.all():
        return none(batch)
    several = np.flatnonzero(~alone)
    found = METHODS[method](batch.kept(several))
    whole = none(batch)
    whole.tau2[several], whole.se[several] = found.tau2, found.se
    whole.settled[several] = found.settled
    return replace(
        whole,
        owner=np.concatenate([np.flatnonzero(alone), several[found.owner]]),
        maxima=np.concatenate([np.zeros(int(alone.sum())), found.maxima]),
    )
