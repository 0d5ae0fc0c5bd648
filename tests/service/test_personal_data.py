"""What could be about a person is refused by its shape, and appears in no refusal."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from service.estimating.given_names import GIVEN_NAMES, PLACE_WORDS
from service.estimating.identifiers import is_nhs_number
from service.estimating.personal import check_nobody_is_named
from service.estimating.refusals import EstimateRefused, Reason
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


def refusal(columns, *, numeric=(), not_personal=()):
    """The refusal of a table of columns by name, or None."""
    rows = tuple(zip(*columns.values(), strict=True))
    sheet = Sheet(tuple(columns), rows, tuple(range(1, len(rows) + 1)))
    try:
        check_nobody_is_named(sheet, numeric=numeric, not_personal=not_personal)
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
        assert "dates of birth" in refusal(columns_of(written), not_personal=["code"])


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
        "Home address", "ClientName", "initials", "Date of death", "client_dob", "patient dob",
        "dob_patient", "date_birth", "BirthDt", "birth_month", "patient_nhs_number", "NHS Ref",
        "Forename(s)", "Hospital number", "MRN", "UPN", "pseudo_nhs", "born on",
    ],
)  # fmt: skip
def test_a_header_tells_what_is_below_it(header):
    columns = {header: ["1234567", "7654321"], "admissions": ["3", "4"]}
    assert refusal(columns) is not None
    blank = {header: [None, ""], "admissions": ["3", "4"]}
    assert refusal(blank) is None


@pytest.mark.parametrize(
    "header",
    [
        "deaths", "births", "area name", "ward name", "practice", "site", "home", "person_id",
        "age", "nhs_trust", "name", "month", "postcode district", "contacts", "residents", "staff",
        "mobile", "staff name", "contact name", "tel", "chi no", "birth weight", "year of birth",
    ],
)  # fmt: skip
def test_headers_of_outcomes_and_places_pass(header):
    assert refusal({header: ["1", "2"], "admissions": ["3", "4"]}) is None


def test_large_numbers_are_nhs_numbers_only_where_more_than_chance_pass_the_check():
    spent = [str(4_000_000_000 + 137 * n) for n in range(40)]
    by_chance = [text for text in spent if is_nhs_number(text)]
    assert 0 < len(by_chance) < 12
    for numeric in ((), ("code",)):
        assert refusal(columns_of(spent), numeric=numeric) is None
        assert "NHS" in refusal(columns_of(by_chance), numeric=numeric)


def nhs_number(nine):
    total = sum(int(d) * w for d, w in zip(nine, range(10, 1, -1), strict=True))
    return f"{nine}{(11 - total % 11) % 11}"


NUMBERS = [n for k in range(30) if len(n := nhs_number(f"{943_476_591 + 7 * k}")) == 10]


@pytest.mark.parametrize(
    "write",
    [
        lambda n: f"{n[:3]}.{n[3:6]}.{n[6:]}",
        lambda n: f"{n[:3]}/{n[3:6]}/{n[6:]}",
        lambda n: f"{n[:3]}\u2013{n[3:6]}\u2013{n[6:]}",
        lambda n: f"{n[:4]} {n[4:7]} {n[7:]}",
        lambda n: f"{int(n):,}",
        lambda n: f"{n}.0",
        lambda n: f"{float(n):.9E}",
        lambda n: "".join(chr(0xFF10 + int(digit)) for digit in n),
        lambda n: f"p_{n}_1",
        int,
        float,
    ],
)
@pytest.mark.parametrize("numeric", [(), ("code",)])
def test_nhs_numbers_are_known_however_they_are_written(write, numeric):
    told = refusal(columns_of([write(n) for n in NUMBERS]), numeric=numeric, not_personal=["code"])
    assert "NHS numbers" in told


def test_some_nhs_numbers_among_many_case_numbers_are_told_from_chance():
    cases = [str(2_000_000_011 + 7_919 * n) for n in range(40)]
    assert refusal(columns_of(cases)) is None
    assert "NHS numbers" in refusal(columns_of([*cases[:30], *NUMBERS[:15]]))


@pytest.mark.parametrize("mark", [" ", "-", "_", ".", "/", "  ", "\u00a0", "\u2013"])
def test_postcodes_are_known_however_they_are_parted(mark):
    told = refusal(columns_of([f"NG2{mark}6AA", f"M1{mark}1AE"]), not_personal=["code"])
    assert "full postcodes" in told


def test_codes_of_areas_that_there_are_not_are_no_postcodes():
    assert refusal(columns_of(["S01 1AA", "C12 3BB", "A1 1AB", "RX1RA", "E07000176"])) is None


BORN = [date(1931 + 37 * n % 71, 1 + 5 * n % 12, 1 + 11 * n % 28) for n in range(30)]


@pytest.mark.parametrize(
    "form",
    [
        "%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y", "%Y-%m-%d 00:00:00", "%d %b %Y", "%d %B %Y", "%d-%b-%Y",
        "%Y%m%d", "%d%m%Y", "%dth %B %Y", "%Y-%m",
    ],
)  # fmt: skip
def test_dates_of_birth_are_known_however_they_are_written(form):
    assert "dates of birth" in refusal(columns_of([day.strftime(form) for day in BORN]))
    children = [
        day.replace(year=2008 + 7 * n * n % 11).strftime(form) for n, day in enumerate(BORN)
    ]
    assert "dates of birth" in refusal(columns_of(children))


@pytest.mark.parametrize(
    "values",
    [
        ["2001-09-03", "2004-09-06", "2009-09-02", "2015-09-01", "2019-09-04"],
        ["Summer", "Autumn", "Winter"],
        ["Amber", "Red", "Green"],
        ["Ruby", "Amber"],
        ["Leigh East", "St Mary", "Victoria", "Heather", "Clare", "Duncan", "Holly", "Stanley"],
        ["Victoria", "Norton", "Clifton", "Craig", "Ross", "Graham", "Norman", "Alexandra"],
        ["Dr Khan and Partners", "Dr Smith & Partners", "The Grange", "Dr Khan"],
        ["April", "May", "June", "July"],
    ],
)
def test_terms_colours_wards_and_practices_are_no_people(values):
    assert refusal(columns_of(values)) is None


@pytest.mark.parametrize(
    "values",
    [
        ["SMITH", "PATEL", "KHAN", "JONES", "TAYLOR"],
        ["Agnieszka Kowalska", "Oluwaseun Adeyemi", "Zhang Wei", "Tadeusz Nowak"],
        ["Gwenllian Rhys-Prydderch", "Llewellyn ap Gruffudd", "Angharad Pugh"],
        ["John Smith 1", "Priya Patel 2", "Aisha Khan 3"],
        ["12 High Street", "4 Park Lane", "7 Mill Road"],
        ["H801200001001", "T123456789012"],
        ["AB-12-34-56-C"],
        ["0115/4960000"],
        ["a.b at x.org"],
    ],
)
def test_more_shapes_of_people_are_refused_unless_somebody_says_otherwise(values):
    told = refusal(columns_of(values))
    assert told is not None
    assert not any(value in told for value in values)
    assert ("not personal" in told) is (refusal(columns_of(values), not_personal=["code"]) is None)


def test_hospitals_called_like_people_pass_once_somebody_says_that_they_are_nobody():
    hospitals = ["James Paget", "George Eliot", "John Radcliffe", "Harold Wood"]
    assert "not personal" in refusal(columns_of(hospitals))
    assert refusal(columns_of(hospitals), not_personal=["code"]) is None
    assert refusal({"member name": ["abc", "def"]}, not_personal=["member name"]) is None


@pytest.mark.parametrize("certain", ["943 476 5919", "NG2 6AA", "jo@example.org"])
def test_nobody_can_say_of_what_is_certain_that_it_is_about_nobody(certain):
    told = refusal(columns_of([certain]), not_personal=["code"])
    assert told is not None
    assert "not personal" not in told


def test_a_column_of_few_people_among_many_places_is_of_people():
    values = [*PLACES[:4], "Jane Okafor", "Ali Khan-Jones"]
    assert refusal(columns_of(values)) is not None


def test_sectors_of_postcodes_are_finer_than_districts():
    assert "finer than a district" in refusal(columns_of(["NG2 5", "NG2 6", "NG1 1"]))
    assert refusal(columns_of(["NG2", "NG11", "NG1"])) is None


def test_no_given_name_is_a_word_of_places():
    assert set() == GIVEN_NAMES & PLACE_WORDS
