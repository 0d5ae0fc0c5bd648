"""The borrowed database server and browser are real."""

import psycopg
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser


def test_the_server_is_a_real_postgresql(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.info.server_version >= 160000


def test_a_fresh_database_is_empty_and_speaks_utf8_and_utc(fresh_postgres: str) -> None:
    with psycopg.connect(fresh_postgres) as connection:
        tables = connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public'")
        assert tables.fetchall() == []
        settings = "SELECT current_setting('server_encoding'), current_setting('timezone')"
        assert connection.execute(settings).fetchone() == ("UTF8", "UTC")


def test_two_fresh_databases_share_nothing(fresh_postgres: str, postgres_url: str) -> None:
    with psycopg.connect(fresh_postgres) as connection:
        connection.execute("CREATE TABLE note (words text)")
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT to_regclass('note')").fetchone() == (None,)


def test_the_browser_renders_a_page(chromium: Browser) -> None:
    with chromium.new_page() as page:
        page.set_content("<main><h1>Candour</h1></main>")
        assert page.get_by_role("heading").inner_text() == "Candour"


def test_the_accessibility_checker_finds_a_picture_without_words(chromium: Browser) -> None:
    with chromium.new_page() as page:
        page.set_content("<img src='data:,'>")
        found = {violation["id"] for violation in Axe().run(page).response["violations"]}
    assert "image-alt" in found
