"""What could be about a person is refused by its shape, and appears in no refusal."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from service.estimating.given_names import GIVEN_NAMES, PLACE_WORDS
from service.estimating.personal import check_nobody_is_named
from service.estimating.refusals import EstimateRefused, Reason
from service.estimating.shapes import is_nhs_number
from service.sheets import Sheet

SURNAMES = ("Okafor", "Smith", "O’Neill", "Khan-Jones", "MacDonald", "Patel", "Nowak", "Begum")
PLACES = (
    "Northmoor", "St Albans", "King’s Lynn", "Milton Keynes", "Bury St Edmunds", "Victoria House",
    "Florence Court", "Stanley Road Surgery", "The Grange", "Rose Cottage", "Ward 3",
    "Nottingham City", "NG2", "E07000176", "A81001", "Dr Khan’s Surgery", "Isle of Lewis",
    "Guy’s and St Thomas’ NHS Foundation Trust", "Stoke-on-Trent", "Weston-super-Mare", "PCN 12",
    "Upper Tean", "Albert Dock", "Grace Manor Care Home", "Hill", "Team A", "Lot 7b", "SW1",
    "W Yorkshire", "N. Somerset", "NW Anglia", "Upton",
)  # fmt: skip
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


@st.composite
def nhs_numbers(draw):
    """Nine digits and the one that checks them, written in any of three ways."""
    nine = draw(st.lists(st.integers(0, 9), min_size=9, max_size=9).filter(any))
    total = sum(digit * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True))
    check = (11 - total % 11) % 11
    assume(check < 10)
    digits = "".join(map(str, [*nine, check]))
    form = draw(st.sampled_from(["{}{}{}", "{} {} {}", "{}-{}-{}"]))
    return form.format(digits[:3], digits[3:6], digits[6:])


names = st.builds(
    lambda given, surname, form: form.format(given.capitalize(), surname, given[0].upper()),
    # N. Somerset is a place: initials that are quarters of the sky decide nothing alone
    st.sampled_from(sorted(name for name in GIVEN_NAMES if name[0] not in "nsew")),
    st.sampled_from(SURNAMES),
    st.sampled_from(["{0} {1}", "{1}, {0}", "{0} {2}. {1}", "Mrs {1}", "Dr {0} {1}", "{2}. {1}"]),
)
postcodes = st.builds(
    lambda area, district, space, sector, unit, case: getattr(
        f"{area}{district}{space}{sector}{unit}", case
    )(),
    st.sampled_from(["NG", "M", "B", "EH", "SW"]),
    st.sampled_from(["2", "14", "1A"]),
    st.sampled_from(["", " "]),
    st.integers(0, 9),
    st.text(LETTERS, min_size=2, max_size=2),
    st.sampled_from(["upper", "lower"]),
)
phones = st.builds(
    lambda begin, digits, mark: f"{begin}{mark}{digits[:4]}{mark}{digits[4:]}",
    st.sampled_from(["07", "01", "02", "+447", "00442"]),
    st.text("0123456789", min_size=9, max_size=9),
    st.sampled_from(["", " ", "-"]),
)
insured = st.builds(
    lambda prefix, digits, last: f"{prefix} {digits[:2]} {digits[2:4]} {digits[4:]} {last}",
    st.sampled_from(["AB", "JG", "QQ"[::-1].replace("Q", "C"), "pw"]),
    st.text("0123456789", min_size=6, max_size=6),
    st.sampled_from("ABCDabcd"),
)
mails = st.emails()
sentences = st.sampled_from(
    [
        "She was angry when the nurse came late",
        "He lives with his mother and needs help",
        "I felt much better after the visits",
        "x" * 130,
    ]
)
personal = st.one_of(nhs_numbers(), names, postcodes, phones, insured, mails, sentences)


def refusal(columns, *, numeric=(), periods=None):
    """The refusal of a table of columns by name, or None."""
    rows = tuple(zip(*columns.values(), strict=True))
    sheet = Sheet(tuple(columns), rows, tuple(range(1, len(rows) + 1)))
    try:
        check_nobody_is_named(sheet, numeric=frozenset(numeric), periods=periods)
    except EstimateRefused as refused:
        assert refused.reason is Reason.PERSONAL
        return str(refused)
    return None


def columns_of(values):
    """A column among others of a file."""
    return {
        "month": [f"2019-{n % 12 + 1:02}" for n in range(len(values))],
        "code": values,
        "admissions": [str(3 * n) for n in range(len(values))],
    }


@settings(max_examples=400, deadline=None)
@given(values=st.lists(personal, min_size=1, max_size=6, unique=True))
def test_a_column_about_people_is_refused_and_never_repeated(values):
    told = refusal(columns_of(values))
    assert told is not None
    assert "column code" in told
    assert not any(value in told for value in values)


@settings(max_examples=300, deadline=None)
@given(
    value=st.one_of(nhs_numbers(), postcodes, phones, insured, mails),
    place=st.integers(0, 9),
    beside=st.sampled_from(["{}", "see {}", "ref: {} (old)"]),
)
def test_one_identifier_in_one_cell_is_enough(value, place, beside):
    values = [PLACES[n] for n in range(10)]
    values[place] = beside.format(value)
    told = refusal(columns_of(values))
    assert told is not None
    assert value not in told


@settings(max_examples=200, deadline=None)
@given(values=st.lists(personal, min_size=3, max_size=3, unique=True))
def test_a_file_without_a_header_does_not_have_its_first_row_repeated(values):
    columns = {values[0]: values[1:], "12": ["1", "2"]}
    told = refusal(columns)
    assert told is not None
    assert values[0] not in told


@settings(max_examples=300, deadline=None)
@given(values=st.lists(st.sampled_from(PLACES), min_size=1, max_size=20))
def test_places_and_codes_pass(values):
    assert refusal(columns_of(values)) is None


def test_every_place_passes_alone():
    assert {place: told for place in PLACES if (told := refusal(columns_of([place])))} == {}


@settings(max_examples=100, deadline=None)
@given(
    first=st.dates(date(1930, 1, 1), date(1980, 1, 1)),
    after=st.lists(st.integers(40, 3000), min_size=8, max_size=30, unique=True),
)
def test_days_spread_over_lifetimes_are_dates_of_birth(first, after):
    days = [first]
    for days_later in after:
        days.append(days[-1] + timedelta(days=days_later))
    assume((days[-1] - days[0]).days > 16 * 365)
    assume(len({day.day for day in days}) > 3)
    assume(not all(day.day >= 28 for day in days))
    for written in (days, [day.isoformat() for day in days]):
        assert "dates of birth" in refusal(columns_of(written))
        assert "dates of birth" in refusal(columns_of(written), periods="code")


@pytest.mark.parametrize("step", [1, 7, 28])
def test_long_series_of_days_weeks_and_months_are_no_birthdays(step):
    days = [date(1990, 1, 1) + timedelta(days=step * n) for n in range(16 * 366 // step)]
    assert refusal(columns_of(days)) is None
    monthly = [date(1990 + n // 12, n % 12 + 1, 1) for n in range(300)]
    ends = [day - timedelta(days=1) for day in monthly]
    assert refusal(columns_of(monthly)) is None
    assert refusal(columns_of(ends)) is None


@pytest.mark.parametrize(
    "header",
    [
        "DOB", "date_of_birth", "BirthDate", "Surname", "first name", "patient_name",
        "Name of child", "NHS No", "nhs_number", "NINO", "E-mail", "Mobile", "telephone number",
        "Home address", "ClientName", "initials", "Date of death",
    ],
)  # fmt: skip
def test_a_header_tells_what_is_below_it(header):
    columns = {header: ["1", "2"], "admissions": ["3", "4"]}
    assert refusal(columns) is not None
    blank = {header: [None, ""], "admissions": ["3", "4"]}
    assert refusal(blank) is None


@pytest.mark.parametrize(
    "header",
    [
        "deaths", "births", "area name", "ward name", "practice", "site", "home", "person_id",
        "age", "nhs_trust", "name", "month", "postcode district", "contacts", "residents", "staff",
    ],
)  # fmt: skip
def test_headers_of_outcomes_and_places_pass(header):
    assert refusal({header: ["1", "2"], "admissions": ["3", "4"]}) is None


def test_large_numbers_are_outcomes_where_they_are_used_as_numbers():
    spent = [str(4_000_000_000 + 137 * n) for n in range(40)]
    by_chance = [text for text in spent if is_nhs_number(text)]
    assert by_chance
    assert refusal(columns_of(spent), numeric={"code"}) is None
    assert refusal(columns_of(spent)) is not None
    assert refusal(columns_of(by_chance), numeric={"code"}) is not None


def test_a_column_of_few_people_among_many_places_is_of_people():
    values = [*PLACES[:4], "Jane Okafor", "Ali Khan-Jones"]
    assert refusal(columns_of(values)) is not None


def test_sectors_of_postcodes_are_finer_than_districts():
    assert "finer than a district" in refusal(columns_of(["NG2 5", "NG2 6", "NG1 1"]))
    assert refusal(columns_of(["NG2", "NG11", "NG1"])) is None


def test_no_given_name_is_a_word_of_places():
    assert set() == GIVEN_NAMES & PLACE_WORDS
