"""Issuing: from a batch's list to vouchers with codes and a first journal line, in bulk.

Everything that is the same for a whole batch is worked out once; per voucher there remain a code,
its keyed hash, its seal, and two SHA-256. The canonical JSON of a first line is filled into a
template whose equality with `canonical_json` a test holds.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from cbi.base.clock import DAY_US, date_at, instant_on
from cbi.base.ids import new_ids
from cbi.base.logs import Log
from cbi.ledger.bulk import insert_issued
from cbi.ledger.chain import genesis
from cbi.ledger.clocks import recorded_now
from cbi.ledger.journal import FUNDS, VOUCHERS, line_mac
from cbi.ledger.vouchers.codes import code_hash, make_codes, seal_codes
from cbi.operators.operator_session import OperatorSession
from cbi.programmes.batches import DraftLine, take_serials
from cbi.storage import ReadTransaction, WriteTransaction

logger = Log(__name__)

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
    generation: int = 0


class RoundDates(NamedTuple):
    """A round's days, and its programme's currency and time zone."""

    valid_from: str
    valid_until: str
    currency: str
    zone: str


@lru_cache(maxsize=1_024)
def validity(valid_from: str, valid_until: str, zone: str) -> tuple[int, int]:
    """The instants (UTC) between which vouchers are valid: the last day counts whole."""
    last_noon = instant_on(valid_until, 12, zone)
    day_after = date_at(last_noon + DAY_US, zone)
    return instant_on(valid_from, 0, zone), instant_on(day_after, 0, zone)


def issue_batch(
    tx: WriteTransaction, session: OperatorSession, batch_id: bytes, round_code: str,
    rows: Sequence[DraftLine]
) -> int:
    """Issue a voucher for every row of an approved list, in its order; returns how many.

    Raises:
        Conflict: somebody on the list has this round's voucher of that category already.
    """
    dates = tx.read_one(
        RoundDates, "SELECT r.valid_from, r.valid_until, p.currency, p.zone FROM round r "
        "JOIN programme p ON p.code = r.programme WHERE r.code = :code",
        code=round_code,
    )
    assert dates is not None, "a batch has a round"  # noqa: S101
    opens_at, closes_at = validity(dates.valid_from, dates.valid_until, dates.zone)
    at = recorded_now(tx, session.clock())
    issue = Issue(
        batch=batch_id, round=round_code, currency=dates.currency, valid_from=dates.valid_from,
        valid_until=dates.valid_until, opens_at=opens_at, closes_at=closes_at,
        operator=session.operator.name, at=at,
    )
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        first = take_serials(tx, round_code, len(part))
        insert_issued(tx, *made_vouchers(session, issue, part, first))
    logger.info("%s vouchers issued", len(rows))
    return len(rows)


def serial_text(round_code: str, number: int) -> str:
    """A serial as printed on lists: `KZ22-R1-000123`."""
    return f"{round_code}-{number:06d}"


class Fresh(NamedTuple):
    """What is new about a voucher: made here, never given."""

    id: bytes
    entry_id: bytes
    serial: str
    code_hash: bytes
    code_sealed: bytes


def made_vouchers(
    session: OperatorSession, issue: Issue, lines: Sequence[DraftLine], first_serial: int
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Voucher rows and entry rows, in the order of `bulk.ISSUED_VOUCHER` and `ISSUED_ENTRY`."""
    vouchers, entries, by = [], [], session.vouching
    by.must_be_an_offices("issue")
    fresh = made_fresh(session, issue, len(lines), first_serial)
    for line, new, digest in zip(lines, fresh, issue_digests(issue, lines, fresh), strict=True):
        face = line.amount_minor
        new_hash = sha256(genesis(new.id) + digest).digest()
        vouchers.append((
            new.id, new.serial, new.code_hash, new.code_sealed, issue.batch, issue.round,
            line.city, line.category, line.beneficiary, line.language, line.part,
            issue.generation, issue.currency, face, issue.valid_from, issue.valid_until,
            issue.opens_at, issue.closes_at, new_hash, issue.at,
        ))
        entries.append((
            new.id, new.entry_id, face, issue.valid_until, issue.operator, issue.at, new_hash,
            by.name, line_mac(by.key, new.code_hash, digest),
        ))
    return vouchers, entries


def made_fresh(
    session: OperatorSession, issue: Issue, count: int, first_serial: int
) -> list[Fresh]:
    """Ids, serials and codes for that many vouchers."""
    codes = make_codes(count, session.entropy)
    sealed = seal_codes(codes, session.keys.need("codes"), session.entropy)
    lookup = session.keys.need("lookup")
    return list(map(
        Fresh,
        new_ids(count, issue.at, session.entropy), new_ids(count, issue.at, session.entropy),
        [serial_text(issue.round, first_serial + number) for number in range(count)],
        [code_hash(code, lookup) for code in codes], sealed,
    ))


def issue_digests(
    issue: Issue, lines: Sequence[DraftLine], fresh: Sequence[Fresh]
) -> Iterator[bytes]:
    """The digest of each first line: SHA-256 of its canonical JSON."""
    quote = _Quoted().__getitem__
    batch, currency, round_code = issue.batch.hex(), quote(issue.currency), quote(issue.round)
    by = quote(issue.operator)
    for line, new in zip(lines, fresh, strict=True):
        face = line.amount_minor
        told = (
            f'{{"amount_minor":{face},"batch":"{batch}","beneficiary":{quote(line.beneficiary)},'
            f'"category":{quote(line.category)},"city":{quote(line.city)},'
            f'"code_hash":"{new.code_hash.hex()}","code_sealed":"{new.code_sealed.hex()}",'
            f'"credit":"{VOUCHERS}","currency":{currency},"debit":"{FUNDS}","face_minor":{face},'
            f'"generation":{issue.generation},"id":"{new.entry_id.hex()}","kind":"issue",'
            f'"language":{quote(line.language)},"occurred_at":{issue.at},"operator":{by},'
            f'"part":{line.part},"recorded_at":{issue.at},"round":{round_code},'
            f'"serial":"{new.serial}","valid_from":"{issue.valid_from}",'
            f'"valid_until":"{issue.valid_until}","voucher":"{new.id.hex()}"}}'
        )
        yield sha256(told.encode()).digest()


class _Quoted(dict[str, str]):
    """Texts as JSON writes them, each worked out once."""

    def __missing__(self, text: str) -> str:
        self[text] = json.dumps(text, ensure_ascii=False)
        return self[text]


def round_zone(tx: ReadTransaction, round_code: str) -> str:
    """The time zone of a round's programme."""
    zone: str = tx.value(
        "SELECT p.zone FROM round r JOIN programme p ON p.code = r.programme WHERE r.code = :code",
        code=round_code,
    )
    return zone

