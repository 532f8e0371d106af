"""Issuing: from a batch's list to vouchers with codes and a first journal line, in bulk.

Everything that is the same for a whole batch is worked out once; per voucher there remain a code,
its keyed hash, its seal, and two SHA-256. The canonical JSON of a first line is filled into a
template whose equality with `canonical_json` a test holds.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cbi.base.clock import DAY_US, date_at, instant_on
from cbi.base.ids import new_ids
from cbi.ledger.bulk import insert_issued
from cbi.ledger.chain import genesis
from cbi.ledger.codes import code_hash, make_codes, seal_codes
from cbi.ledger.journal import FUNDS, VOUCHERS, recorded_now
from cbi.operators.desk import Desk
from cbi.storage import Reading, Record, Writing

CHUNK = 20_000


@dataclass(frozen=True, slots=True)
class Issue:
    """What all vouchers issued together share."""

    batch: bytes
    round: str
    currency: str
    valid_from: str
    valid_until: str
    opens_at: int
    closes_at: int
    operator: str
    at: int


def validity(valid_from: str, valid_until: str, zone: str) -> tuple[int, int]:
    """The instants (UTC) between which vouchers are valid: the last day counts whole."""
    last_noon = instant_on(valid_until, 12, zone)
    day_after = date_at(last_noon + DAY_US, zone)
    return instant_on(valid_from, 0, zone), instant_on(day_after, 0, zone)


def issue_batch(tx: Writing, desk: Desk, batch_id: bytes, round_code: str) -> int:
    """Issue every voucher on an approved list; returns how many.

    Raises:
        Conflict: somebody on the list has this round's voucher of that category already.
    """
    setting = tx.row(
        "SELECT r.valid_from, r.valid_until, p.currency, p.zone FROM round r "
        "JOIN programme p ON p.code = r.programme WHERE r.code = :code",
        code=round_code,
    )
    assert setting is not None, "a batch has a round"  # noqa: S101
    opens_at, closes_at = validity(
        setting["valid_from"], setting["valid_until"], setting.pop("zone")
    )
    at = recorded_now(tx, desk.clock())
    issue = Issue(
        batch=batch_id, round=round_code, **setting, opens_at=opens_at, closes_at=closes_at,
        operator=desk.operator.name, at=at,
    )
    rows = tx.rows(
        "SELECT beneficiary, city, language, category, part, amount_minor FROM batch_line "
        "WHERE batch = :batch ORDER BY line",
        batch=batch_id,
    )
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        first = take_serials(tx, round_code, len(part))
        insert_issued(tx, *made_vouchers(desk, issue, part, first))
    return len(rows)


def take_serials(tx: Writing, round_code: str, count: int) -> int:
    """Reserve consecutive serial numbers of a round; returns the first."""
    tx.run(
        "UPDATE round SET next_serial = next_serial + :count WHERE code = :code",
        count=count, code=round_code,
    )
    first: int = tx.value("SELECT next_serial FROM round WHERE code = :code", code=round_code)
    return first - count


def serial_text(round_code: str, number: int) -> str:
    """A serial as printed on lists: `KZ22-R1-000123`."""
    return f"{round_code}-{number:06d}"


def made_vouchers(
    desk: Desk, issue: Issue, lines: Sequence[Record], first_serial: int
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Voucher rows and entry rows, in the order of `bulk.ISSUED_VOUCHER` and `ISSUED_ENTRY`."""
    count = len(lines)
    codes = make_codes(count, desk.entropy)
    sealed = seal_codes(codes, desk.keys.need("codes"), desk.entropy)
    lookup = desk.keys.need("lookup")
    hashes = [code_hash(code, lookup) for code in codes]
    ids = new_ids(count, issue.at, desk.entropy)
    entry_ids = new_ids(count, issue.at, desk.entropy)
    vouchers, entries = [], []
    digests = issue_digests(issue, lines, first_serial, hashes, ids, entry_ids)
    for number, (line, digest) in enumerate(zip(lines, digests, strict=True)):
        voucher, face = ids[number], line["amount_minor"]
        new_hash = sha256(genesis(voucher) + digest).digest()
        vouchers.append(
            (
                voucher, serial_text(issue.round, first_serial + number), hashes[number],
                sealed[number], issue.batch, issue.round, line["city"], line["category"],
                line["beneficiary"], line["language"], line["part"], line.get("generation", 0),
                issue.currency,
                face, issue.valid_from, issue.valid_until, issue.opens_at, issue.closes_at,
                new_hash, issue.at,
            )
        )
        entries.append(
            (
                voucher, entry_ids[number], face, issue.valid_until, issue.operator, issue.at,
                new_hash,
            )
        )
    return vouchers, entries


def issue_digests(
    issue: Issue,
    lines: Sequence[Record],
    first_serial: int,
    hashes: Sequence[bytes],
    ids: Sequence[bytes],
    entry_ids: Sequence[bytes],
) -> Iterator[bytes]:
    """The digest of each first line: SHA-256 of its canonical JSON."""
    quoted: dict[str, str] = {}

    def quote(text: str) -> str:
        known = quoted.get(text)
        if known is None:
            known = quoted[text] = json.dumps(text, ensure_ascii=False)
        return known

    batch, currency, kind = issue.batch.hex(), quote(issue.currency), '"issue"'
    middle = f'"kind":{kind},"language":'
    after_language = (
        f'"occurred_at":{issue.at},"operator":{quote(issue.operator)},"part":'
    )
    round_serial = (
        f'"recorded_at":{issue.at},"round":{quote(issue.round)},"serial":"{issue.round}-'
    )
    ends = f'"valid_from":"{issue.valid_from}","valid_until":"{issue.valid_until}","voucher":"'
    for number, line in enumerate(lines):
        face = line["amount_minor"]
        told = (
            f'{{"amount_minor":{face},"batch":"{batch}","beneficiary":{quote(line["beneficiary"])},'
            f'"category":{quote(line["category"])},"city":{quote(line["city"])},'
            f'"code_hash":"{hashes[number].hex()}","credit":"{VOUCHERS}","currency":{currency},'
            f'"debit":"{FUNDS}","face_minor":{face},"generation":{line.get("generation", 0)},'
            f'"id":"{entry_ids[number].hex()}",{middle}{quote(line["language"])},'
            f'{after_language}{line["part"]},{round_serial}{first_serial + number:06d}",'
            f'{ends}{ids[number].hex()}"}}'
        )
        yield sha256(told.encode()).digest()


def round_zone(tx: Reading, round_code: str) -> str:
    """The time zone of a round's programme."""
    zone: str = tx.value(
        "SELECT p.zone FROM round r JOIN programme p ON p.code = r.programme WHERE r.code = :code",
        code=round_code,
    )
    return zone

