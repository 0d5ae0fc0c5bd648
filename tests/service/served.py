"""The real application over migrated stores, and callers of every function."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from domain.values import Function
from migrations import migrate
from migrations.places import STORES
from service.app import close, create_app
from service.settings import Settings
from service.store import open_tokens

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
COUNCIL, NEIGHBOUR = "Northmoor Council", "Southmoor Council"
# Nobody audits what their own organisation does.
AUDIT_OFFICE = "Office of Plain Accounts"

APPROACH = {
    "happened_on": "2014-01-06",
    "name": "Enhanced health in care homes",
    "theory_of_change": "A named team that visits weekly prevents crises.",
    "sectors": ["health", "social care"],
    "core_components": ["weekly round"],
    "summary": "A team for each home.",
}
PROGRAMME = {
    "happened_on": "2014-02-03",
    "name": "Care-home team",
    "area": "Northmoor",
    "sectors": ["health"],
    "summary": "Weekly rounds in twelve homes.",
    "card": {"location": "Northmoor", "mission": "Fewer crises", "methods": "Weekly rounds"},
}
LAUNCHED = {"type": "launched", "happened_on": "2014-04-01"}
STALLED = {"type": "stalled", "happened_on": "2014-05-01", "reason": "No nurses to be had."}
MEASURED = {
    "type": "outcome_measured",
    "happened_on": "2015-09-01",
    "contrast": {
        "study": "Northmoor evaluation 2015",
        "unit": {"site": "Northmoor", "cohort": "2014", "horizon_months": 12},
        "outcome": {
            "domain": "emergency_admissions",
            "measure": "admissions a resident and year",
            "direction_good": -1,
            "kind": "count",
            "source": "administrative",
            "primary": True,
        },
        "design": {
            "type": "matched_comparison",
            "comparator": "usual_care",
            "confounding_factor": False,
            "adjusted_for_baseline": True,
            "controls_adequate": True,
            "comparison_similar": True,
        },
        "result": {
            "kind": "reported",
            "measure": "RR",
            "estimate": 0.77,
            "ci_low": 0.66,
            "ci_high": 0.9,
        },
    },
}
LESSON = {
    "title": "Nobody told the night staff",
    "text": "We trained the day shift and were called out every night for a month.",
    "barrier": "workforce",
    "who_could_move_it": "local",
    "phase": "launch",
}


@dataclass
class Served:
    """An application, a token by function, and short ways to call it."""

    app: object
    settings: Settings
    tokens: dict[str, str] = field(default_factory=dict)

    def call(self, method, path, *, by="delivery", **options):
        """One request; `by` is a function, a key of `tokens`, or None for a stranger."""
        headers = {"Authorization": f"Bearer {self.tokens[by]}"} if by else {}
        headers |= options.pop("headers", {})
        return self.app.test_client().open(path, method=method, headers=headers, **options)

    def get(self, path, **options):
        return self.call("GET", path, **options)

    def post(self, path, body, **options):
        return self.call("POST", path, json=body, **options)

    def tell(self, path, body, **options):
        """Posts what must be taken, and gives back the receipt."""
        answer = self.post(path, body, **options)
        assert answer.status_code == 201, answer.text
        return answer.get_json()

    def approach(self, **changes):
        return self.tell("/v1/approaches", APPROACH | changes, by="steward")["id"]

    def programme(self, approach, **changes):
        by = changes.pop("by", "delivery")
        body = PROGRAMME | {"approach_id": approach} | changes
        return self.tell("/v1/programmes", body, by=by)["id"]

    def measured_programme(self):
        """A launched programme with one result, and its approach."""
        approach = self.approach()
        programme = self.programme(approach)
        for event in (LAUNCHED, MEASURED):
            self.tell(f"/v1/programmes/{programme}/events", event)
        return programme, approach

    @property
    def lane(self):
        return self.app.extensions["candour"].record_lane

    def close(self):
        close(self.app)


def serve(folder, *, database=None, now=lambda: NOON, ids=None, **settings):
    """An application of its own in a folder, on SQLite unless another database is named."""
    address = database or f"sqlite:{folder / 'stores'}"
    chosen = Settings(database=address, data=str(folder), **settings)
    for store in STORES:
        migrate(address, store)
    served = Served(create_app(chosen, now=now, new_id=ids or numbered()), chosen)
    issue_tokens(served, now=now)
    return served


def numbered():
    """Ids that are new each time and the same each run."""
    numbers = count(1000)
    return lambda: UUID(int=next(numbers))


def issue_tokens(served, *, now):
    """One token a function of the council, and one for a neighbour's programme lead and peer."""
    tokens = open_tokens(served.settings, now=now)
    members = {function.value: (function, COUNCIL) for function in Function}
    members["auditor"] = (Function.AUDITOR, AUDIT_OFFICE)
    members["neighbour"] = (Function.DELIVERY, NEIGHBOUR)
    members["neighbouring peer"] = (Function.PEER, NEIGHBOUR)
    for name, (function, organisation) in members.items():
        served.tokens[name] = tokens.issue(
            f"member {name}",
            function=function,
            organisation=organisation,
            expires_at=now() + timedelta(days=1),
            label="test",
        )
    tokens.close()
