"""Subjects of every finding, and with everything that an explanation may have to tell."""

from dataclasses import replace

from scoring.evidence import Awaited, Harm
from tests.scoring.evidence import PLANNED, conducted, ratio, subject, trials

# G5, G7 and G8 of the golden values: (effect, standard error).
WORKS = [(0.21, 0.10), (0.35, 0.15), (0.08, 0.07), (0.27, 0.12)]
WORKS += [(0.19, 0.20), (0.31, 0.09), (0.12, 0.11), (0.24, 0.06)]
HARMS = [(-0.20, 0.08), (-0.31, 0.12), (-0.15, 0.10), (-0.28, 0.09)]
HARMS += [(-0.22, 0.15), (-0.35, 0.20), (-0.18, 0.07)]
NOTHING = [(0.01, 0.05), (-0.02, 0.06), (0.03, 0.05), (-0.01, 0.07), (0.02, 0.05)]
NOTHING += [(0, 0.06), (-0.03, 0.05), (0.01, 0.05), (0.02, 0.06), (-0.01, 0.05)]

VALUES = {
    "works": WORKS,
    "harmful": HARMS,
    "no detectable effect": NOTHING,
    "promising": [(0.5, 0.05)],
    "concerning": [(-0.25, 0.05)],
    "no effect where tried": [(0.0, 0.01)],
    "insufficient": [(0.25, 0.1)],
}
SPLIT = {
    "works": [(0.6, 0.05), (0.1, 0.05)],
    "harmful": [(-0.6, 0.05), (-0.1, 0.05)],
    "no detectable effect": [(0.04, 0.02), (-0.04, 0.02)],
    "promising": [(0.6, 0.05), (0.1, 0.05)],
    "concerning": [(-0.6, 0.05), (-0.1, 0.05)],
    "no effect where tried": [(0.06, 0.01), (-0.06, 0.01)],
    "insufficient": [(0.3, 0.1), (-0.2, 0.1)],
}
REGISTERED = {"no detectable effect": 0.2}
LOOKED = {"harms": ()}


def plainly(finding):
    return subject(*_trials(finding, **LOOKED))


def small(finding):
    """The same, short of the effect that was registered as worthwhile."""
    return subject(*_trials(finding, registered=2.0, **LOOKED))


def split(finding):
    """The same in two contexts that differ, at as many places."""
    places = len(VALUES[finding])
    told = [
        replace(one, event_id=f"event-{n}-{value}", context={"setting": value})
        for n in range(1, places + 1)
        for one, value in zip(
            _told(SPLIT[finding], finding, number=n, **LOOKED), ("homes", "wards"), strict=True
        )
    ]
    return subject(*told)


def harmed(finding):
    """The same, of which two harms were told: one serious, one minor and ruled out."""
    first, *rest = _trials(finding, **LOOKED)
    told = (Harm(severity="serious"), Harm(severity="minor", attributed=False))
    return subject(replace(first, harms=told), *rest)


def switched(finding):
    """The same by another measure and later than planned."""
    promise = replace(PLANNED, measure="falls", primary=True, horizon_months=12.0, switched=True)
    return subject(*_trials(finding, promise=promise, horizon_months=24.0, **LOOKED))


def unreported(finding):
    """The same beside a primary outcome that is due and one that is not known to be."""
    waited = (
        Awaited(
            programme="programme",
            measure="deaths",
            primary=True,
            horizon_months=12.0,
            due_on="2021-03-01",
        ),
        Awaited(programme="programme", measure="visits", primary=False),
    )
    due = frozenset({"programme"})
    return subject(*_trials(finding, **LOOKED), unreported=due, awaited=waited)


KINDS = {
    "plainly": plainly,
    "split": split,
    "harmed": harmed,
    "switched": switched,
    "unreported": unreported,
}


def _trials(finding, *, registered=None, promise=PLANNED, **facts):
    mark = registered or REGISTERED.get(finding, promise.smallest_worthwhile)
    return trials(VALUES[finding], promise=replace(promise, smallest_worthwhile=mark), **facts)


def _told(values, finding, *, number, **facts):
    mark = REGISTERED.get(finding, PLANNED.smallest_worthwhile)
    promise = replace(PLANNED, smallest_worthwhile=mark)
    return trials(values, promise=promise, site=f"site-{number}", **facts)


def shut_out_harm():
    """One harmful result that the gate keeps out, of which nobody said whether harm was sought."""
    return subject(conducted(ratio(1.5, 1.2, 1.9), confounding_factor=None))
