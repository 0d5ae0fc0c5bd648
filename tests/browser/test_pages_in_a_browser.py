"""Every page in a real browser: no violation of axe, no sideways scroll, no script, no mouse."""

from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from werkzeug.serving import make_server

from tests.service.pages_world import DOMAIN, reader_pages, small_world

DESK = {"width": 1280, "height": 900}
# WCAG 2.2, 1.4.10: 1280 px at 400 % zoom.
PHONE = {"width": 320, "height": 640}
MOST_TABS = 60


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = small_world(tmp_path_factory.mktemp("browser"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def address(world):
    server = make_server("127.0.0.1", 0, world.app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Visit:
    """One page of a browser, signed in for a function or not at all."""

    def __init__(self, context, address):
        self.page = context.new_page()
        self.address = address
        self.page.on("console", lambda message: self.said.append(message.text))
        self.said = []

    def open(self, path):
        self.page.goto(self.address + path)
        return self

    def sign_in(self, token):
        self.open("/sign-in").page.fill("#token", token)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        return self

    def check(self, what):
        """No violation at either width, and nothing to scroll to sideways."""
        for size in (DESK, PHONE):
            self.page.set_viewport_size(size)
            found = Axe().run(self.page).response["violations"]
            told = [(one["id"], one["nodes"][0]["html"][:200]) for one in found]
            assert told == [], (what, size["width"])
        width = self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], what

    def tab_to(self, selector):
        """Presses Tab until the element has the focus."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if self.page.locator(f"{selector}:focus").count():
                return
        raise AssertionError(f"{selector} cannot be reached by the keyboard")


@pytest.fixture
def visit(chromium, address):
    contexts = []

    def made(**options):
        context = chromium.new_context(**options)
        contexts.append(context)
        return Visit(context, address)

    yield made
    for context in contexts:
        context.close()


@pytest.mark.parametrize("function", ["delivery", "funder", "auditor", "steward"])
def test_every_page_of_the_record_is_accessible_and_fits_a_phone(visit, world, function):
    reader = visit().sign_in(world.tokens[function])
    for path in reader_pages(world):
        reader.open(path).check(path)


def test_pages_of_one_function_are_accessible_and_fit_a_phone(visit, world):
    own = f"/programmes/{world.programme}"
    for function, paths in {
        None: ["/", "/sign-in", "/nowhere"],
        "delivery": [f"{own}/log", f"{own}/outcomes/new", "/programmes/new", "/audit/entries"],
        "auditor": ["/audit/entries"],
        "peer": ["/peers", "/peers/share", "/peers?q=nothing+like+it"],
    }.items():
        reader = visit()
        if function:
            reader.sign_in(world.tokens[function])
        for path in paths:
            reader.open(path).check(path)


def test_a_form_with_mistakes_is_accessible(visit, world):
    own = f"/programmes/{world.programme}"
    for function, path, button in (
        ("delivery", f"{own}/log", "Log it"),
        ("delivery", f"{own}/outcomes/new", "Log the outcome"),
        ("delivery", "/programmes/new", "Register"),
        ("peer", "/peers/share", "Share it"),
        (None, "/sign-in", "Sign in"),
    ):
        reader = visit()
        if function:
            reader.sign_in(world.tokens[function])
        reader.open(path).page.get_by_role("button", name=button, exact=True).click()
        assert reader.page.locator(".govuk-error-summary").count() == 1, path
        reader.check(path)


def test_an_opened_grade_is_accessible(visit, world):
    reader = visit().sign_in(world.tokens["funder"])
    reader.open(f"/programmes/{world.programme}/grades/{DOMAIN}")
    for summary in reader.page.locator("summary").all():
        summary.click()
    reader.check("an opened grade")


def test_opened_differences_worksheets_and_standards_are_accessible(visit, world):
    reader = visit().sign_in(world.tokens["judge"])
    subject = f"/programmes/{world.programme}"
    for path in (
        f"{subject}/differences/{DOMAIN}",
        f"{subject}/worksheet/{DOMAIN}?standard=wwc@4.1",
        f"{subject}/worksheet/{DOMAIN}?standard=rob2@2019",
        f"{subject}/grades/{DOMAIN}/essa@2015",
        "/standards/wwc@4.1",
        "/standards/rob2@2019",
    ):
        reader.open(path)
        for summary in reader.page.locator("summary").all():
            if summary.is_visible():
                summary.click()
        reader.check(f"{path}, opened")


def test_a_judge_records_a_judgement_by_keyboard_alone_and_without_script(visit, world):
    judge = visit(java_script_enabled=False)
    keys = judge.page.keyboard
    judge.sign_in(world.tokens["judge"])
    judge.open(f"/programmes/{world.programme}/worksheet/{DOMAIN}?standard=grade@2011")
    judge.tab_to("a[href*='question=risk_of_bias']")
    keys.press("Enter")
    judge.page.wait_for_url("**/judgements/new**")
    judge.tab_to("input[name='answer']")
    keys.press("Space")
    judge.tab_to("#reason")
    keys.type("Somebody else kept the list")
    for selector, typed in (
        ("#happened_on", "4"),
        ("#happened_on-month", "5"),
        ("#happened_on-year", "2019"),
    ):
        judge.tab_to(selector)
        keys.type(typed)
    keys.press("Enter")
    judge.page.wait_for_url("**/worksheet/**")
    assert judge.page.locator("a[href*='question=risk_of_bias']").count() == 0


def test_the_form_of_a_judgement_with_mistakes_is_accessible(visit, world):
    judge = visit().sign_in(world.tokens["judge"])
    query = f"standard=grade@2011&question=indirectness&outcome={DOMAIN}"
    judge.open(f"/programmes/{world.programme}/judgements/new?{query}").check("a judgement")
    judge.page.get_by_role("button", name="Record the judgement", exact=True).click()
    assert judge.page.locator(".govuk-error-summary").count() == 1
    judge.check("a judgement with mistakes")


def test_a_receipt_is_accessible(visit, world):
    reader = visit().sign_in(world.tokens["peer"]).open("/peers/share")
    reader.page.fill("#title", "Ask the cooks")
    reader.page.fill("#text", "They know who does not eat.")
    for name, value in (
        ("barrier", "workforce"),
        ("who_could_move_it", "local"),
        ("phase", "launch"),
    ):
        reader.page.select_option(f"#{name}", value)
    reader.page.get_by_role("button", name="Share it").click()
    assert "shown this once" in reader.page.content()
    reader.check("a receipt")


def test_a_lead_logs_a_milestone_by_keyboard_alone_and_without_script(visit, world):
    lead = visit(java_script_enabled=False)
    keys = lead.page.keyboard
    lead.open("/sign-in").tab_to("#token")
    keys.type(world.tokens["delivery"])
    keys.press("Enter")
    lead.page.wait_for_url(lead.address + "/")
    lead.open(f"/programmes/{world.programme}")
    lead.tab_to("a[href$='/log']")
    keys.press("Enter")
    lead.page.wait_for_url("**/log")
    lead.tab_to("input[value='milestone_reached']")
    keys.press("Space")
    for selector, typed in (
        ("#happened_on", "4"),
        ("#happened_on-month", "5"),
        ("#happened_on-year", "2019"),
        ("#milestone", "By keyboard"),
    ):
        lead.tab_to(selector)
        keys.type(typed)
    keys.press("Enter")
    lead.page.wait_for_url(f"**/programmes/{world.programme}")
    assert "Milestone reached: By keyboard" in lead.page.content()


def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(visit, world):
    reader = visit().sign_in(world.tokens["funder"]).open("/portfolio")
    reader.tab_to(".govuk-skip-link")
    reader.page.keyboard.press("Enter")
    assert reader.page.evaluate("document.activeElement.id") == "main-content"


def test_the_browser_has_nothing_to_complain_of(visit, world):
    reader = visit().sign_in(world.tokens["auditor"])
    for path in reader_pages(world):
        reader.open(path)
    assert reader.said == []


def test_one_drawing_of_each_chart_is_shown_at_each_width_and_in_print(visit, world):
    page = visit().sign_in(world.tokens["funder"]).page
    page.goto(page.url + f"programmes/{world.programme}/grades/{DOMAIN}")
    for size, medium, shown in (
        (DESK, "screen", "wide"),
        (PHONE, "screen", "narrow"),
        (PHONE, "print", "wide"),
    ):
        page.set_viewport_size(size)
        page.emulate_media(media=medium)
        for layout in ("wide", "narrow"):
            visible = page.locator(f"svg.candour-chart--{layout}").first.is_visible()
            assert visible is (layout == shown), (size["width"], medium, layout)
