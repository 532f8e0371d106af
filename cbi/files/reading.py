"""Reading a stranger's table: by content, guarded, with its digest.

The file is read into memory once; the digest, the guards and the parser see those same bytes.
"""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cbi.base import BadFile
from cbi.base.logs import Log
from cbi.files.guards import Seen, kind_of, look_through
from cbi.files.unsaid import SheetSeen, with_errors
from cbi.files.values import Limits, Problem, Table

logger = Log(__name__)

if TYPE_CHECKING:
    from cbi.files.sandbox import Parsed

_DEFAULT = Limits()


def read_table(path: Path, *, sheet: str | None = None, limits: Limits = _DEFAULT) -> Table:
    """The rows of a workbook's sheet (the first visible one with anything in it) or of a CSV file.

    Workbooks are XLSX, XLS and ODS as far as the parser knows them, XML Spreadsheet 2003, and
    pages of tables.

    Raises:
        BadFile: missing, not a table, damaged, hostile, encrypted, too large, no such sheet.
    """
    which = "first" if sheet is None else "named"
    return _read(path, which, sheet or "", limits)[0]


def read_tables(path: Path, *, limits: Limits = _DEFAULT) -> list[Table]:
    """All visible sheets that hold anything, at least one; a CSV file is one table, and so is each
    CSV file of a folder or a ZIP.

    Raises:
        BadFile: as for `read_table`.
    """
    if path.is_dir():
        from cbi.files.bundle import bundle_of_folder

        return bundle_of_folder(path, limits=limits)
    return _read(path, "all", "", limits)


def _read(path: Path, which: str, sheet: str, limits: Limits) -> list[Table]:
    content = read_bytes(path, limits=limits)
    digest = hashlib.sha256(content).hexdigest()
    kind = kind_of(content, path.name)
    logger.debug("a file of %s bytes, %s", len(content), kind)
    if kind != "text":
        seen = Seen(is_old=kind == "ole")
        if kind == "zip" and which == "all":
            from cbi.files.bundle import bundle_of_zip, is_bundle

            if is_bundle(content):
                return bundle_of_zip(content, file=path.name, limits=limits)
        if kind == "zip":
            seen = look_through(content, file=path.name, limits=limits)
        from cbi.files.sandbox import parse_workbook

        parsed = parse_workbook(
            content, file=path.name, limits=limits, which=which, sheet=sheet,
            kind="markup" if kind == "markup" else "workbook",
        )
        return _tables(parsed, seen, digest, file=path.name, which=which, sheet=sheet)
    from cbi.files.separated import parse_separated

    rows = parse_separated(content, file=path.name, limits=limits)
    if not rows:
        raise BadFile("files.empty", file=path.name)
    return [Table(path.name, None, digest, rows)]


def read_bytes(path: Path, *, limits: Limits = _DEFAULT) -> bytes:
    """The file's bytes, if it is there and not too large.

    Raises:
        BadFile: missing, a folder, not readable, too large.
    """
    try:
        if not (path.is_file() or path.is_dir()) and path.exists():
            raise BadFile("files.not-a-file", file=str(path))
        with path.open("rb") as source:
            content = source.read(limits.file_bytes_max + 1)
    except FileNotFoundError as missing:
        raise BadFile("files.missing", file=str(path)) from missing
    except OSError as refusal:
        raise BadFile("files.cannot-read", file=str(path), reason=refusal.strerror) from refusal
    if len(content) > limits.file_bytes_max:
        raise BadFile("files.too-large", file=path.name, megabytes=limits.file_bytes_max >> 20)
    return content


def _tables(
    parsed: "Parsed", seen: Seen, digest: str, *, file: str, which: str, sheet: str
) -> list[Table]:
    if not parsed.chosen and which == "named":
        names = ", ".join(name for name, _ in parsed.sheets)
        raise BadFile("files.no-sheet", file=file, sheet=sheet, sheets=names)
    tables = [
        _table(seen, Table(
            file, name, digest, rows, _warnings(seen, name, parsed, which), merges, hidden
        ))
        for name, rows, merges, hidden in parsed.chosen if rows
    ]
    if not tables:
        raise BadFile("files.empty", file=file)
    return tables


def _table(seen: Seen, table: Table) -> Table:
    """The table with what its parser did not tell of it."""
    sheet = seen.unsaid.sheets.get(table.sheet or "", SheetSeen())
    return replace(
        table, rows=with_errors(table.rows, sheet), hidden=table.hidden | sheet.hidden,
        from_1904=seen.unsaid.from_1904, struck=frozenset(sheet.struck),
    )


def _warnings(seen: Seen, chosen: str, parsed: "Parsed", which: str) -> tuple[Problem, ...]:
    warnings = []
    hidden = [name for name, visible in parsed.sheets if not visible]
    others = [name for name, visible in parsed.sheets if visible and name != chosen]
    if hidden:
        warnings.append(Problem("files.hidden-sheets", facts={"sheets": ", ".join(hidden)}))
    if others and which == "first":
        facts = {"sheet": chosen, "sheets": ", ".join(others)}
        warnings.append(Problem("files.other-sheets", facts=facts))
    if seen.is_old:
        warnings.append(Problem("files.old-workbook"))
    if seen.uncomputed_cell:
        facts = {"cell": seen.uncomputed_cell}
        warnings.append(Problem("files.uncomputed-formula", facts=facts))
    if seen.has_macros:
        warnings.append(Problem("files.macros"))
    if seen.has_links:
        warnings.append(Problem("files.external-links"))
    return tuple(warnings)
