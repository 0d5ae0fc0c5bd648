"""Analyses to draw: the BCG vaccine trials as metafor 3.8 pools them, and any analysis at all."""

from hypothesis import strategies as st

from service.charts.analysis import AnalysedStudy, Analysis, Subgroup
from service.charts.scale import AxisKind
from service.charts.values import Effects, Estimate, Result

# escalc(measure="RR", dat.bcg): author and year, yi, sei; weight of rma() by REML, test "adhoc".
BCG = (
    ("Aronson 1948", -0.8893, 0.5706, 0.0506),
    ("Ferguson & Simes 1949", -1.5854, 0.4411, 0.0636),
    ("Rosenthal et al 1960", -1.3481, 0.6445, 0.0444),
    ("Hart & Sutherland 1977", -1.4416, 0.1415, 0.0970),
    ("Frimodt-Moller et al 1973", -0.2175, 0.2263, 0.0887),
    ("Stein & Aronson 1953", -0.7861, 0.0831, 0.1010),
    ("Vandiviere et al 1973", -1.6209, 0.4722, 0.0603),
    ("TPT Madras 1980", 0.0120, 0.0629, 0.1019),
    ("Coetzee & Berjak 1968", -0.4694, 0.2376, 0.0874),
    ("Rosenthal et al 1961", -1.3713, 0.2702, 0.0837),
    ("Comstock et al 1974", -0.3394, 0.1114, 0.0993),
    ("Comstock & Webster 1969", 0.4459, 0.7297, 0.0382),
    ("Comstock et al 1976", -0.0173, 0.2672, 0.0840),
)
# leave1out() and cumul() of the same fit: estimate, ci.lb, ci.ub.
WITHOUT = (
    (-0.7071, -1.1341, -0.2801), (-0.6540, -1.0533, -0.2548), (-0.6856, -1.1009, -0.2702),
    (-0.6284, -1.0289, -0.2280), (-0.7642, -1.1866, -0.3417), (-0.7109, -1.1516, -0.2701),
    (-0.6552, -1.0532, -0.2573), (-0.7948, -1.1960, -0.3935), (-0.7412, -1.1746, -0.3078),
    (-0.6530, -1.0639, -0.2421), (-0.7579, -1.1888, -0.3269), (-0.7598, -1.1606, -0.3590),
    (-0.7775, -1.1859, -0.3692),
)  # fmt: skip
CUMULATIVE = (
    (-0.8893, -2.0077, 0.2290), (-1.3250, -5.7593, 3.1093), (-1.3302, -2.6507, -0.0098),
    (-1.4220, -1.8309, -1.0132), (-1.0586, -1.8945, -0.2227), (-0.9877, -1.5961, -0.3793),
    (-1.0578, -1.6017, -0.5140), (-0.8990, -1.4757, -0.3223), (-0.8380, -1.3382, -0.3378),
    (-0.8941, -1.3534, -0.4348), (-0.8286, -1.2465, -0.4108), (-0.7775, -1.1859, -0.3692),
    (-0.7145, -1.1084, -0.3206),
)  # fmt: skip
RANDOMISED = {"Aronson 1948", "Ferguson & Simes 1949", "Rosenthal et al 1960", "TPT Madras 1980"}
Z_95 = 1.959963984540054

RATIO = Effects(
    kind=AxisKind.RATIO, name="Risk ratio", favours=("favours vaccine", "favours no vaccine")
)
DIFFERENCE = Effects(kind=AxisKind.DIFFERENCE, name="Mean difference")


def estimate(value, low=None, high=None):
    return Estimate(value=value, low=low, high=high)


def study(name, value, error, *, weight=None, group=""):
    interval = estimate(value, value - Z_95 * error, value + Z_95 * error)
    return AnalysedStudy(name=name, estimate=interval, error=error, weight=weight, group=group)


