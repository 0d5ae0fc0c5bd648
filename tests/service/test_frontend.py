"""The stylesheet is the Design System's, without its crown and its typeface."""

import re
from pathlib import Path

import pytest

from service.frontend import UnexpectedFrontEnd, install, without_crown_and_typeface

ROOT = Path(__file__).parent.parent.parent
INSTALLED = ROOT / "service" / "static" / "vendor" / "govuk" / "govuk-frontend.min.css"
FONT_FACE = "@font-face{font-family:GDS Transport;src:url(/assets/fonts/light.woff2)}"
SMALLEST = (
    '@charset "UTF-8";:root{--govuk-frontend-version:"6.1.0"}'
    f"{FONT_FACE}.govuk-body{{font-family:GDS Transport,arial,sans-serif}}"
)


def package(folder: Path, css: str) -> Path:
    built = folder / "dist" / "govuk"
    built.mkdir(parents=True)
    (built / "govuk-frontend.min.css").write_text(css, encoding="utf-8")
    return folder


def test_setup_installed_a_stylesheet_that_refers_to_no_other_file() -> None:
    css = INSTALLED.read_text(encoding="utf-8")
    assert "url(" not in css
    assert "@import" not in css


def test_setup_installed_a_stylesheet_without_crown_or_typeface() -> None:
    css = INSTALLED.read_text(encoding="utf-8")
    assert re.findall(r"GDS Transport|@font-face|govuk-crest|footer__crown", css) == []


def test_the_installed_stylesheet_still_knows_the_components() -> None:
    css = INSTALLED.read_text(encoding="utf-8")
    for component in ("button", "error-summary", "footer", "header", "summary-list", "table"):
        assert f".govuk-{component}" in css
    assert css.count("{") == css.count("}")


def test_the_fonts_are_replaced_by_the_readers_own(tmp_path: Path) -> None:
    written = install(package(tmp_path / "in", SMALLEST), tmp_path / "out")
    css = written.read_text(encoding="utf-8")
    assert css.startswith('@charset "UTF-8";/* govuk-frontend 6.1.0, MIT licence')
    assert css.endswith('.govuk-body{font-family:"Helvetica Neue",Arial,sans-serif}')


def test_rules_that_show_the_crest_are_taken_out_with_what_they_leave_empty() -> None:
    crest = "@supports (mask-position:0){.logo:before{mask-image:url(/assets/govuk-crest.svg)}}"
    assert without_crown_and_typeface(SMALLEST + crest) == without_crown_and_typeface(SMALLEST)


@pytest.mark.parametrize(
    ("css", "complaint"),
    [
        (SMALLEST.replace("6.1.0", "7.0.0"), "not the stylesheet of govuk-frontend 6"),
        (SMALLEST.replace(FONT_FACE, ""), "not the stylesheet of govuk-frontend 6"),
        (SMALLEST + ".a{background:url(/assets/images/new.svg)}", "still refers to /assets/"),
        (SMALLEST + ".a{font-family:GDS Transport}", "still refers to GDS Transport"),
    ],
)
def test_a_stylesheet_that_is_not_as_expected_is_refused(css: str, complaint: str) -> None:
    with pytest.raises(UnexpectedFrontEnd, match=complaint):
        without_crown_and_typeface(css)


def test_a_package_without_its_stylesheet_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnexpectedFrontEnd, match=r"govuk-frontend\.min\.css is missing"):
        install(tmp_path, tmp_path / "out")
