"""Raw outcomes by form: looked at first, recorded once and whole, refused beside the field."""

import html
import io
import json
import re

import pytest

from service.pages.asked import QUESTIONS
from service.pages.carried import Carried
from tests.service.pages_world import CSRF, small_world
from tests.service.raw_outcomes import EXAMPLES, csv_of

CARRIED = re.compile(r'name="estimate" value="([^"]+)"')
FACTS = {
    "happened_on-day": "1", "happened_on-month": "6", "happened_on-year": "2021",
    "domain": "Emergency admissions", "measure_name": "admissions a month", "direction_good": "-1",
    "outcome_kind": "count", "primary": "yes", "study": "Our own figures", "site": "Northmoor",
    "cohort": "everybody, 2016 to 2020", "months": "24", "outcome_source": "administrative",
}  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = small_world(tmp_path_factory.mktemp("pages"))
    yield made
    made.close()


@pytest.fixture
def lead(world):
    return world.visitor("delivery")


def path_of(world, rest):
    return f"/programmes/{world.programme}/estimates/{rest}"


def uploaded(world, client, name, *, raw=None, **changes):
    """The answer to a file sent with the columns and options of an example."""
    example = EXAMPLES[name]
    told = {
        f"column-{r}": n if isinstance(n, str) else ",".join(n) for r, n in example.roles.items()
    }
    told |= {f"option-{option}": str(value) for option, value in example.options.items()}
    file = (io.BytesIO(example.raw if raw is None else raw), "outcomes.csv")
    return world.send(client, path_of(world, name), {**told, "file": file, **changes})


def carried(page):
    return html.unescape(CARRIED.search(page)[1])


def asked_facts(world, client, estimate, **changes):
    """The page that asks for the rest, and the form it holds, filled in."""
    hidden = {"csrf_token": CSRF.search(client.get("/programmes/new").text)[1]}
    page = client.post(path_of(world, "facts"), data={**hidden, "estimate": estimate}).text
    key = re.search(r'name="idempotency_key" value="([^"]+)"', page)
    return page, {
        **hidden, "idempotency_key": key[1] if key else "", "estimate": estimate, **FACTS, **changes
    }  # fmt: skip


def test_a_lead_chooses_what_they_have_first(world, lead):
    page = lead.get(path_of(world, "new")).text
    assert page.count('name="design"') == len(EXAMPLES)
    chosen = lead.get(path_of(world, "new") + "?design=did")
    assert (chosen.status_code, chosen.headers["Location"]) == (303, path_of(world, "did"))
    for nothing in ("", "magic"):
        again = lead.get(path_of(world, "new") + f"?design={nothing}")
        assert again.status_code == 422
        assert 'href="#design"' in again.text


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_design_is_looked_at_before_anything_is_recorded(world, lead, name):
    before = len(world.entries(world.programme))
    assert lead.get(path_of(world, name)).status_code == 200
    answer = uploaded(world, lead, name)
    assert answer.status_code == 200, answer.text
    assert "Nothing is recorded yet, and your file is gone" in answer.text
    assert (
        answer.text.count("candour-chart--wide") == answer.text.count("candour-chart--narrow") > 0
    )
    assert "Passes" in answer.text or "Fails" in answer.text or "To know" in answer.text
    assert Carried.read(carried(answer.text), known=QUESTIONS) is not None
    assert len(world.entries(world.programme)) == before


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_the_data_cannot_tell_is_asked_and_what_they_tell_is_not(world, lead, name):
    estimate = carried(uploaded(world, lead, name).text)
    page, _ = asked_facts(world, lead, estimate)
    told = json.loads(estimate)
    for path in QUESTIONS:
        assert (f'name="{path.replace(".", "-")}"' in page) is (path in told["asked"]), path
    assert set(told["asked"]).isdisjoint(told["contrast"]["result"]["facts"])


