"""Pages of standards: what they ask, where they differ, what they still ask, and a judgement."""

import re
from html import unescape

import pytest

from service.grading import STANDARD_NAMES, standards_catalogue
from tests.service.pages_world import DOMAIN, small_world


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = small_world(tmp_path_factory.mktemp("standards"))
    yield made
    made.close()


def text(page):
    """What a reader reads, on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_every_standard_has_a_page_that_names_its_levels_questions_and_sources(world):
    client = world.visitor("funder")
    listed = client.get("/standards").text
    for standard in standards_catalogue():
        assert f'href="/standards/{standard["id"]}"' in listed
        page = client.get(f"/standards/{standard['id']}").text
        for level in standard["levels"]:
            assert level["title"].replace("'", "&#39;") in page, level
        for rule in standard["rules"]:
            assert rule["id"] in page
        assert page.count("(not verified)") == sum(not r["verified"] for r in standard["rules"])


def test_a_standard_nobody_ships_has_no_page(world):
    assert world.visitor("funder").get("/standards/guess@1").status_code == 404


def test_what_changed_between_versions_is_told_and_sharing_nothing_is_said_plainly(world):
    client = world.visitor("funder")
    page = text(client.get("/standards/diff?from=wwc@4.1&to=wwc@5.0").text)
    assert "share no rule by id" in page
    assert "wwc@5.0 takes over the level that wwc@4.1 gives each result" in page
    shared = text(client.get("/standards/diff?from=robins-i@2016&to=robins-i@2-draft-2025").text)
    assert "rules in common by id" in shared
    assert "Was" in shared
    assert "Choose a standard" in client.get("/standards/diff?from=guess@1&to=wwc@5.0").text


def test_a_grade_shows_every_other_standard_in_a_line_with_the_rest_folded(world):
    page = world.visitor("funder").get(f"/programmes/{world.programme}/grades/{DOMAIN}").text
    lines = re.findall(r'<details class="govuk-details candour-line">', page)
    assert len(lines) == len(STANDARD_NAMES) - 1
    for about in ("About one result", "About all of the evidence", "About bias", "About money"):
        assert about in page
    assert "A person has to judge: the worksheet of rob2@2019" in page
    for name in STANDARD_NAMES[1:]:
        assert f"/programmes/{world.programme}/grades/{DOMAIN}/{name}" in page


@pytest.mark.parametrize("standard", STANDARD_NAMES[1:])
def test_every_published_grade_has_a_page_of_its_reasons(world, standard):
    client = world.visitor("auditor")
    for subject in (f"/programmes/{world.programme}", f"/approaches/{world.approach}"):
        answer = client.get(f"{subject}/grades/{DOMAIN}/{standard}")
        assert answer.status_code == 200
        assert f"/standards/{standard}" in answer.text
        assert "candour-answer--" in answer.text


@pytest.mark.parametrize("page", ["grades", "grades/{}/wwc@4.1", "differences"])
@pytest.mark.parametrize("kind", ["programmes", "approaches"])
def test_every_link_of_a_grade_leads_to_a_page(world, kind, page):
    client = world.visitor("funder")
    subject = {"programmes": world.programme, "approaches": world.approach}[kind]
    path = page.format(DOMAIN) if "{}" in page else f"{page}/{DOMAIN}"
    found = client.get(f"/{kind}/{subject}/{path}").text
    links = {unescape(link) for link in re.findall(r'<a [^>]*href="(/[^"]*)"', found)}
    assert any(link.startswith(f"/{kind}/{subject}") for link in links)
    dead = {link for link in links if client.get(link).status_code != 200}
    assert dead == set()


def test_a_grade_by_a_standard_nobody_ships_is_not_found(world):
    client = world.visitor("funder")
    path = f"/programmes/{world.programme}/grades/{DOMAIN}"
    assert client.get(f"{path}/guess@1").status_code == 404
    assert client.get(f"{path}/candour@1").status_code == 404


def test_differences_tell_each_conclusion_with_what_it_rests_on_ignores_and_lacks(world):
    client = world.visitor("funder")
    path = f"/programmes/{world.programme}/differences/{DOMAIN}"
    page = text(client.get(path).text)
    for told in (
        "no body made them",
        "never averaged",
        "It rests on",
        "It ignores",
        "It does not know",
    ):
        assert told in page
    pair = text(client.get(f"{path}?first=wwc@4.1&second=chi-campbell@1").text)
    assert "These two conclude the same" in pair
    other = text(client.get(f"{path}?first=wwc@4.1&second=essa@2015").text)
    assert "What would settle it:" in other
    assert client.get(f"/programmes/{world.programme}/differences/nothing").status_code == 404


def test_a_worksheet_offers_the_form_to_independent_judges_alone(world):
    path = f"/programmes/{world.programme}/worksheet/{DOMAIN}?standard=rob2@2019"
    assert "Record your judgement" in world.visitor("judge").get(path).text
    for function in ("auditor", "steward", "delivery", "funder"):  # of the owner, or no judges
        assert "Record your judgement" not in world.visitor(function).get(path).text


def test_a_worksheet_groups_the_facts_and_says_what_each_could_change(world):
    path = f"/programmes/{world.programme}/worksheet/{DOMAIN}?standard=wwc@4.1"
    page = text(world.visitor("funder").get(path).text)
    assert "Who was assigned, and who is left" in page
    assert "What is accepted, and who asks" in page
    assert "sample.assigned_intervention : a whole number" in page
    assert "which would change nothing as things stand" in page


def test_a_worksheet_leads_to_what_is_told_of_each_result(world):
    client = world.visitor("funder")
    sheet = client.get(f"/programmes/{world.programme}/worksheet/{DOMAIN}?standard=wwc@4.1").text
    links = re.findall(r'href="(/programmes/[^"/]+/outcomes/[^"/]+/facts)"', sheet)
    assert links
    assert [client.get(link).status_code for link in links] == [200] * len(links)


def question(world, client):
    """The address of the first question of the worksheet of RoB 2."""
    sheet = f"/programmes/{world.other}/worksheet/{DOMAIN}?standard=rob2@2019"
    page = client.get(sheet).text
    return re.search(r'href="([^"]*/judgements/new[^"]*)"', page)[1].replace("&amp;", "&")


def asked(address):
    """What the address of a question says it is."""
    return dict(part.split("=", 1) for part in address.partition("?")[2].split("&"))


def test_a_judgement_is_recorded_with_its_reason_by_form_without_script(world):
    judge = world.visitor("judge")
    address = question(world, judge)
    path = address.partition("?")[0]
    fields = asked(address.replace("%40", "@"))
    date = {"happened_on-day": "3", "happened_on-month": "5", "happened_on-year": "2018"}
    kept = {**fields, **date, "answer": "y", "reason": "The list was kept elsewhere."}
    answer = world.send(judge, path, kept, form_of=address)
    assert answer.status_code == 303, answer.text
    told = [e for e in world.entries(world.other) if e["type"] == "judgement_recorded"]
    assert told[-1]["function"] == "auditor"
    assert told[-1]["facts"]["judgement"]["answer"] == "y"
    assert told[-1]["facts"]["judgement"]["reason"] == "The list was kept elsewhere."
    assert question(world, judge) != address


def test_a_judgement_without_answer_reason_or_date_comes_back_with_what_is_wrong(world):
    judge = world.visitor("judge")
    address = question(world, judge)
    fields = asked(address.replace("%40", "@"))
    answer = world.send(judge, address.partition("?")[0], fields, form_of=address)
    assert answer.status_code == 422
    for told in ("Choose an answer", "Enter why you judge so", "Enter the date you judged it"):
        assert told in answer.text


def test_nobody_judges_what_is_their_own_organisations(world):
    auditor = world.visitor("auditor")
    sheet = f"/programmes/{world.programme}/worksheet/{DOMAIN}?standard=candour@1"
    address = (
        f"/programmes/{world.programme}/judgements/new"
        f"?standard=candour@1&question=risk_of_bias&outcome={DOMAIN}&about="
    )
    assert auditor.get(sheet).status_code == 200
    assert auditor.get(address).status_code == 403
    date = {"happened_on-day": "3", "happened_on-month": "5", "happened_on-year": "2018"}
    fields = {**asked(address), **date, "answer": "low", "reason": "It is ours."}
    before = world.entries(world.programme)
    sent = world.send(auditor, address.partition("?")[0], fields, form_of="/portfolio")
    assert sent.status_code == 403
    assert world.entries(world.programme) == before


def test_a_question_that_no_standard_asks_has_no_form(world):
    path = f"/programmes/{world.other}/judgements/new?standard=wwc@4.1&question=rob2_1_1"
    assert world.visitor("judge").get(path).status_code == 404
    assert world.visitor("delivery").get(path).status_code == 403
