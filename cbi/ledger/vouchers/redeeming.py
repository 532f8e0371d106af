"""Verify and redeem: the ledger's side of a till.

Who asks makes the request's id before asking and keeps it until answered; without one it is derived
from store, receipt and code, so that a retry after a crash is a replay. A receipt serves a voucher
once; each reversal opens another turn of the same receipt.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cbi.base.errors import Conflict, Unusable, UsageError
from cbi.base.ids import new_id
from cbi.base.money import AMOUNT_MINOR_MAX, plain_amount
from cbi.base.words import alike, typed
from cbi.ledger.chain import line_digest
from cbi.ledger.clocks import CLOCK_BEHIND_MAX_US, recorded_now, remembered, said
from cbi.ledger.journal import (
    VOUCHERS,
    NewLine,
    line_json,
    line_mac,
    receipt_key,
    request_id,
    retailer_account,
)
from cbi.ledger.vouchers.answers import Answer, about, read_by, unknown
from cbi.ledger.vouchers.code_ways import check_code_way
from cbi.ledger.vouchers.codes import code_hash
from cbi.ledger.vouchers.explaining import answer_about
from cbi.ledger.vouchers.failed_lookups import is_throttled, note_guess
from cbi.ledger.vouchers.in_hands import was_in_hands
from cbi.ledger.vouchers.keyboards import readings
from cbi.ledger.vouchers.late import Lateness
from cbi.ledger.vouchers.named_days import Datable, datable, dated
from cbi.ledger.vouchers.reading import Lookup, Voucher, look_up, one_voucher
from cbi.ledger.vouchers.receipts import must_agree
from cbi.ledger.vouchers.redeemed_before import known_line, replayed
from cbi.ledger.vouchers.spending import Moved, move
from cbi.ledger.vouchers.stores import must_be_open, retailer_of
from cbi.operators.operator_session import OperatorSession
from cbi.storage import CommitInDoubt, ConstraintViolation, ReadTransaction

TURNS_MAX = 100
RECEIPT_LETTERS_MAX = 100
"""More reversals of one voucher on one receipt are no mistake any more."""


class Redeem(NamedTuple):
    """What a till asks: this code, this amount (minor units), at this store, on this receipt."""

    code: str
    amount_minor: int
    store: str
    receipt: str
    receipt_total_minor: int | None = None
    request: str | None = None
    occurred_at: int | None = None
    category: str | None = None
    code_way: str | None = None
    """How the code came in, see `code_ways`; None where who asks does not say."""
    looked_up: bool = False
    """A list's row whose code was found before: it tells nothing new, so guesses do not stop it."""


def verify(session: OperatorSession, code: str, store: str | None = None) -> Answer:
    """Is this voucher good here and now, and for how much? Changes nothing but a guess's count."""
    answer = verify_uncounted(session, code, store)
    if is_guess(answer, code):
        note_guess(session, store)
    return answer


def is_guess(answer: Answer, code: str) -> bool:
    """Whether this answer says that some reading of the code is no voucher's."""
    if answer.answer == "mistyped":
        return next(readings(code), None) is not None
    return answer.answer == "unknown"


def verify_uncounted(session: OperatorSession, code: str, store: str | None) -> Answer:
    """The same without a write: who gives out what `is_guess` has the guess noted first."""
    session.require("till.verify")
    lookup = session.keys.need("lookup")
    now = session.clock()
    retailer = None if store is None else retailer_of(session, store)
    first = next(readings(code), None)
    if first is None:
        return Answer(answer="mistyped")
    with session.ledger.read() as tx:
        if is_throttled(tx, session.operator.name, store, now):
            return Answer(answer="throttled")
        found = look_up(tx, code, lookup) or Lookup(None, first)
        if found.voucher is not None:
            answer = answer_about(tx, found.voucher, now, retailer=retailer)
            return read_by(answer, found.reading)
    return unknown(found.reading)


def redeem(session: OperatorSession, asked: Redeem, *, action: str = "till.redeem") -> Answer:
    """Take an amount off a voucher, once; when it answers `ok`, the ledger has it for good.

    `action` is what the operator must be allowed to do: `till.redeem-list` for a list sent in.

    Raises:
        UsageError: the amount or the receipt makes no sense, or the day is before the hand-over.
        NotAllowed: this operator may not redeem, or not at this store.
        Conflict: the request's id was used for something else, the receipt was given with another
            total, or the day is longer ago than the
            programme lets a sale be taken in without a manager.
        CommitInDoubt: cut off at COMMIT, and asking the same again could not tell either.
    """
    session.require(action)
    try:
        return _redeem(session, asked)
    except CommitInDoubt as error:
        doubt = in_doubt(error, asked)
        if error.stopped_by_hand:
            raise doubt from error
    try:  # the same request: on a new connection its answer is found, or it is done now
        return _redeem(session, asked)
    except Unusable as error:
        raise doubt from error