def test_an_estimate_is_recorded_once_with_the_facts_that_were_asked_for(world, lead):
    estimate = carried(uploaded(world, lead, "did").text)
    page, fields = asked_facts(
        world, lead, estimate,
        **{"design-comparator": "usual_care", "design-confounding_factor": "no"},
    )  # fmt: skip
    assert 'value="score"' in page
    before = len(world.entries(world.programme))
    answers = [lead.post(path_of(world, "record"), data=fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303], answers[0].text
    entries = world.entries(world.programme)
    assert len(entries) == before + 1
    contrast = entries[-1]["facts"]["contrast"]
    assert contrast["result"] == json.loads(estimate)["contrast"]["result"]
    assert contrast["design"]["comparator"] == "usual_care"
    assert contrast["design"]["confounding_factor"] is False
    assert contrast["design"]["contamination"] is None
    assert contrast["design"]["units_intervention"] == 6
    assert contrast["outcome"]["source"] == "administrative"
    story = lead.get(f"/programmes/{world.programme}").text
    assert "Estimated here from raw outcomes (112 rows that are kept nowhere" in story


def test_the_same_figures_are_not_recorded_for_another_place(world, lead):
    raw = csv_of(EXAMPLES["did"].columns | {"note": list(range(112))})
    estimate = carried(uploaded(world, lead, "did", raw=raw).text)
    _, fields = asked_facts(world, lead, estimate)
    assert lead.post(path_of(world, "record"), data=fields).status_code == 303
    before = len(world.entries(world.programme))
    _, fields = asked_facts(world, lead, estimate, site="Elsewhere", direction_good="1")
    answer = lead.post(path_of(world, "record"), data=fields)
    assert answer.status_code == 422
    assert "withdraw it first" in answer.text
    assert len(world.entries(world.programme)) == before


def test_a_false_alarm_is_passed_by_a_tick_and_never_for_nhs_numbers(world, lead):
    columns = EXAMPLES["its"].columns
    raw = csv_of(columns | {"hospital": ["James Paget", "George Eliot"] * 30})
    refused = uploaded(world, lead, "its", raw=raw)
    assert refused.status_code == 422
    assert re.search(r'name="not_personal"[^>]*value="hospital"', refused.text)
    assert uploaded(world, lead, "its", raw=raw, not_personal="hospital").status_code == 200
    raw = csv_of(columns | {"ref": ["943.476.5919"] * 60})
    refused = uploaded(world, lead, "its", raw=raw, not_personal="ref")
    assert refused.status_code == 422
    assert "NHS numbers" in refused.text


def test_units_are_named_on_the_screen_and_in_nothing_that_is_carried_on(world, lead):
    page = uploaded(world, lead, "synthetic_control").text
    assert "Which unit is which" in page
    assert "Area 5" in page
    assert "Area" not in carried(page)


def test_no_row_of_the_file_is_in_any_page_that_others_see(world, lead):
    chance = [str(round(100 + 7.13 * n % 61, 3)) for n in range(60)]
    columns = EXAMPLES["its"].columns | {"admissions": chance}
    estimate = carried(uploaded(world, lead, "its", raw=csv_of(columns)).text)
    assert not [cell for cell in chance if f"{cell}," in estimate or f"{cell}}}" in estimate]
    _, fields = asked_facts(world, lead, estimate, cohort="another cohort")
    assert lead.post(path_of(world, "record"), data=fields).status_code == 303
    story = world.visitor("funder").get(f"/programmes/{world.programme}").text
    assert not [cell for cell in chance if cell in story]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"happened_on-day": ""}, "happened_on", "must be a real date"),
        ({"happened_on-year": "2099"}, "happened_on", "in the future"),
        ({"domain": ""}, "domain", "Enter what the outcome is about"),
        ({"direction_good": ""}, "direction_good", "Choose which way is good"),
        ({"study": " "}, "study", "Enter the name of the study"),
        ({"months": "-3"}, "months", "a number of 0 or more"),
        ({"site": "x" * 201}, "site", "too long"),
        ({"source_url": "javascript:1", "source_title": "x"}, "source_url", "must start with"),
    ],
)
def test_a_mistake_in_the_facts_is_named_and_the_estimate_is_not_lost(
    world, lead, change, field, words
):
    estimate = carried(uploaded(world, lead, "its").text)
    _, fields = asked_facts(world, lead, estimate, **change)
    before = len(world.entries(world.programme))
    answer = lead.post(path_of(world, "record"), data=fields)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}"' in answer.text
    assert words in html.unescape(answer.text)
    assert carried(answer.text) == estimate
    assert len(world.entries(world.programme)) == before


def test_counts_that_cannot_be_are_refused_beside_their_field(world, lead):
    estimate = carried(uploaded(world, lead, "did").text)
    told = json.loads(estimate)
    told["asked"] = ["sample.assigned_intervention", "sample.analysed_intervention"]
    _, fields = asked_facts(
        world, lead, json.dumps(told),
        **{"sample-assigned_intervention": "4", "sample-analysed_intervention": "5"},
    )  # fmt: skip
    answer = lead.post(path_of(world, "record"), data=fields)
    assert answer.status_code == 422
    assert 'href="#sample-analysed_intervention"' in answer.text


@pytest.mark.parametrize(
    "bent",
    [
        lambda told: told["contrast"]["result"].update(estimate=-29.0),
        lambda told: told["contrast"]["result"]["checks"].pop(),
        lambda told: told["contrast"]["result"].update(receipt="0" * 64),
        lambda told: told["contrast"]["result"]["facts"].clear(),
    ],
)
def test_an_estimate_that_was_bent_on_the_way_is_not_recorded(world, lead, bent):
    told = json.loads(carried(uploaded(world, lead, "its").text))
    bent(told)
    page, fields = asked_facts(world, lead, json.dumps(told))
    assert "This form is out of date" in page
    before = len(world.entries(world.programme))
    assert lead.post(path_of(world, "record"), data=fields).status_code == 400
    assert len(world.entries(world.programme)) == before


