"""Charts in a real browser: no words over others, none off the page, in two families of fonts."""

from itertools import takewhile

import pytest

from service.charts.figures import Kind, figures
from service.charts.rows import NARROW, WIDE
from service.charts.standalone import document
from service.charts.style import FONTS
from tests.service.chart_cases import bcg, grouped_bcg, hostile, plain

# Letters' boxes have room above and below that nothing fills.
WORDS = """() => [...document.querySelectorAll('text')].map(text => {
  const box = text.getBoundingClientRect();
  return [text.textContent, box.left, box.top + 3, box.right, box.bottom - 3];
}).filter(([words, left, , right]) => right > left)"""


def long_table():
    names = [f"Study {index} of many authors" for index in range(60)]
    values = [0.1 * (index % 11) - 0.3 for index in range(60)]
    return plain(names, values, [0.1 + 0.01 * (index % 23) for index in range(60)])


@pytest.fixture(scope="module")
def page(chromium):
    page = chromium.new_page(viewport={"width": 900, "height": 900})
    yield page
    page.close()


def words_on(page, text, tmp_path):
    file = tmp_path / "charts.svg"
    file.write_text(text, encoding="utf-8")
    page.goto(file.as_uri())
    assert page.evaluate("document.querySelector('parsererror')") is None
    return sorted(page.evaluate(WORDS), key=lambda box: box[2])


@pytest.mark.parametrize("fonts", [FONTS, "'DejaVu Sans', sans-serif"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("case", [bcg, grouped_bcg, hostile, long_table])
def test_no_words_stand_over_others_or_off_the_page(page, tmp_path, case, width, fonts):
    text = document(figures(case(), list(Kind), width=width)).replace(FONTS, fonts)
    boxes = words_on(page, text, tmp_path)
    assert len(boxes) > 100
    off = [words for words, left, _, right, _ in boxes if left < 0 or right > width + 40]
    assert off == []
    covered = [
        (one[0], other[0])
        for index, one in enumerate(boxes)
        for other in takewhile(lambda later, one=one: later[2] < one[4], boxes[index + 1 :])
        if one[1] < other[3] - 0.5 and other[1] < one[3] - 0.5
    ]
    assert covered == []


def test_the_file_is_drawn_at_its_own_size_without_a_word_from_the_browser(page, tmp_path):
    said = []
    page.on("console", lambda message: said.append(message.text))
    text = document(figures(bcg(), list(Kind)))
    words_on(page, text, tmp_path)
    size = page.evaluate("document.documentElement.getBoundingClientRect().width")
    assert (size, said) == (740, [])
