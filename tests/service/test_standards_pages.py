"""The reference pages of the standards are those that the data gives."""

from pathlib import Path

from service.grading import standards_catalogue
from service.grading.reference import reference_pages

PAGES = Path(__file__).parents[2] / "docs" / "standards"


def test_the_pages_are_current():
    written = {page.name: page.read_text(encoding="utf-8") for page in PAGES.glob("*.md")}
    assert written == dict(reference_pages()), (
        "run python -m service.grading.reference docs/standards"
    )


def test_every_rule_names_its_source_and_whether_it_was_verified():
    for standard in standards_catalogue():
        assert standard["rules"]
        for rule in standard["rules"]:
            assert rule["source"]
            assert isinstance(rule["verified"], bool)


def test_every_page_tells_levels_rules_questions_counts_and_trees():
    pages = reference_pages()
    for standard in standards_catalogue():
        page = pages[f"{standard['id'].replace('@', '-')}.md"]
        told = [level["title"] for level in standard["levels"]]
        told += [f"`{rule['id']}`" for rule in standard["rules"]]
        told += [f"`{question['id']}` |" for question in standard["questions"]]
        told += [f"`{one['fact']}` |" for one in standard.get("tallies", ())]
        told += [f"(`{domain['id']}`)" for domain in standard.get("domains", ())]
        told.append(standard["reading"]["question"])
        assert [one for one in told if one not in page] == []


def test_every_question_of_a_tree_is_followed_on_its_page():
    page = reference_pages()["rob2-2019.md"]
    assert "* `rob2_1_2` n or pn: **high**" in page


def test_the_printed_boundary_is_the_one_that_grades():
    page = reference_pages()["wwc-4.1.md"]
    assert "| 30 | 4.1 | 8.2 |" in page
    assert "| 58 | never | 1.9 |" in page
