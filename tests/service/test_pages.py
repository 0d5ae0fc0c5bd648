"""The pages: what each reader sees, what a form records, and what nobody can learn from them."""

import csv
import io
import re
from html.parser import HTMLParser

import pytest

from service.pages.words import day, interval, number, outcome_words, safe_link
from tests.service.pages_world import DOMAIN, HOSTILE, LABEL, reader_pages, small_world


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = small_world(tmp_path_factory.mktemp("pages"))
    yield made
    made.close()


class Watcher(HTMLParser):
    """Collects what a browser would run or follow."""

    def __init__(self):
        super().__init__()
        self.dangers = []
        self.links = []

    def handle_starttag(self, tag, attributes):
        if tag in {"script", "style", "iframe", "object", "embed", "base"}:
            self.dangers.append(tag)
        for name, value in attributes:
            if name == "style" or name.startswith("on"):
                self.dangers.append((tag, name))
            if name in {"href", "action", "src"}:
                self.links.append(value)


def watched(page):
    watcher = Watcher()
    watcher.feed(page)
    return watcher


@pytest.mark.parametrize("function", ["delivery", "funder", "auditor", "policy", "steward", "peer"])
def test_every_page_of_the_record_opens_for_every_function_and_names_it(world, function):
    names = {"delivery": "programme lead", "policy": "policy owner"}
    client = world.visitor(function)
    for path in reader_pages(world):
        answer = client.get(path)
        assert answer.status_code == 200, path
        header = re.sub(r"<[^>]+>", "", answer.text)
        assert f"Signed in as: {names.get(function, function)} (" in header, path


def test_nothing_on_any_page_can_run(world):
    client = world.visitor("funder")
    room = world.visitor("peer")
    pages = [client.get(path).text for path in reader_pages(world)]
    pages += [room.get(path).text for path in ("/peers", "/peers/share")]
    for page in pages:
        assert watched(page).dangers == []
    assert any("&lt;script&gt;" in page for page in pages)
    assert all(HOSTILE not in page for page in pages)


def test_only_plain_web_addresses_become_links(world):
    page = world.visitor("funder").get(f"/programmes/{world.programme}").text
    links = watched(page).links
    assert "https://example.org/report" in links
    assert all(link.startswith(("/", "#", "https://example.org/")) for link in links)
    assert "Bad source" in page