def bcg(**changes):
    """The trials, what was filled in, left out and added up."""
    told = {
        "effects": RATIO,
        "method": "REML, truncated Knapp-Hartung intervals",
        "studies": [study(name, yi, sei, weight=weight) for name, yi, sei, weight in BCG],
        "together": estimate(-0.7145, -1.1084, -0.3206),
        "expected": (-1.9960, 0.5670),
        "tau2": 0.3132,
        "i2": 92.22,
        "q": 152.23,
        "q_p": 2.0e-26,
        "filled": [Result(name="Filled in 1", value=0.3104, error=0.4722)],
        "adjusted": estimate(-0.6571, -1.0070, -0.3072),
        "egger_p": 0.4512,
        "without": [estimate(*one) for one in WITHOUT],
        "cumulative": [estimate(*one) for one in CUMULATIVE],
    }
    return Analysis(**{**told, **changes})


def grouped_bcg():
    """The trials in two groups, each with an estimate of its own."""
    studies = [
        study(name, yi, sei, weight=weight, group="Randomised" if name in RANDOMISED else "Other")
        for name, yi, sei, weight in BCG
    ]
    groups = [
        Subgroup(name="Randomised", together=estimate(-0.8, -1.6, 0.1)),
        Subgroup(name="Other", together=estimate(-0.68, -1.1, -0.2)),
    ]
    return bcg(studies=studies, groups=groups)


def plain(names, values, errors, **changes):
    """Studies of a difference and the mean of them, with a band as wide as the widest."""
    middle = sum(values) / len(values)
    told = {
        "effects": DIFFERENCE,
        "method": "REML",
        "studies": [study(*one) for one in zip(names, values, errors, strict=True)],
        "together": estimate(middle, middle - max(errors), middle + max(errors)),
        "without": [estimate(middle, middle - one, middle + one) for one in errors],
        "cumulative": [estimate(middle, middle - one, middle + one) for one in errors],
    }
    return Analysis(**{**told, **changes})


HOSTILE = (
    "<script>alert(1)</script>\"' & \x00 ]]> </svg>",
    "W" * 300,
    "Лонгитюдное исследование " * 12,
    "دراسة عشوائية محكمة في مدينة القاهرة",
    "‮ מחקר אקראי (Jerusalem) 2019",
    "👩‍👩‍👧‍👦 a family 🚀🚀",
    "研究" * 80,
    "two\nlines\tand\r\na tab",
    "",
)


def hostile():
    values = [0.1, 0.2, -0.3, 0.4, 0.5, -0.6, 0.7, 0.8, 0.0]
    errors = [0.1, 0.2, 0.3, 0.1, 0.2, 0.3, 0.1, 0.2, 0.4]
    return plain(HOSTILE, values, errors)


any_float = st.floats(allow_nan=True, allow_infinity=True) | st.sampled_from(
    [0.0, 1e12, -1e12, 1e-10, 1e300, -1e300, 5e-324]
)
maybe = st.none() | any_float
words = st.text(max_size=60) | st.sampled_from(HOSTILE)
estimates = st.builds(Estimate, value=maybe, low=maybe, high=maybe)
results = st.builds(Result, name=words, value=maybe, error=maybe)
studies = st.builds(
    AnalysedStudy,
    name=words,
    estimate=estimates,
    error=maybe,
    weight=st.none() | st.floats(0, 1),
    group=st.sampled_from(["", "one", "two"]),
)
effects = st.builds(
    Effects,
    kind=st.sampled_from(AxisKind),
    name=words,
    favours=st.none() | st.tuples(words, words),
    level=st.sampled_from([0.8, 0.95, 0.99]),
)


@st.composite
def analyses(draw):
    """Any analysis whose refits, where there are any, are as many as its studies."""
    told = draw(st.lists(studies, max_size=6))
    refits = st.just([]) | st.lists(estimates, min_size=len(told), max_size=len(told))
    return Analysis(
        effects=draw(effects),
        method=draw(words),
        studies=told,
        together=draw(estimates),
        expected=draw(st.none() | st.tuples(any_float, any_float)),
        tau2=draw(any_float),
        i2=draw(st.none() | st.floats(0, 100)),
        q=draw(st.none() | st.floats(0, 1e9)),
        q_p=draw(st.none() | st.floats(0, 1)),
        filled=draw(st.lists(results, max_size=2)),
        adjusted=draw(st.none() | estimates),
        egger_p=draw(st.none() | st.floats(0, 1)),
        without=draw(refits),
        cumulative=draw(refits),
        groups=draw(st.sampled_from([(), (Subgroup(name="one", together=None),)])),
    )
