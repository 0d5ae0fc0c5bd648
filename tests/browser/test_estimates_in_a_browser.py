"""Raw outcomes in a real browser: by keyboard, without script, accessible on a desk and a phone."""

import pytest

from tests.browser.test_pages_in_a_browser import address, visit, world
from tests.service.raw_outcomes import EXAMPLES, csv_of

__all__ = ["address", "visit", "world"]  # fixtures of the other pages, used here too


@pytest.fixture
def files(tmp_path):
    """A good file and a bad one of the example, as somebody has them on a disk."""

    def written(name):
        example = EXAMPLES[name]
        columns = {title: list(cells) for title, cells in example.columns.items()}
        good, bad = tmp_path / f"{name}.csv", tmp_path / f"{name}-bad.csv"
        good.write_bytes(example.raw)
        first = next(iter(columns))
        columns[first][:2] = [""] * len(columns[first][:2])
        bad.write_bytes(csv_of(columns))
        return str(good), str(bad)

    return written


def filled(page, name):
    """Fills in the columns and options of an example."""
    example = EXAMPLES[name]
    for role, column in example.roles.items():
        page.fill(f"#column-{role}", column if isinstance(column, str) else ",".join(column))
    for option, value in example.options.items():
        field = page.locator(f"#option-{option}")
        if not field.is_visible():
            page.locator("summary", has_text="Choices for analysts").click()
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(str(value))


def estimated(lead, world, name, path):
    """The page of an estimate, from the form of its file."""
    lead.open(f"/programmes/{world.programme}/estimates/{name}")
    filled(lead.page, name)
    lead.page.set_input_files("#file", path)
    lead.page.get_by_role("button", name="Estimate", exact=True).click()
    return lead


# One design for each kind of picture and each length of form; their pages are made alike.
DIFFERENT = ("its", "did", "synthetic_control", "rct", "discontinuity", "time_to_event")


@pytest.mark.parametrize("name", DIFFERENT)
def test_every_kind_of_estimate_is_accessible_and_fits_a_phone(visit, world, files, name):
    good, _ = files(name)
    lead = visit().sign_in(world.tokens["delivery"])
    lead.open(f"/programmes/{world.programme}/estimates/{name}").check(f"the form of {name}")
    estimated(lead, world, name, good)
    assert "What your outcomes say" in lead.page.content()
    for summary in lead.page.locator("summary").all():
        summary.click()
    lead.check(f"the estimate of {name}")
    lead.page.get_by_role("button", name="Record this outcome").click()
    lead.check(f"the questions after {name}")


def test_the_choice_and_every_state_of_error_are_accessible(visit, world, files):
    _, bad = files("its")
    lead = visit().sign_in(world.tokens["delivery"])
    lead.open(f"/programmes/{world.programme}/estimates/new").check("the choice")
    lead.page.get_by_role("button", name="Continue").click()
    lead.check("the choice, with nothing chosen")
    estimated(lead, world, "its", bad)
    assert lead.page.locator(".govuk-error-summary").count() == 1
    assert "Row 1, month" in lead.page.locator("table").inner_text()
    lead.check("a file with things to mend")
    good, _ = files("its")
    estimated(lead, world, "its", good)
    lead.page.get_by_role("button", name="Record this outcome").click()
    lead.page.get_by_role("button", name="Record the outcome").click()
    assert lead.page.locator(".govuk-error-summary").count() == 1
    lead.check("facts that are missing")


def test_a_lead_records_an_estimate_by_keyboard_alone_and_without_script(visit, world, files):
    good, _ = files("did")
    lead = visit(java_script_enabled=False)
    keys = lead.page.keyboard
    lead.sign_in(world.tokens["delivery"]).open(f"/programmes/{world.programme}")
    lead.tab_to("a[href$='/estimates/new']")
    keys.press("Enter")
    lead.page.wait_for_url("**/estimates/new")
    lead.tab_to("input[value='its']")
    for _ in range(2):
        keys.press("ArrowDown")
    keys.press("Enter")
    lead.page.wait_for_url("**/estimates/did")
    lead.tab_to("#file")
    lead.page.set_input_files("#file", good)  # the dialogue of the machine is no part of the page
    for role, column in EXAMPLES["did"].roles.items():
        lead.tab_to(f"#column-{role}")
        keys.type(column)
    keys.press("Enter")
    lead.page.wait_for_selector("text=What your outcomes say")
    lead.tab_to("button:has-text('Record this outcome')")
    keys.press("Enter")
    lead.page.wait_for_selector("text=Record an estimated outcome")
    for selector, typed in (
        ("#happened_on", "4"), ("#happened_on-month", "5"), ("#happened_on-year", "2021"),
        ("#domain", "Falls"),
    ):  # fmt: skip
        lead.tab_to(selector)
        keys.type(typed)
    lead.tab_to("input[name='direction_good']")
    keys.press("Space")
    for selector, typed in (("#study", "Our own"), ("#cohort", "Everybody, 2012 to 2019")):
        lead.tab_to(selector)
        keys.type(typed)
    keys.press("Enter")
    lead.page.wait_for_url("**/facts?logged")
    lead.open(f"/programmes/{world.programme}")
    assert "Estimated here from raw outcomes (112 rows" in lead.page.content()


def test_the_browser_has_nothing_to_complain_of(visit, world, files):
    good, _ = files("synthetic_control")
    lead = visit().sign_in(world.tokens["delivery"])
    estimated(lead, world, "synthetic_control", good)
    lead.page.get_by_role("button", name="Record this outcome").click()
    assert lead.said == []


def test_one_drawing_of_each_chart_is_shown_at_each_width(visit, world, files):
    good, _ = files("its")
    lead = visit().sign_in(world.tokens["delivery"])
    estimated(lead, world, "its", good)
    for width, shown in ((1280, "wide"), (320, "narrow")):
        lead.page.set_viewport_size({"width": width, "height": 800})
        for layout in ("wide", "narrow"):
            drawing = lead.page.locator(f"svg.candour-chart--{layout}").first
            assert drawing.is_visible() is (layout == shown)
