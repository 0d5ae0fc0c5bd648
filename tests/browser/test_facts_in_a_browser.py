"""The facts of an outcome in a real browser: by keyboard, without script, on a desk and a phone."""

import pytest

from service.pages.fact_fields import GROUPS
from tests.browser.test_pages_in_a_browser import address, visit, world

__all__ = ["address", "visit", "world"]  # fixtures of the other pages, used here too


def facts_path(world):
    return f"/programmes/{world.programme}/outcomes/{world.outcome}/facts"


@pytest.mark.parametrize("group", [name for name in GROUPS if name != "discontinuity"])
def test_every_form_of_facts_is_accessible_and_fits_a_phone(visit, world, group):
    lead = visit().sign_in(world.tokens["delivery"])
    lead.open(f"{facts_path(world)}/{group}").check(group)
    assert lead.said == []


def test_the_facts_of_an_outcome_are_accessible_when_all_is_opened(visit, world):
    lead = visit().sign_in(world.tokens["delivery"]).open(f"{facts_path(world)}?logged")
    for summary in lead.page.locator("summary").all():
        summary.click()
    lead.check("every fact")


def test_a_form_of_facts_with_mistakes_is_accessible(visit, world):
    lead = visit().sign_in(world.tokens["delivery"]).open(f"{facts_path(world)}/harms")
    lead.page.get_by_role("button", name="Save these facts").click()
    lead.page.locator(".govuk-error-summary").wait_for()
    lead.check("a form of facts with a mistake")


def test_a_lead_tells_facts_by_keyboard_alone_and_without_script(visit, world):
    lead = visit(java_script_enabled=False)
    keys = lead.page.keyboard
    lead.sign_in(world.tokens["delivery"]).open(facts_path(world))
    lead.tab_to("a[href$='/facts/reporting']")
    keys.press("Enter")
    lead.page.wait_for_url("**/facts/reporting")
    lead.tab_to("input[name='reporting-evaluator']")
    keys.press("Space")
    lead.tab_to("#reporting-published_year")
    keys.type("18")
    keys.press("Enter")
    lead.page.locator(".govuk-error-summary").wait_for()
    assert lead.page.locator("#reporting-evaluator").is_checked()
    lead.tab_to(".govuk-error-summary a")
    keys.press("Enter")
    assert lead.page.input_value("#reporting-published_year") == "18"
    lead.page.fill("#reporting-published_year", "2018")
    keys.press("Enter")
    lead.page.wait_for_url("**/facts#reporting")
    assert "2 of 5 told" in lead.page.content()
