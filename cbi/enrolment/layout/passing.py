"""Which rows under a list's headings are no people, and why: passed over, counted and told. Pure.

Rows that explain (HXL tags, examples, types, column numbers, headings once more), totals, lines
under the list, and lines that only begin a household.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cbi.enrolment.headings.composing import is_about, is_role
from cbi.enrolment.headings.headings import is_known, readings
from cbi.enrolment.values.cells import YES_OR_NO, meant
from cbi.enrolment.values.vocabulary import (
    folded,
    meanings,
    squashed,
    without_brackets,
    words,
    words_as_typed,
)
from cbi.files import Row

_ANSWERS = re.compile(r"\s*(?:[/|,;]|\bor\b|\bили\b)\s*")
_HINT_ROWS_MAX = 4
_FIELDS_MIN = 2
_HXL = re.compile(r"#[a-z]+(\s*\+\s*\w+)*\s*\Z", re.IGNORECASE)
_TOTAL_WORDS_MAX = 4
_FOOTER_CELLS_MAX, _HOME_LENGTH_MAX, _SIGNS_OFF_MIN = 2, 60, 7
_NEVER_SO = frozenset({"phone", "birth", "age", "household-size", "passport", "tazkira"})
"""Fields whose cells are numbers or dates: a word there that is their heading is no person's."""
_OF_PEOPLE = frozenset({"case", "group", "no", "номер"})
"""What may begin a line above people, unlike a page."""
_SIGNS = " .*-_:()[]"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is no person: its number and why (`hxl`, `example`, `types`, `numbers`,
    `headings`, `total`, `footer`, `household`, `city`, `line`, `table`, `hidden`, `struck`)."""

    row: int
    why: str


def only_text(row: Row) -> str:
    """The text of a row that holds one text and nothing else; empty for any other."""
    text = ""
    for cell in row.cells:
        if cell is None or cell == "":
            continue
        if text or not isinstance(cell, str):
            return ""  # most rows end here, at their second cell
        text = cell.strip(" :")
    return text


def is_heading(label: str) -> bool:
    """Whether a cell is a heading's word and no word of a cell (`agreed`, `Passport`)."""
    values = (words("yes"), words("no"), meanings("sex"), words("head"), words("member-relation"))
    return is_known(label) and not any(squashed(label) in known for known in values)


def field_of(label: str) -> str:
    return next((one.field for one in readings(label)), "")


def people_of(
    rows: Sequence[Row], labels: Mapping[int, str]
) -> tuple[list[Row], tuple[Skipped, ...], dict[int, str]]:
    body: list[Row] = []
    skipped: list[Skipped] = []
    homes: dict[int, str] = {}
    home = ""
    wanted = {index: squashed(label) for index, label in labels.items()}
    for place, row in enumerate(rows):
        if body and _begins_a_table(row, labels):
            skipped += [Skipped(one.number, "table") for one in rows[place:] if _filled(one)]
            break
        why = _why_skip(row, wanted, labels, hints=place < _HINT_ROWS_MAX and not body)
        if why == "household":
            home = next(str(cell) for cell in row.cells if cell is not None)
        if why:
            skipped.append(Skipped(row.number, why))
            continue
        body.append(row)
        if home:
            homes[row.number] = home
    under = _lines_under(body, skipped)
    if under:
        skipped += [Skipped(row.number, "footer") for row in under]
        body = body[: -len(under)]
    return body, tuple(skipped), homes


