"""A small portfolio behind the real application: what the tests of the pages walk through."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from domain.values import Function
from migrations import migrate
from service.app import close, create_app
from service.context import context
from service.settings import Settings

TODAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
STORES = ("record", "read", "access", "peer")
OURS, THEIRS = "Northmoor Council", "Southmoor Council"
# Nobody judges what is their own organisation's.
JUDGES = "Office of Plain Accounts"
HOSTILE = "<script>alert(1)</script>\"'&amp;"
DOMAIN = "emergency_admissions"
LABEL = "from published reports, transcribed by us, not endorsed by the bodies named"
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
KEY = re.compile(r'name="idempotency_key" value="([^"]+)"')


@dataclass
class World:
    """The application, a token by function, and the ids of what is in it."""

    app: object
    settings: Settings
    tokens: dict[str, str] = field(default_factory=dict)
    approach: str = ""
    programme: str = ""
    outcome: str = ""
    other: str = ""
    empty: str = ""
    lesson: str = ""

    def visitor(self, function=None):
        """A browser without script, signed in for a function or not at all."""
        client = self.app.test_client()
        if function is not None:
            answer = self.send(client, "/sign-in", {"token": self.tokens[function]})
            assert answer.status_code == 303, answer.text
        return client

    def send(self, client, path, fields, *, form_of=None):
        """Posts a form as a browser would: with what its page had hidden in it."""
        page = client.get(form_of or path).text
        hidden = {"csrf_token": CSRF.search(page)[1]}
        if key := KEY.search(page):
            hidden["idempotency_key"] = key[1]
        return client.post(path, data={**hidden, **fields})

    def tell(self, path, body, *, function="delivery"):
        """Posts to the API, and gives back the receipt."""
        headers = {"Authorization": f"Bearer {self.tokens[function]}"}
        answer = self.app.test_client().post(path, json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.get_json()

    def entries(self, programme):
        """What the record holds of a programme."""
        headers = {"Authorization": f"Bearer {self.tokens['auditor']}"}
        path = f"/v1/programmes/{programme}/events"
        return self.app.test_client().get(path, headers=headers).get_json()["items"]

    def close(self):
        close(self.app)


def small_world(folder):
    """Two places that try one approach, a third with nothing to show, and one lesson."""
    settings = Settings(database=f"sqlite:{folder}", data=str(folder))
    for store in STORES:
        migrate(settings.database, store)
    world = World(create_app(settings, now=lambda: TODAY), settings)
    with world.app.app_context():
        for function in Function:
            world.tokens[function.value] = issued(function, OURS)
        world.tokens["judge"] = issued(Function.AUDITOR, JUDGES)
        world.tokens["neighbour"] = issued(Function.DELIVERY, THEIRS)
    _fill(world)
    return world


def issued(function, organisation, label="test"):
    """A token for one function of an organisation."""
    return context().tokens.issue(
        f"{function.value}-{organisation}",
        function=function,
        organisation=organisation,
        expires_at=TODAY + timedelta(days=30),
        label=label,
    )


def _fill(world):
    world.approach = world.tell("/v1/approaches", APPROACH, function="steward")["id"]
    world.programme = _programme(world, "Settling-in visits, Northmoor", "delivery")
    world.other = _programme(world, f"Visits {HOSTILE}", "neighbour")
    world.empty = _programme(world, "Not yet begun", "neighbour")
    plan = f"/v1/programmes/{world.programme}/events"
    world.tell(plan, {"type": "plan_registered", "happened_on": "2015-01-10", "plan": PLAN})
    for told in LIFE:
        world.tell(plan, told)
    for programme, function, estimate in (
        (world.programme, "delivery", 0.72),
        (world.other, "neighbour", 0.9),
    ):
        path = f"/v1/programmes/{programme}/events"
        launched = {"type": "launched", "happened_on": "2015-04-01"}
        if programme == world.other:
            world.tell(path, launched, function=function)
        told = world.tell(path, measured(estimate), function=function)
        world.outcome = world.outcome or told["event_ids"][0]
    world.lesson = world.tell("/v1/lessons", LESSON, function="peer")["id"]
    lane = world.app.extensions["candour"].record_lane
    assert lane.follower.wait_for(lane.store.recorder.max_notification_id(), 30)


def _programme(world, name, function):
    body = {**PROGRAMME, "name": name, "approach_id": world.approach}
    return world.tell("/v1/programmes", body, function=function)["id"]


def measured(estimate, *, domain=DOMAIN, happened_on="2017-06-01"):
    """One published estimate from a randomised trial."""
    contrast = {
        "study": f"Trial {HOSTILE}",
        "unit": {"site": "Northmoor homes", "cohort": "residents in 2015", "horizon_months": 12},
        "outcome": {
            "domain": domain,
            "measure": "admissions per person",
            "direction_good": -1,
            "kind": "count",
            "source": "administrative",
            "primary": True,
        },
        "design": {"type": "rct", "comparator": "usual_care"},
        "result": {
            "kind": "reported",
            "measure": "RR",
            "estimate": estimate,
            "ci_low": round(estimate * 0.8, 3),
            "ci_high": round(estimate * 1.25, 3),
        },
        "source": {"title": "The report", "url": "javascript:alert(1)"},
    }
    return {"type": "outcome_measured", "happened_on": happened_on, "contrast": contrast}


def reader_pages(world):
    """Every page that any signed-in reader of the record can open."""
    subject = f"/programmes/{world.programme}"
    return [
        "/",
        "/programmes",
        subject,
        f"/programmes/{world.other}",
        f"/programmes/{world.empty}",
        f"{subject}/grades/{DOMAIN}",
        f"{subject}/grades/{DOMAIN}?as_of=2016-01-01",
        f"{subject}/grades/{DOMAIN}/wwc@4.1",
        f"{subject}/differences/{DOMAIN}",
        f"{subject}/differences/{DOMAIN}?first=wwc@4.1&second=eif@2017",
        f"{subject}/outcomes/{world.outcome}/facts",
        f"{subject}/worksheet/{DOMAIN}?standard=wwc@4.1",
        f"{subject}/worksheet/{DOMAIN}?standard=rob2@2019",
        "/approaches",
        f"/approaches/{world.approach}",
        f"/approaches/{world.approach}/grades/{DOMAIN}",
        f"/approaches/{world.approach}/grades/{DOMAIN}/essa@2015",
        f"/approaches/{world.approach}/differences/{DOMAIN}",
        "/standards",
        "/standards/wwc@4.1",
        "/standards/rob2@2019",
        "/standards/grade@2011",
        "/standards/diff",
        "/standards/diff?from=wwc@4.1&to=wwc@5.0",
        "/standards/diff?from=robins-i@2016&to=robins-i@2-draft-2025",
        "/portfolio",
        "/portfolio?as_of=2016-01-01&finding=promising",
        "/replay",
        "/replay?as_of=2016-01-01",
    ]


APPROACH = {
    "name": "Visits to care homes",
    "theory_of_change": "If somebody visits, problems are noticed early.",
    "sectors": ["health", "social care"],
    "core_components": ["a named visitor"],
    "summary": "Regular visits by a named person.",
    "happened_on": "2014-01-01",
}
PROGRAMME = {
    "area": "Northmoor",
    "sectors": ["health"],
    "summary": "Visits in the first weeks.",
    "card": {"location": "Northmoor", "mission": "Keep people well", "methods": "Visits"},
    "sources": [
        {"title": "Good source", "url": "https://example.org/report"},
        {"title": "Bad source", "url": "javascript:alert(1)"},
    ],
    "label": LABEL,
    "happened_on": "2015-01-05",
}
PLAN = {
    "design": "rct",
    "comparison": "usual care",
    "units": ["homes"],
    "outcomes": [
        {
            "domain": DOMAIN,
            "measure": "admissions per person",
            "primary": True,
            "horizon_months": 12,
            "smallest_worthwhile": 1.1,
            "measure_scale": "RR",
        },
        {"domain": "wellbeing", "measure": "a short scale", "primary": False},
    ],
}
LIFE = (
    {"type": "launched", "happened_on": "2015-04-01"},
    {"type": "milestone_reached", "happened_on": "2015-06-01", "milestone": "First home visited"},
    {"type": "stalled", "happened_on": "2015-09-01", "reason": "The money came late."},
    {"type": "resumed", "happened_on": "2015-12-01"},
    {
        "type": "pivoted",
        "happened_on": "2016-02-01",
        "kind": "adaptation",
        "change": "Telephone calls between visits.",
        "reason": "Visitors were ill.",
    },
    {
        "type": "cost_reported",
        "happened_on": "2016-12-31",
        "cost": {
            "amount": 41000,
            "currency": "GBP",
            "price_year": 2016,
            "per": "year",
            "perspective": "commissioner",
        },
    },
)
LESSON = {
    "title": "Money that must be spent by March",
    "text": f"It buys the wrong thing. {HOSTILE}",
    "barrier": "short_funding_cycles",
    "who_could_move_it": "funding_rule",
    "phase": "delivery",
    "region": "north",
}
