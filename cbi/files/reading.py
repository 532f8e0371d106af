"""Reading a stranger's table: by content, guarded, with its digest.

The file is read into memory once; the digest, the guards and the parser see those same bytes.
"""

import hashlib
from pathlib import Path

from cbi.base import BadFile
from cbi.files.guards import Seen, kind_of, look_through
from cbi.files.values import Limits, Problem, Table

_DEFAULT = Limits()


def read_table(path: Path, *, sheet: str | None = None, limits: Limits = _DEFAULT) -> Table:
    """The rows of an XLSX sheet (the first visible one with anything in it) or of a CSV file.

    Raises:
        BadFile: missing, not a table, damaged, hostile, encrypted, too large, no such sheet.
    """
    content = read_bytes(path, limits=limits)
    digest = hashlib.sha256(content).hexdigest()
    if kind_of(content, path.name) == "xlsx":
        return _workbook(content, digest, file=path.name, sheet=sheet, limits=limits)
    from cbi.files.separated import parse_separated

    rows = parse_separated(content, file=path.name, limits=limits)
    if not rows:
        raise BadFile("files.empty", file=path.name)
    return Table(path.name, None, digest, rows)


def read_bytes(path: Path, *, limits: Limits = _DEFAULT) -> bytes:
    """The file's bytes, if it is there and not too large.

    Raises:
        BadFile: missing, a folder, not readable, too large.
    """
    try:
        with path.open("rb") as source:
            content = source.read(limits.file_bytes_max + 1)
    except FileNotFoundError as missing:
        raise BadFile("files.missing", file=str(path)) from missing
    except OSError as refusal:
        raise BadFile("files.cannot-read", file=str(path), reason=refusal.strerror) from refusal
    if len(content) > limits.file_bytes_max:
        raise BadFile("files.too-large", file=path.name, megabytes=limits.file_bytes_max >> 20)
    return content


def _workbook(
    content: bytes, digest: str, *, file: str, sheet: str | None, limits: Limits
) -> Table:
    from cbi.files.sandbox import Parsed, parse_workbook

    seen = look_through(content, file=file, limits=limits)
    parsed: Parsed = parse_workbook(content, file=file, sheet=sheet, limits=limits)
    if parsed.sheet is None and sheet is not None:
        names = ", ".join(name for name, _ in parsed.sheets)
        raise BadFile("files.no-sheet", file=file, sheet=sheet, sheets=names)
    if parsed.sheet is None or not parsed.rows:
        raise BadFile("files.empty", file=file)
    warnings = _warnings(seen, parsed.sheet, parsed.sheets, asked=sheet is not None)
    return Table(file, parsed.sheet, digest, parsed.rows, warnings)


def _warnings(
    seen: Seen, chosen: str, sheets: list[tuple[str, bool]], *, asked: bool
) -> tuple[Problem, ...]:
    warnings = []
    hidden = [name for name, visible in sheets if not visible]
    others = [name for name, visible in sheets if visible and name != chosen]
    if hidden:
        warnings.append(Problem("files.hidden-sheets", facts={"sheets": ", ".join(hidden)}))
    if others and not asked:
        facts = {"sheet": chosen, "sheets": ", ".join(others)}
        warnings.append(Problem("files.other-sheets", facts=facts))
    if seen.uncomputed_cell is not None:
        facts = {"cell": seen.uncomputed_cell}
        warnings.append(Problem("files.uncomputed-formula", facts=facts))
    return tuple(warnings)
