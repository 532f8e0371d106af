"""A shop's list with its answers, as a file that can go back to the shop: no code stands in it."""

from collections.abc import Iterator
from pathlib import Path

from cbi.base.clock import at
from cbi.base.money import plain_amount
from cbi.files.writing import write_csv
from cbi.messages.catalogue import text
from cbi.till.lists import ListLine, ListResult

COLUMNS = ("row", "when", "receipt", "code", "serial", "amount", "answer", "words")


def write_outcome(
    result: ListResult, path: Path, *, language: str, store: str = "", made_at: int | None = None
) -> None:
    """Write every row with its answer and what to do: CSV if the name says so, else a workbook.

    `store` is the store's name; `made_at` (microseconds UTC) goes into the file's properties.

    Raises:
        BadFile: the file cannot be written.
    """
    headings = [text(f"redeem-list.column-{name}", language) for name in COLUMNS]
    if path.suffix.lower() == ".csv":
        rows = ([*cells[:5], _written(line), *cells[6:]]
                for line, cells in _rows(result, language, store))
        write_csv(path, headings, rows)
        return
    from cbi.files.workbook import Column, Sheet, write_workbook

    kinds = ("count", "moment", "text", "text", "text", "amount", "text", "text")
    columns = [
        Column(heading, kind, total=kind == "amount", width=60 if name == "words" else None)
        for heading, kind, name in zip(headings, kinds, COLUMNS, strict=True)
    ]
    title = text("redeem-list.title", language, store=store or result.store)
    about = text("redeem-list.title-file", language, file=result.file, digest=result.digest[:12])
    sheet = Sheet(
        text("redeem-list.sheet", language), columns,
        (cells for _, cells in _rows(result, language, store)),
        title=(title, about), currency=result.currency,
    )
    write_workbook(path, [sheet], title=title, language=language, made_at=made_at)


def answer_word(answer: str, language: str) -> str:
    """A row's answer in a word or two."""
    return text(f"redeem-list.answer-{answer}", language)


def _rows(
    result: ListResult, language: str, store: str
) -> Iterator[tuple[ListLine, list[object]]]:
    for line in result.lines:
        when = None if line.occurred_at is None else at(line.occurred_at, line.zone)
        yield line, [
            line.row, None if when is None else when.replace(tzinfo=None), line.receipt,
            line.code_ends, line.serial, line.amount_minor, answer_word(line.answer, language),
            line.describe(language, store=store),
        ]


def _written(line: ListLine) -> str | None:
    if line.amount_minor is None:
        return None
    return plain_amount(line.amount_minor, line.currency or "", group="")
