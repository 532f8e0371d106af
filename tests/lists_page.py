"""The shapes in `docs/lists.md`, from the corpus: `python -m tests.lists_page` writes them."""

from pathlib import Path

from cbi.messages import text
from tests.enrolment.corpus import Listed, corpus

PAGE = Path(__file__).parents[1] / "docs" / "lists.md"
BEGIN, END = "<!-- shapes: begin -->\n", "<!-- shapes: end -->\n"


def table() -> str:
    """Every list of the corpus in a row: its shape, and what comes of it."""
    rows = sorted(f"| {one.shape} | {_came(one)} |" for one in corpus())
    return "\n".join(["| Shape | What is understood |", "|---|---|", *rows, ""])


def _came(one: Listed) -> str:
    wanted = one.wanted
    if wanted["outcome"] == "refusal":
        return f"refused: {_first(wanted['code'])}"
    if wanted["outcome"] == "question":
        return f"asked: {_first(wanted['asks'][0])}"
    people = wanted["people"]
    homes = len({person.get("household", f"alone {place}") for place, person in enumerate(people)})
    told = [f"{len(people)} people" if len(people) != 1 else "1 person"]
    if homes < len(people):
        told.append(f"{homes} households" if homes != 1 else "1 household")
    fields = {key for person in people for key in person} - {"name", "household", "head"}
    told.append(", ".join(["name", *sorted(field.replace("_", " ") for field in fields)]))
    if "goes_back" in wanted:
        told.append(f"{wanted['goes_back']} go back with a reason")
    return "; ".join(told)


def _first(code: str) -> str:
    """The first sentence of a message, its facts left open."""
    words = text(code, "en", **dict.fromkeys(_FACTS, "…"))
    return words.partition(". ")[0].rstrip(".").replace("|", "/")


_FACTS = (
    "file", "rows", "heading", "headings", "other", "sample", "other_sample", "field", "count",
    "first", "countries", "country", "place",
)


def page() -> str:
    """The page with its table as it is now."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{table()}{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