def _lines_under(body: Sequence[Row], skipped: Sequence[Skipped]) -> list[Row]:
    """The last rows, where they stand under a total or a signature and hold hardly anything."""
    ends = [one.row for one in skipped if one.why in ("total", "footer")]
    if not ends or not body:
        return []
    usual = sorted(map(_filled, body))[len(body) // 2]
    under: list[Row] = []
    for row in reversed(body):
        few = _filled(row) <= _FOOTER_CELLS_MAX and usual >= 2 * _FOOTER_CELLS_MAX
        if not few or row.number < min(ends):
            break
        under.insert(0, row)
    return under


def _filled(row: Row) -> int:
    return sum(cell is not None and str(cell).strip() != "" for cell in row.cells)


def _why_skip(
    row: Row, wanted: Mapping[int, str], labels: Mapping[int, str], *, hints: bool
) -> str:
    texts = [
        (index, cell.strip()) for index, cell in enumerate(row.cells)
        if isinstance(cell, str) and cell.strip()
    ]
    if not texts or (hints and _counts_columns(row)):
        return "numbers" if hints and _counts_columns(row) else ""
    first, text = texts[0]
    if text[0] == "#" and 2 * sum(bool(_HXL.match(one)) for _, one in texts) >= len(texts):
        return "hxl"
    if any(_is_total(one) for _, one in texts[:2]) or _sums_up(row, text):
        return "total"
    few = len(texts) <= max(_FOOTER_CELLS_MAX, len(labels) // 2)  # a person's row says more
    if (few and _signs_off(text)) or (
        len(texts) <= _FOOTER_CELLS_MAX and squashed(text.partition(":")[0]) in words("footer")
        and ":" in text
    ) or text.endswith(":") or (text[0] == "*" and len(texts) == 1):
        return "footer"  # no person's number or name ends so: `Выдал:`
    if len(texts) > 1 and wanted.get(first) == squashed(text) and 2 * sum(
        wanted.get(index) == squashed(one) for index, one in texts
    ) > len(texts):
        return "headings"
    line = "line" if _numbers_a_page(row, text) else ""
    home = "household" if not line and _begins_a_home(row, text) else ""
    return line or home or (_why_hint(row, texts, labels) if hints else "")


def _signs_off(text: str) -> bool:
    """Whether a line is a signature's or a remark's, alone or with whose: `Руководитель отдела`."""
    told = folded(text).split()
    return squashed(text) in words("footer") or any(
        len(begins := "".join(told[:size])) >= _SIGNS_OFF_MIN and begins in words("footer")
        for size in (1, 2)
    )


def _begins_a_table(row: Row, labels: Mapping[int, str]) -> bool:
    """Whether a row under people holds the headings of another table: words alone, one of them a
    heading of its own column's field and most of them not the list's own; or most of them the
    list's own, and one that says of its column something else (`Reason` where the sex stands)."""
    texts = {}
    for index, cell in enumerate(row.cells):
        if cell is None or cell == "":
            continue
        if not isinstance(cell, str) or any(map(str.isdecimal, cell)):
            return False  # most rows end here, at a number
        texts[index] = cell.strip()
    if len(texts) < 2:
        return False
    same = [
        index for index, one in texts.items() if index in labels and is_heading(one)
        and field_of(one) in _NEVER_SO and field_of(one) == field_of(labels[index])
    ]
    own = {
        index for index, one in texts.items() if squashed(one) == squashed(labels.get(index, ""))
    }
    if 2 * len(own) > len(texts):
        return any(
            field_of(texts[index]) != field_of(labels[index]) != ""
            for index in texts.keys() & labels.keys() - own
        )
    return bool(same) and 2 * len(own) < len(texts) and not _translates(
        [*texts.items()], labels
    )


def _sums_up(row: Row, text: str) -> bool:
    """Whether a line sums up what stands above it: `Almaty Total` beside numbers alone."""
    *before, last = text.split()
    return bool(before) and last.casefold() in words_as_typed("total-at-the-end") and all(
        isinstance(cell, int | float) or str(cell).strip() == text or str(cell).strip().isdecimal()
        for cell in row.cells if cell is not None
    )


def _begins_a_home(row: Row, text: str) -> bool:
    """Whether a line of one cell numbers the household whose people stand under it."""
    tokens = folded(without_brackets(text)).split()  # `Family 2 (5 people)`
    return (
        sum(cell is not None for cell in row.cells) == 1 and len(text) <= _HOME_LENGTH_MAX
        and any(is_about([token], "home") for token in tokens[:2])
        and any(token.isdecimal() for token in tokens) and not is_about(tokens, "count")
    )


def _is_total(text: str) -> bool:
    """Whether a text sums up, in one language or in two (`Subtotal / Итого по стр.`)."""
    return any(_sums(part.strip()) for part in text.split("/"))


def _numbers_a_page(row: Row, text: str) -> bool:
    """Whether a line of one cell only numbers its page: `Page 1 / Стр. 1`."""
    tokens = folded(text).split()
    return (
        bool(tokens) and tokens[0] in words("page") - _OF_PEOPLE and tokens[-1].isdecimal()
        and all(one.isdecimal() or one in words("page") for one in tokens) and _filled(row) == 1
    )


def _sums(text: str) -> bool:
    words_before = text.partition(":")[0].strip(" .").casefold()
    if words_before in words_as_typed("total"):
        return True
    told = words_before.split()[:_TOTAL_WORDS_MAX]
    if told and told[0] in words_as_typed("total") and any(map(str.isdecimal, text)):
        return True  # `Итого по г. Алматы: 2 семьи`: no name begins so and counts
    totals = [word for word in told if word in words_as_typed("total")]
    return len(told) > 1 and bool(totals) and all(
        word in totals or word.strip("#№.").isdecimal() or word in words("home-role")
        or word in words("page") or is_role(word) or is_about([word], "count")
        for word in told
    )


def _translates(texts: Sequence[tuple[int, str]], labels: Mapping[int, str]) -> bool:
    """Whether a row says the headings above it once more, in another language."""
    same = [
        text for index, text in texts
        if index in labels and is_heading(text) and field_of(text) == field_of(labels[index]) != ""
    ]
    if len(same) < _FIELDS_MIN:
        return False
    asked = [index for index, _ in texts if field_of(labels.get(index, ""))]
    return 10 * len(same) >= 6 * (len(asked) if _are_names_of_fields(labels) else len(texts))


def _are_names_of_fields(labels: Mapping[int, str]) -> bool:
    """Whether headings are a database's own (`size_h_c`), under which their words may stand."""
    return all(label.isascii() and label == label.lower() and " " not in label
               for label in labels.values()) and any("_" in one for one in labels.values())


def _why_hint(
    row: Row, texts: Sequence[tuple[int, str]], labels: Mapping[int, str]
) -> str:
    """Why a row right under the headings only explains them."""
    said = [squashed(text.strip(_SIGNS)) for _, text in texts]
    kinds = sum(one in words("type") for one in said)
    if len(texts) > 1 and 10 * kinds >= 6 * len(texts):
        return "types"
    if kinds > 1 and any(one in words("mask") for one in said) and not any(
        any(map(str.isdecimal, str(cell))) for cell in row.cells if cell is not None
    ):
        return "types"  # how to fill in: `дд.мм.гггг` beside words, and no number anywhere
    if any(_names_both(text, "sex") for _, text in texts) and any(
        _names_both(text, YES_OR_NO) for _, text in texts
    ):
        return "types"  # what may stand in each column: `Male / Female`, `Yes / No`
    if any(_begins_an_example(text) for _, text in texts):
        return "example"
    if _translates(texts, labels):
        return "headings"
    return ""


def _names_both(text: str, name: str) -> bool:
    """Whether a cell names more than one of the answers that a list knows: `Yes / No`."""
    said = {one for part in _ANSWERS.split(text) if (one := meant(part, name))}
    return len(said) > 1


def _begins_an_example(text: str) -> bool:
    """Whether a cell is, or begins with, the word for an example: `e.g. Ahmad`, `Example: H1`."""
    first, _, rest = text.partition(" ")
    return squashed(text.partition(":")[0]) in words("example") or bool(
        rest and first.endswith((".", ":")) and squashed(first) in words("example")
    )


def _counts_columns(row: Row) -> bool:
    """Whether a row right under the headings numbers the columns, as official forms do."""
    cells = [cell for cell in row.cells if cell is not None]
    numbers = [str(int(cell)) if isinstance(cell, float) else str(cell).strip() for cell in cells]
    return len(cells) > 2 and numbers == [str(count) for count in range(1, len(cells) + 1)]