def in_doubt(error: CommitInDoubt, asked: Redeem) -> CommitInDoubt:
    """What to say where nobody knows whether a request was recorded."""
    return CommitInDoubt(
        str(error.facts["detail"]), "ledger.redemption-in-doubt", receipt=asked.receipt
    )


def _redeem(session: OperatorSession, asked: Redeem) -> Answer:
    """By the code as it stands; where no voucher has it, as another keyboard may have meant it."""
    retailer, lookup = retailer_of(session, asked.store), session.keys.need("lookup")
    check_words(session, asked)
    reading = next(readings(asked.code), None)
    if reading is None:
        return Answer(answer="mistyped")
    if not reading.keyboards:
        answer = _redeem_hashed(session, asked, code_hash(reading.code, lookup), retailer)
        if answer.answer != "unknown":
            return answer
    with session.ledger.read() as tx:
        if not asked.looked_up and is_throttled(
            tx, session.operator.name, asked.store, session.clock()
        ):
            return Answer(answer="throttled")
        found = look_up(tx, asked.code, lookup) or Lookup(None, reading)
    if found.voucher is None:
        note_guess(session, asked.store)
        return unknown(found.reading)
    hashed = found.voucher.code_hash
    return read_by(_redeem_hashed(session, asked, hashed, retailer), found.reading)


class Prepared(NamedTuple):
    """A request whose code was read, and what its statement is made of."""

    asked: Redeem
    hashed: bytes
    retailer: str
    now: int


def dates_of(
    session: OperatorSession, asked: Sequence[tuple[Redeem, bytes]]
) -> Mapping[bytes, Datable]:
    """By the code's keyed hash beside a request, its voucher, where the request names a day."""
    hashes = [hashed for one, hashed in asked if one.occurred_at is not None]
    if not hashes:
        return {}
    with session.ledger.read() as tx:
        return datable(tx, hashes)


def prepared(
    session: OperatorSession, asked: Redeem, hashed: bytes, retailer: str,
    dates: Mapping[bytes, Datable],
) -> Prepared:
    """A request made ready for its statement; `dates` are those of `dates_of`.

    Raises:
        UsageError, Conflict: as `redeem` does of the day that is named.
    """
    now = session.clock()
    if asked.occurred_at is None:
        return Prepared(asked._replace(occurred_at=now), hashed, retailer, now)
    voucher = dates.get(hashed)
    late = None if voucher is None else dated(voucher, asked.occurred_at, now)
    if voucher is not None and late is not None:
        _must_be_known(session, asked, voucher, late, now)
    return Prepared(asked, hashed, retailer, now)


def statement_values(session: OperatorSession, ready: Prepared) -> dict[str, Any]:
    """What the statement of a request that is asked for the first time is given."""
    asked, hashed, retailer, now = ready
    return _values(session, asked, hashed, retailer, now=now, recorded_at=now, turn=0)


def _redeem_hashed(
    session: OperatorSession, asked: Redeem, hashed: bytes, retailer: str
) -> Answer:
    dates = dates_of(session, [(asked, hashed)])
    asked, _, _, now = prepared(session, asked, hashed, retailer, dates)
    recorded_at, turn = now, 0
    for _ in range(TURNS_MAX):
        values = _values(
            session, asked, hashed, retailer, now=now, recorded_at=recorded_at, turn=turn
        )
        try:
            moved = move(session.ledger, values)
        except ConstraintViolation as refused:
            if "receipt_within_total" in refused.rule:
                with session.ledger.read() as tx:
                    must_agree(tx, asked.store, asked.receipt, asked.receipt_total_minor)
                return _refused(session, asked, hashed, "receipt-used")
            if not _meets_known(refused):
                raise
            moved = None
        if moved is not None:
            return done(moved, asked)
        known = known_line(session, values["request_id"], values["receipt_key"])
        if known is not None:
            if known.reversal is not None and known.receipt_key == values["receipt_key"]:
                turn += 1
                continue
            return replayed(session, known, values)
        answer, recorded_at = _why_not(session, asked, hashed, retailer, now)
        if answer is not None:
            return answer
    raise Conflict("ledger.too-many-turns", receipt=asked.receipt)


def check_words(session: OperatorSession, asked: Redeem) -> None:
    """Raises UsageError where a request's words or amounts make no sense."""
    for amount_minor in (asked.amount_minor, asked.receipt_total_minor):
        if amount_minor is not None and amount_minor <= 0:
            raise UsageError("base.amount-not-positive", text=plain_amount(amount_minor, ""))
        if amount_minor is not None and amount_minor > AMOUNT_MINOR_MAX:
            raise UsageError("base.amount-too-large", text=plain_amount(amount_minor, ""))
    check_code_way(asked.code_way)
    if not alike(typed(asked.receipt)):
        raise UsageError("ledger.receipt-missing")
    if len(asked.receipt) > RECEIPT_LETTERS_MAX:
        raise UsageError("ledger.receipt-too-long", most=RECEIPT_LETTERS_MAX)
    if asked.occurred_at is not None and asked.occurred_at > session.clock() + CLOCK_BEHIND_MAX_US:
        raise UsageError("ledger.in-the-future", receipt=asked.receipt)


