"""What a workbook says, put under seal: a copy that comes back is held to it, cell by cell.

A digest over all cells stands in the log and is sealed with it. The workbook's last sheet carries
the digests of its rows and columns and the way from that line of the log to the signed root, so
that `data/verify_workbook.py` names a changed cell without the ledger; `cbi check --workbook` does
with it, and believes the ledger alone.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sqlmodel import col, select

from cbi.audit.merkle import inclusion_proof, leaf_hash
from cbi.audit.rule_results import RuleResult, Violation
from cbi.base.canonical import JsonValue, canonical_json
from cbi.base.errors import BadFile
from cbi.files import Column, Limits, Sheet, read_bytes
from cbi.files.cell_reading import read_cells
from cbi.files.prints import SheetPrint, changed_cells, digest_of, places_of
from cbi.ledger.sealing import seal_ahead, seal_in
from cbi.ledger.tables import Leaf, Seal
from cbi.messages import LANGUAGES, text
from cbi.operators import log
from cbi.operators.log import GENESIS
from cbi.operators.operator_session import OperatorSession
from cbi.operators.rows import StoredLine
from cbi.storage import ReadTransaction, WriteTransaction

ACTION = "workbook.make"
MARK = "cbi seal 1"
COPY = "workbook "
"""A seal's reason begins with it where the seal holds a workbook's own digest."""
_CHUNK = 30_000


class SealedBook(NamedTuple):
    """A workbook under seal: the proof its last sheet carries, and the checkpoint."""

    proof: str
    checkpoint: str


class _Head(NamedTuple):
    """Where the log was sealed: the leaf's position, and the line that was its head."""

    position: int
    seq: int


def put_under_seal(session: OperatorSession, run: str, sheets: Sequence[SheetPrint]) -> SealedBook:
    """Write into the log what a workbook says, and seal it; once for the same workbook."""
    places, cells = places_of(sheets), digest_of(sheets).hex()
    detail: dict[str, JsonValue] = {
        "cells": cells, "places": hashlib.sha256(places.encode()).hexdigest(),
    }

    rest = seal_ahead(session, f"{COPY}{run}")

    def work(tx: WriteTransaction) -> SealedBook:
        if (seq := _line_of(tx, run, detail)) is None:
            log.record_by(tx, session, action=ACTION, object=run, detail=detail)
            seal_in(tx, session, f"{COPY}{run}", lines=rest)
            seq = _line_of(tx, run, detail)
        return _sealed(tx, run, places, seq or 0)

    return session.ledger.transact(work)


def _line_of(tx: ReadTransaction, run: str, detail: dict[str, JsonValue]) -> int | None:
    """The log's line that tells of this very workbook, if it was made before."""
    made = log.entries(tx, action=ACTION, object=run)
    return next((one.seq for one in made if one.detail == detail), None)


def _sealed(tx: ReadTransaction, run: str, places: str, seq: int) -> SealedBook:
    head = tx.read(
        _Head, "SELECT f.position, l.seq FROM leaf f JOIN log l ON l.hash = f.object "
        "WHERE f.kind = 'log' AND l.seq >= :seq ORDER BY l.seq LIMIT 1", seq=seq,
    )[0]
    seal = tx.all(select(Seal).where(Seal.size > head.position).order_by(col(Seal.size)))[0]
    leaves = [leaf_hash(data) for data in tx.stream(
        select(Leaf.data).where(Leaf.position < seal.size).order_by(col(Leaf.position))
    )]
    lines = tx.read(
        StoredLine, "SELECT * FROM log WHERE seq BETWEEN :first AND :last ORDER BY seq",
        first=seq - 1, last=head.seq,
    )
    before = lines.pop(0).hash if lines[0].seq < seq else GENESIS
    proof: dict[str, JsonValue] = {
        "before": before.hex(), "index": head.position, "checkpoint": seal.checkpoint,
        "lines": [
            {name: value for name, value in line._asdict().items() if name != "hash"}
            for line in lines
        ],
        "path": [base64.b64encode(one).decode() for one in inclusion_proof(leaves, head.position)],
        "places": places, "run": run,
    }
    return SealedBook(canonical_json(proof).decode(), seal.checkpoint)


def seal_sheet(name: str, proof: str) -> Sheet:
    """The sheet that carries a proof: pieces of text, and beside each its check sum."""
    packed = base64.b64encode(zlib.compress(proof.encode(), 6)).decode()

    def rows() -> Iterator[tuple[object, object]]:
        yield MARK, None
        for at in range(0, len(packed), _CHUNK):
            piece = packed[at : at + _CHUNK]
            yield piece, zlib.crc32(piece.encode())

    columns = [Column("", width=12), Column("", "count", width=14)]
    return Sheet(name, columns, rows(), headed=False, opens=False, printed=1)


def check_workbook(tx: ReadTransaction, path: Path) -> RuleResult:
    """Every cell of a workbook of this ledger that was changed since it was made.

    Raises:
        BadFile: it cannot be read, or is no workbook that carries a proof.
    """
    file, limits = path.name, Limits(rows_max=1_048_576, cells_max=100_000_000)
    found_cells = read_cells(read_bytes(path, limits=limits), file, limits)
    *sheets, (title, last) = [(name, list(rows)) for name, rows in found_cells]
    pieces = [
        [cell.canon[1:] for cell in cells] for _, cells in last if cells and cells[0].column == "A"
    ]
    torn = [
        number for number, (piece, *summed) in enumerate(pieces[1:], 2)
        if summed != [str(zlib.crc32(piece.encode()))]
    ]
    odd = [f"{title}!A1"] if not pieces or pieces[0] != [MARK] else []
    if odd and title not in {text("workbook.sheet-seal", language) for language in LANGUAGES}:
        raise BadFile("finance.workbook-unsealed", file=file)
    try:
        told = _unpacked("".join(piece for piece, *_ in pieces[1:]))
        places, run = str(told["places"]), str(told["run"])
    except (ValueError, KeyError, TypeError, zlib.error) as damage:
        odd = [*(f"{title}!A{number}" for number in torn), *odd]
        if odd and len(pieces) > 1:
            return _result(odd)
        raise BadFile("finance.workbook-unsealed", file=file) from damage
    odd += [f"{title}!B{number}" for number in torn]  # the text is whole: its sum was changed
    made = [one.detail for one in log.entries(tx, action=ACTION, object=run)]
    known = {"places": hashlib.sha256(places.encode()).hexdigest()}
    logged = next((one for one in made if one.get("places") == known["places"]), None)
    if logged is None:
        return RuleResult("workbook-as-made", (Violation(run, "check.workbook-unknown"),))
    found, cells = changed_cells(places, sheets)
    if not found and not odd and cells.hex() != logged.get("cells"):
        found = [file]
    return _result([*odd, *found])


def _unpacked(text: str) -> Any:
    """What the pieces say together.

    Raises:
        ValueError: they are not as they were written.
        zlib.error: likewise.
    """
    packed = base64.b64decode(text, validate=True)
    if base64.b64encode(packed).decode() != text:
        raise ValueError("a digit more or less at its end")
    return json.loads(zlib.decompress(packed))


def _result(cells: Sequence[str]) -> RuleResult:
    return RuleResult(
        "workbook-as-made", tuple(Violation(one, "check.cell-changed") for one in cells)
    )
