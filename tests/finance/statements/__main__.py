"""`python -m tests.finance.statements` writes the corpus anew; `measure` says what is found."""

import json
import sys
from pathlib import Path

from tests.finance.statements.campaign import campaign
from tests.finance.statements.documents import Document
from tests.finance.statements.planting import Plan, planted
from tests.finance.statements.shapes import SHAPES

FOLDER = Path(__file__).parent
LANGUAGES = ("ru", "en")


def made(shape: str, language: str) -> tuple[Document, Plan]:
    """A statement of the corpus, and what was planted in it."""
    draw, has = SHAPES[shape]
    plan = planted(campaign(), has, f"{shape} {language}")
    return draw(language, plan), plan


def expected(document: Document, plan: Plan) -> dict[str, object]:
    """What must come of a statement, as its JSON says."""
    mistakes = [
        {"rule": error, "sheet": page.name, "row": row, "cure": cure}
        for page in document.pages for row, (error, cure) in page.mistakes.items()
    ]
    mistakes += [{"rule": "unbilled", "serial": serial} for serial in plan.unbilled]
    how = document.how
    return {
        "period": None if how is None else [how.period_from, how.period_until],
        "stated_minor": document.stated_minor, "claimed_minor": document.claimed_minor,
        "left_minor": document.left_minor, "mistakes": mistakes,
    }


def write(folder: Path) -> None:
    """Every file of the corpus, and its JSON beside it."""
    for shape in SHAPES:
        for language in LANGUAGES:
            document, plan = made(shape, language)
            document.save(folder / f"{shape}-{language}.{document.ending}")
            told = json.dumps(expected(document, plan), ensure_ascii=False, indent=1)
            (folder / f"{shape}-{language}.json").write_text(told + "\n", "utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["measure"]:
        from tests.finance.statements.measuring import print_measures

        print_measures(FOLDER)
    else:
        write(FOLDER)