def _must_be_known(
    session: OperatorSession, asked: Redeem, voucher: Datable, late: Lateness, now: int
) -> None:
    """What comes in late waits for a manager; what was redeemed before is replayed whenever it is
    asked again."""
    key = receipt_key(asked.store.strip().lower(), alike(asked.receipt), voucher.code_hash)
    request = request_id(asked.request) if asked.request else key
    known = known_line(session, request, key)
    if known is None or known.reversal is not None:
        with session.ledger.read() as tx:
            recorded_now(tx, now)  # by a clock that is wrong, anything may be late
        raise Conflict("ledger.late", serial=voucher.serial, **late._asdict())


def _values(
    session: OperatorSession, asked: Redeem, hashed: bytes, retailer: str, *,
    now: int, recorded_at: int, turn: int,
) -> dict[str, Any]:
    """What the statement is given: the line's columns, and what the guards ask."""
    store, receipt = asked.store.strip().lower(), alike(asked.receipt)
    key = receipt_key(store, receipt, hashed, turn)
    line = NewLine(
        id=new_id(now, session.entropy), kind="redeem", operator=session.operator.name,
        occurred_at=recorded_at if asked.occurred_at is None else asked.occurred_at,
        recorded_at=recorded_at, amount_minor=asked.amount_minor, debit=VOUCHERS,
        credit=retailer_account(retailer), store=store, receipt=receipt,
        receipt_total_minor=asked.receipt_total_minor, receipt_key=key,
        request_id=request_id(asked.request) if asked.request else key, code_way=asked.code_way,
    )
    by, digest = session.vouching, line_digest(line_json(line))
    return {
        **line._asdict(), **remembered(session.ledger).guards(now), "now": now,
        "digest": digest, "code_hash": hashed, "vouched_by": by.name,
        "mac": line_mac(by.key, hashed, digest),
        "retailer": retailer, "category": asked.category,
        "who_operator": "" if asked.looked_up else f"o:{session.operator.name}",
        "who_store": "" if asked.looked_up else f"s:{store}",
    }


def done(moved: Moved, asked: Redeem) -> Answer:
    """The answer to a redemption that was just made."""
    return Answer(
        answer="ok", serial=moved.serial, category=moved.category,
        balance_minor=moved.balance_minor, amount_minor=asked.amount_minor,
        currency=moved.currency, valid_from=moved.valid_from, valid_until=moved.valid_until,
        redemption=f"{moved.serial}/{moved.last_seq}", store=asked.store,
    )


def _meets_known(refused: ConstraintViolation) -> bool:
    """Whether the same request, or the same receipt's, was recorded by another meanwhile."""
    return any(
        key in refused.rule
        for key in ("entry_request", "entry_receipt", "request_id", "receipt_key", "already")
    )


def _why_not(
    session: OperatorSession, asked: Redeem, hashed: bytes, retailer: str, now: int
) -> tuple[Answer | None, int]:
    """Why the guarded update found nothing; or None and the instant to try again with."""
    with session.ledger.read() as tx:
        if not asked.looked_up and is_throttled(tx, session.operator.name, asked.store, now):
            return Answer(answer="throttled"), now
        last = recorded_now(tx, now)
        remembered(session.ledger, said(tx))
        voucher = one_voucher(tx, "code_hash = :hash", hash=hashed)
        if voucher is not None:
            at = now if asked.occurred_at is None else asked.occurred_at
            must_be_open(tx, asked.store, at)
            answer = answer_about(
                tx, voucher, at, retailer=retailer, category=asked.category,
                amount_minor=asked.amount_minor,
            )
            if answer.answer != "ok":
                return answer, now
            if voucher.last_at > last:
                _not_given_ahead(tx, voucher, at)
            return None, max(last, voucher.last_at)
    return Answer(answer="unknown"), now


def _not_given_ahead(tx: ReadTransaction, voucher: Voucher, at: int) -> None:
    """What a wrong clock handed over on a day to come is not spent before: it is replaced."""
    try:
        was_in_hands(tx, voucher, at)
    except UsageError as error:
        raise Conflict("ledger.voucher-ahead", **error.facts) from error


def _refused(session: OperatorSession, asked: Redeem, hashed: bytes, answer: str) -> Answer:
    with session.ledger.read() as tx:
        voucher = one_voucher(tx, "code_hash = :hash", hash=hashed)
    if voucher is None:
        return Answer(answer="unknown")
    return about(voucher, answer, store=asked.store, amount_minor=asked.amount_minor)