def test_facts_that_the_data_showed_cannot_be_told_otherwise(world, lead):
    told = json.loads(carried(uploaded(world, lead, "its").text))
    told["contrast"]["design"]["type"] = "rct"
    _, fields = asked_facts(world, lead, json.dumps(told))
    assert lead.post(path_of(world, "record"), data=fields).status_code == 422


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "{}", '{"contrast": 1, "asked": []}', "1" * 400_001,
     '{"contrast": {"design": {}, "sample": {}, "baseline": [], "result": {}}, "asked": []}'],
)  # fmt: skip
def test_what_is_no_estimate_of_ours_is_refused(world, lead, text):
    hidden = {"csrf_token": CSRF.search(lead.get("/programmes/new").text)[1], "estimate": text}
    for step in ("facts", "record"):
        assert lead.post(path_of(world, step), data=hidden | FACTS).status_code == 400


def test_an_estimate_of_one_programme_is_not_recorded_for_another(world, lead):
    estimate = carried(uploaded(world, lead, "its").text)
    made = world.tell(
        "/v1/programmes",
        {
            "name": "Another", "area": "Northmoor", "sectors": ["health"], "summary": "Another.",
            "card": {"location": "N", "mission": "M", "methods": "V"}, "happened_on": "2015-01-05",
            "approach_id": world.approach,
        },
    )["id"]  # fmt: skip
    launched = {"type": "launched", "happened_on": "2015-04-01"}
    world.tell(f"/v1/programmes/{made}/events", launched)
    _, fields = asked_facts(world, lead, estimate)
    before = len(world.entries(made))
    for step in ("facts", "record"):
        answer = lead.post(f"/programmes/{made}/estimates/{step}", data=fields)
        assert answer.status_code == 400
    assert len(world.entries(made)) == before


@pytest.mark.parametrize(
    ("name", "changes", "field", "words"),
    [
        ("its", {"option-start": ""}, "option-start", "Enter the first period"),
        ("its", {"option-start": "soon"}, "option-start", "is not accepted"),
        ("its", {"option-lag": "soon"}, "option-lag", "is not accepted"),
        ("its", {"column-outcome": "falls"}, "column-outcome", "is not in the file"),
        ("its", {"raw": b""}, "file", "Choose a file that is not empty"),
        ("its", {"raw": b"%PDF-1.7"}, "file", "this is a PDF"),
        ("did", {"column-covariates": "score"}, "column-covariates", "is used for"),
    ],
)
def test_what_is_wrong_with_an_upload_stands_beside_its_field(
    world, lead, name, changes, field, words
):
    answer = uploaded(world, lead, name, **changes)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}"' in answer.text
    assert words in answer.text
    assert "<title>Error: " in answer.text


def test_everything_to_mend_in_a_file_is_listed_row_by_row(world, lead):
    rows = EXAMPLES["its"].raw.decode().splitlines()
    broken = "\n".join([rows[0], *(f"{row.split(',')[0]},x" for row in rows[1:])]).encode()
    answer = uploaded(world, lead, "its", raw=broken)
    assert "The file has 60 things to mend. They are listed below" in answer.text
    assert "Row 50, admissions" in answer.text
    assert "And 10 more." in answer.text


def test_personal_data_are_refused_and_not_repeated(world, lead):
    columns = EXAMPLES["its"].columns | {"who": ["Jane Okafor"] * 60}
    answer = uploaded(world, lead, "its", raw=csv_of(columns))
    assert answer.status_code == 422
    assert "column who looks like people" in answer.text
    assert "Okafor" not in answer.text


def test_designs_that_would_fit_are_offered(world, lead):
    answer = uploaded(world, lead, "synthetic_control", raw=EXAMPLES["did"].raw)
    assert "Designs that would fit these data" in answer.text
    assert path_of(world, "did") in answer.text


@pytest.mark.parametrize("function", ["neighbour", "funder", "auditor", "policy", "peer"])
def test_only_the_place_that_runs_a_programme_can_send_a_file(world, function):
    client = world.visitor(function)
    for rest in ("new", "its"):
        assert client.get(path_of(world, rest)).status_code == 403
    for rest in ("its", "facts", "record"):
        assert client.post(path_of(world, rest), data={}).status_code == 403


def test_a_form_from_elsewhere_is_refused(world, lead):
    file = (io.BytesIO(EXAMPLES["its"].raw), "outcomes.csv")
    assert lead.post(path_of(world, "its"), data={"file": file}).status_code == 400


def test_a_file_past_the_limit_is_refused_with_the_limit(world, lead):
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    body = head + b"1" * (6 * 2**20) + b"\r\n--x--\r\n"
    answer = lead.post(
        path_of(world, "its"), data=body, content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 413
    assert "a file of outcomes up to 4 MB" in answer.text


def test_a_design_that_is_not_there_is_no_page(world, lead):
    assert lead.get(path_of(world, "magic")).status_code == 404
    assert lead.post(path_of(world, "magic"), data={}).status_code == 404
