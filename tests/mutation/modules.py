"""Which modules are mutated, and the tests that are to see it."""

STANDARDS = (
    "scoring/standards/rules.py",
    "scoring/standards/interpreter.py",
    "scoring/standards/certainty.py",
    "scoring/standards/trees/answers.py",
    "scoring/standards/trees/domains.py",
    "scoring/standards/trees/interpreter.py",
    "scoring/standards/trees/overall.py",
    "scoring/standards/trees/reasons.py",
    "scoring/standards/trees/tree.py",
)
PUBLISHED = (
    "scoring/bodies.py",
    "scoring/examined.py",
    "scoring/published.py",
    "scoring/best_contrast.py",
    "scoring/changes.py",
    "scoring/lifts.py",
    "scoring/pools.py",
    "scoring/facts.py",
    "scoring/conduct.py",
    "scoring/families.py",
    "scoring/threats.py",
    "scoring/significance.py",
    "scoring/certainty_facts.py",
)
HOUSE = (
    "scoring/grading.py",
    "scoring/confidence.py",
    "scoring/units.py",
    "scoring/measurements.py",
    "scoring/bounding.py",
    "scoring/house_lifts.py",
    "scoring/body.py",
    "scoring/harms.py",
    "scoring/plans.py",
    "scoring/worthwhile.py",
)

# Files of tests by the modules they are asked of; of a folder all that is in it.
TESTS = {
    (*STANDARDS, *PUBLISHED): (
        "tests/scoring/standards",
        "tests/scoring/golden",
        "tests/scoring/test_best_contrast.py",
        "tests/scoring/test_bodies.py",
        "tests/scoring/test_climbing.py",
        "tests/scoring/test_examined.py",
        "tests/scoring/test_facts.py",
        "tests/scoring/test_grading.py",
        "tests/scoring/test_lifts.py",
        "tests/scoring/test_published.py",
        "tests/scoring/test_remembered.py",
        "tests/scoring/test_significance.py",
    ),
    HOUSE: (
        "tests/scoring/golden",
        "tests/scoring/test_explanation.py",
        "tests/scoring/test_funding_policy.py",
        "tests/scoring/test_grading.py",
        "tests/scoring/test_grading_laws.py",
        "tests/scoring/test_harms.py",
        "tests/scoring/test_house_bounds.py",
        "tests/scoring/test_house_lifts.py",
        "tests/scoring/test_plans.py",
        "tests/scoring/test_units.py",
        "tests/scoring/test_worthwhile.py",
    ),
}
