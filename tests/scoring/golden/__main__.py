"""`python -m tests.scoring.golden`: pin anew all that is said of some cases; read what changed."""

import json

from tests.scoring.golden.told import WHOLE, grade, kept_whole, said

if __name__ == "__main__":
    pinned = {case["case"]: said(grade(case)) for case in kept_whole()}
    WHOLE.write_text(json.dumps(pinned, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
