"""How the facts around a study are asked: whom it speaks of, who tells it, money and harms."""

from collections.abc import Mapping
from types import MappingProxyType

from service.pages.fact_wording import PERCENT, POUNDS, Words

# In the order in which a form asks them.
OF_REPORT: Mapping[str, Words] = MappingProxyType(
    {
        "directness.population": Words(
            "The people, compared with those this programme is for", "In age, need and place"
        ),
        "directness.intervention": Words("What was tried, compared with this programme"),
        "directness.comparator": Words("What it was compared with, compared with what is usual"),
        "directness.outcome": Words("What was measured, compared with what matters here"),
        "directness.time": Words("How long people were followed, compared with what matters here"),
        "reporting.evaluator": Words("Who evaluated it?", "Seen from whoever developed it"),
        "reporting.conflict_of_interest": Words(
            "Did those who evaluated have an interest in the result?",
            "Such as money that depends on it",
        ),
        "reporting.publication_status": Words("How far is the report?"),
        "reporting.peer_reviewed": Words("Was the report peer reviewed?"),
        "reporting.published_year": Words("In which year was it published?"),
        "implementation.theory_of_change": Words("Is there a written theory of how it works?"),
        "implementation.described": Words(
            "Is the programme described so that others could deliver it?"
        ),
        "implementation.manual": Words("Is there a manual?"),
        "implementation.training": Words("Is there training for those who deliver it?"),
        "implementation.fidelity": Words("How much was delivered as intended?", unit=PERCENT),
        "implementation.reach": Words(
            "How many of those it is for were reached?", "The share of them", unit=PERCENT
        ),
        "implementation.adherence": Words(
            "How many took it up as intended?", "The share of those reached", unit=PERCENT
        ),
        "implementation.mechanism_evidence": Words("Did anybody ask how it works?"),
        "implementation.moderators_tested": Words("Did anybody test for whom it works?"),
        "money.unit_cost": Words(
            "What does it cost for one person, or whatever its unit is?", unit=POUNDS
        ),
        "money.price_year": Words("In the prices of which year?"),
        "money.pv_costs": Words(
            "All costs together, as they are worth today",
            "The present value, of everybody who pays",
            unit=POUNDS,
        ),
        "money.pv_benefits": Words(
            "All benefits together, as they are worth today",
            "The present value; below 0 where it did damage",
            unit=POUNDS,
        ),
        "harms": Words(
            "Did anybody look for unwanted effects?",
            "Anything that was made worse. Once told, harm stays on the record",
        ),
        "harms.severity": Words("How bad the unwanted effect was"),
        "harms.attributed": Words("Whether the programme caused it"),
    }
)