def test_every_page_is_hardened_in_one_place(world):
    client = world.visitor("funder")
    for path in ("/", "/portfolio", "/nowhere"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "script-src" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


def test_nobody_signed_in_is_shown_the_way_to_sign_in(world):
    client = world.visitor()
    for path in reader_pages(world)[1:]:
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in"), path


def test_a_wrong_token_is_refused_beside_its_field(world):
    client = world.visitor()
    answer = world.send(client, "/sign-in", {"token": "candour_wrong"})
    assert answer.status_code == 422
    assert 'href="#token"' in answer.text
    assert "There is a problem" in answer.text


def test_signing_out_ends_the_session(world):
    client = world.visitor("funder")
    assert world.send(client, "/sign-out", {}, form_of="/portfolio").status_code == 303
    assert client.get("/portfolio").status_code == 303


def test_the_story_tells_the_card_the_life_the_plan_and_the_label(world):
    page = world.visitor("funder").get(f"/programmes/{world.programme}").text
    for told in (
        LABEL,
        "Keep people well",
        "The money came late.",
        "Telephone calls between visits.",
        "GBP 41,000 per year (2016 prices)",
        "Risk ratio 0.72",
        "smallest worthwhile effect 1.10 (RR)",
        "Seen by everyone who is signed in",
    ):
        assert told in page
    plan = page[page.index("Plan against what was measured") :]
    wellbeing = plan[plan.index(">Wellbeing<") :]
    assert "a short scale" in wellbeing[: wellbeing.index("</tr>")]


def test_the_grade_shows_its_reasons_plot_bounds_and_other_standards(world):
    page = world.visitor("funder").get(f"/programmes/{world.programme}/grades/{DOMAIN}").text
    for told in (
        "candour-verdict",
        'role="img"',
        "The same numbers in a table",
        "not met",
        "What would change it",
        "favours programme",
        "wwc@4.1",
        "sms-wwg@2016",
        f"/programmes/{world.programme}#event-",
    ):
        assert told in page
    assert set(re.findall(r"candour-answer--(\w+)", page)) >= {"met", "unmet"}


def test_a_grade_can_be_seen_as_it_stood(world):
    client = world.visitor("auditor")
    path = f"/programmes/{world.programme}/grades/{DOMAIN}"
    assert "As it stands now" in client.get(path).text
    then = client.get(f"{path}?as_of=2016-01-01").text
    assert "As it stood on 1 January 2016" in then
    assert "Nothing that was measured can be pooled" in then


def test_a_grade_of_an_outcome_that_nobody_named_is_not_found(world):
    client = world.visitor("funder")
    assert client.get(f"/programmes/{world.programme}/grades/nothing").status_code == 404
    assert client.get("/programmes/not-an-id").status_code == 404
    assert client.get("/approaches/00000000-0000-0000-0000-000000000000").status_code == 404


def test_the_portfolio_is_filtered_and_links_to_the_reasons(world):
    client = world.visitor("funder")
    page = client.get("/portfolio").text
    assert f"/programmes/{world.programme}/grades/{DOMAIN}" in page
    assert "Settling-in" not in client.get("/portfolio?q=nothing+like+it").text
    assert "Settling-in" in client.get(f"/portfolio?approach={world.approach}").text
    assert client.get("/portfolio?approach=rubbish&min_confidence=rubbish").status_code == 200


def test_the_portfolio_can_be_taken_into_a_spreadsheet(world):
    answer = world.visitor("funder").get("/portfolio.csv?as_of=2018-01-01")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.mimetype == "text/csv"
    assert {row["as_of"] for row in rows} == {"2018-01-01"}
    assert "Settling-in visits, Northmoor" in {row["programme"] for row in rows}


def test_a_replay_sets_a_day_against_now(world):
    page = world.visitor("auditor").get("/replay?as_of-day=1&as_of-month=1&as_of-year=2016").text
    assert "what had happened by 1 January 2016" in page
    assert "different from now" in page


def test_a_replay_to_no_real_day_names_the_field(world):
    page = world.visitor("auditor").get("/replay?as_of-day=31&as_of-month=2&as_of-year=2016").text
    assert 'href="#as_of"' in page
    assert "grades compared" not in page


def test_the_entries_are_for_auditors_and_stewards(world):
    page = world.visitor("auditor").get("/audit/entries").text
    assert "programme.registered" in page
    assert re.search(r"\b[0-9a-f]{64}\b", page)
    assert world.visitor("steward").get("/audit/entries").status_code == 200
    for function in ("funder", "delivery", "policy", "peer"):
        assert world.visitor(function).get("/audit/entries").status_code == 403


def test_an_unknown_address_is_told_in_plain_words_and_never_repeated(world):
    answer = world.visitor().get(f"/{HOSTILE}")
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert "Page not found" in answer.text
    assert "alert" not in answer.text


def test_a_failure_of_ours_is_told_in_plain_words(world, monkeypatch):
    client = world.visitor("funder")
    monkeypatch.setattr("service.pages.shelf.portfolio", None)
    answer = client.get("/portfolio")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "Traceback" not in answer.text


def test_the_api_still_answers_problems_in_json(world):
    answer = world.visitor().get("/v1/nowhere")
    assert answer.mimetype == "application/problem+json"


def test_without_a_demonstration_there_is_no_button_to_sign_in_with(world):
    client = world.visitor()
    assert "demonstration" not in client.get("/sign-in").text
    answer = world.send(client, "/sign-in", {"demonstration": "demo-funder"})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://example.org/a?b=c", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,x", False),
        (" https://example.org", False),
        ("//example.org", False),
        ("https://", False),
        ("https://[", False),
        ("https://example.org/\n", False),
    ],
)
def test_an_address_is_a_link_only_when_it_is_plain_web(address, safe):
    assert (safe_link(address) == address) is safe


def test_numbers_and_days_are_written_as_people_read_them():
    assert number(-0.5) == "−0.50"
    assert number(0.00012) == "0.0001"
    assert number(float("inf")) == "no limit"
    assert interval(None, None) == "interval not known"
    assert day("2014-04-01") == "1 April 2014"
    assert outcome_words("ae_attendances") == "A&E attendances"
    assert outcome_words("bed_days") == "Bed days"
