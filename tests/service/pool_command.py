"""`candour pool` on a file of the test's own: fixtures that run it, and read what it says."""

import json

import pytest

from service.cli.main import main


@pytest.fixture
def file(tmp_path):
    """Writes a table: text as it is, rows as JSON."""

    def written(content, name=None):
        text = content if isinstance(content, str) else json.dumps(content)
        path = tmp_path / (name or ("table.csv" if isinstance(content, str) else "table.json"))
        path.write_text(text, encoding="utf-8")
        return path

    return written


@pytest.fixture
def run(capsys):
    """The exit code, and what was printed on standard output and on standard error."""

    def run(*arguments):
        code = main(["pool", *map(str, arguments)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def answer(run):
    """The answer as JSON."""

    def answer(*arguments, code=0):
        found, out, err = run(*arguments, "--json")
        assert (found, err) == (code, "")
        return json.loads(out, parse_constant=pytest.fail)

    return answer


@pytest.fixture
def told(run):
    """The answer in words, on one line."""

    def told(*arguments):
        code, out, err = run(*arguments)
        assert (code, err) == (0, "")
        return " ".join(out.split())

    return told


@pytest.fixture
def refusal(run):
    """The one line that says why nothing was pooled."""

    def refusal(*arguments):
        code, out, err = run(*arguments)
        assert (code, out) == (2, "")
        (line,) = err.splitlines()
        return line

    return refusal
