"""What was taken without a connection, brought to the ledger: each claim once, and all of it told.

The ledger posts what the voucher covers, by the one rule of spending, and keeps the rest as a
conflict: charged as the programme's terms say where the till kept to its list and its bounds, and
to the retailer where it did not. A claim and what became of it are one transaction; sent again,
it is told the same.
"""

from typing import NamedTuple

from cbi.base.errors import Conflict, UsageError
from cbi.base.ids import new_id, request_digest
from cbi.base.words import alike
from cbi.ledger.clocks import recorded_now
from cbi.ledger.journal import (
    VOUCHERS,
    NewLine,
    post,
    receipt_key,
    request_id,
    retailer_account,
)
from cbi.ledger.vouchers.codes import code_hash
from cbi.ledger.vouchers.explaining import answer_about
from cbi.ledger.vouchers.in_hands import was_in_hands
from cbi.ledger.vouchers.late import (
    EXPIRED,
    LATE,
    Sale,
    before_expiring,
    brought_in,
    lateness,
)
from cbi.ledger.vouchers.offline_bounds import (
    OfflineList,
    Taking,
    beyond_bounds,
    list_of,
    terms_of,
)
from cbi.ledger.vouchers.reading import Voucher, look_up
from cbi.ledger.vouchers.receipts import must_agree
from cbi.ledger.vouchers.redeeming import RECEIPT_LETTERS_MAX
from cbi.ledger.vouchers.spending import USE_RECEIPT
from cbi.ledger.vouchers.stores import must_be_open, retailer_of
from cbi.operators.operator_session import OperatorSession
from cbi.programmes.offline import RETAILER
from cbi.storage import ConstraintViolation, ReadTransaction, WriteTransaction

COVERED_LESS = frozenset({"used-up", "too-much", "blocked", "void", "replaced", "expired"})
"""Answers that the list could not foretell: the voucher changed after it was made."""


class OfflineClaim(NamedTuple):
    """One sale as a device kept it. `request` is the id that it made before it took the voucher,
    the same that it would have asked online with; `said_at` is its own clock, put right by
    `clock_off`, how far ours is ahead of it (microseconds).
    """

    request: str
    device: bytes
    list: bytes
    code: str
    amount_minor: int
    store: str
    receipt: str
    said_at: int
    taken_by: str
    receipt_total_minor: int | None = None
    clock_off: int = 0
    code_way: str | None = None

    @property
    def id(self) -> bytes:
        """What makes it the same claim when it is sent again."""
        return request_digest("offline", self.device.hex(), self.request)


class ClaimOutcome(NamedTuple):
    """A claim's row, as far as a till is told: see `OfflineClaimRow`."""

    id: bytes
    device: bytes
    code_hash: bytes | None
    store: str
    receipt: str
    receipt_total_minor: int | None
    amount_minor: int
    said_at: int
    outcome: str
    reason: str | None
    posted_minor: int
    charged_to: str | None
    serial: str | None
    redemption: str | None


class _Fate(NamedTuple):
    """What becomes of a claim."""

    outcome: str
    reason: str | None = None
    posted_minor: int = 0
    entry: bytes | None = None
    charged_to: str | None = None


class _At(NamedTuple):
    """A claim where it stands: its list and when it happened by our clock."""

    claim: OfflineClaim
    given: OfflineList | None
    occurred_at: int
    recorded_at: int
    retailer: str


_SELECT = """
SELECT c.id, c.device, c.code_hash, c.store, c.receipt, c.receipt_total_minor, c.amount_minor,
       c.said_at, c.outcome, c.reason, c.posted_minor, c.charged_to, v.serial,
       v.serial || '/' || e.seq AS redemption
FROM offline_claim c LEFT JOIN voucher v ON v.id = c.voucher LEFT JOIN entry e ON e.id = c.entry
"""


def take_claim(session: OperatorSession, claim: OfflineClaim) -> ClaimOutcome:
    """Bring one claim to the ledger; sent again it changes nothing and is told the same.

    The caller knows that the device is who it says and stands in the claim's store.

    Raises:
        UsageError: an amount or a receipt that cannot be.
        Conflict: the same id was used for something else.
    """
    session.require("till.redeem")
    retailer = retailer_of(session, claim.store)
    claim = claim._replace(store=claim.store.strip().lower(), receipt=alike(claim.receipt))
    if claim.amount_minor <= 0 or not 0 < len(claim.receipt) <= RECEIPT_LETTERS_MAX:
        raise UsageError("ledger.offline-senseless")
    try:
        return session.ledger.transact(lambda tx: _take(tx, session, claim, retailer))
    except ConstraintViolation as refused:  # somebody else was there at the same moment
        against = "receipt-used" if "receipt_within_total" in refused.rule else None
    return session.ledger.transact(lambda tx: _take(tx, session, claim, retailer, against))


def _take(
    tx: WriteTransaction, session: OperatorSession, claim: OfflineClaim, retailer: str,
    against: str | None = None,
) -> ClaimOutcome:
    at = recorded_now(tx, session.clock())
    lookup = session.keys.need("lookup")
    looked_up = look_up(tx, claim.code, lookup)
    hashed = None if looked_up is None else code_hash(looked_up.reading.code, lookup)
    known = _known(tx, claim)
    if known is not None:
        return _the_same(known, claim, hashed)
    given = list_of(tx, claim.list)
    first = given.made_at if given else 0
    here = _At(claim, given, min(max(claim.said_at + claim.clock_off, first), at), at, retailer)
    voucher = looked_up.voucher if looked_up else None
    if voucher is None:
        reason = "mistyped" if looked_up is None else "unknown"
        fate = _Fate("conflict", reason, charged_to=RETAILER)
    else:
        fate = _fate(tx, session, here, voucher, against)
    tx.insert("offline_claim", [{
        "id": claim.id, "device": claim.device, "list": claim.list, "code_hash": hashed,
        "voucher": voucher.id if voucher else None, "store": claim.store,
        "receipt": claim.receipt, "receipt_total_minor": claim.receipt_total_minor,
        "amount_minor": claim.amount_minor, "said_at": claim.said_at,
        "occurred_at": here.occurred_at, "taken_by": claim.taken_by,
        "uploaded_by": session.operator.name, "uploaded_at": at, **fate._asdict(),
    }])
    made = _known(tx, claim)
    assert made is not None, "just inserted"  # noqa: S101
    return made


def _fate(
    tx: WriteTransaction, session: OperatorSession, here: _At, voucher: Voucher,
    against: str | None,
) -> _Fate:
    claim, given = here.claim, here.given
    if _recorded_online(tx, claim, voucher):
        return _Fate("same")
    terms = terms_of(tx, voucher.round, given)
    reason = against or beyond_bounds(tx, terms, given, Taking(
        claim.device, claim.store, voucher.id, claim.amount_minor, here.occurred_at
    ))
    if reason is not None or terms is None:
        return _Fate("conflict", reason, charged_to=RETAILER)
    reason, covered = _covered(tx, here, voucher)
    if covered == 0:
        charged = terms.charged_to if reason in COVERED_LESS else RETAILER
        return _Fate("conflict", reason, charged_to=charged)
    late = lateness(tx, voucher.round, here.occurred_at, here.recorded_at) is not None
    if late or voucher.state == "expired":
        return _waits(tx, session, here, voucher, LATE if late else EXPIRED)
    entry = _post(tx, session, here, voucher, covered)
    if covered == claim.amount_minor:
        return _Fate("posted", None, covered, entry)
    return _Fate("part", reason, covered, entry, terms.charged_to)


def _covered(tx: ReadTransaction, here: _At, voucher: Voucher) -> tuple[str | None, int]:
    """How much of a claim the voucher covers, and why not all of it: the rule of spending says."""
    claim, left = here.claim, before_expiring(tx, voucher)
    try:
        must_be_open(tx, claim.store, here.occurred_at)
        must_agree(tx, claim.store, claim.receipt, claim.receipt_total_minor)
        was_in_hands(tx, voucher, here.occurred_at)
        said = answer_about(
            tx, left, here.occurred_at, retailer=here.retailer, amount_minor=claim.amount_minor
        )
        if said.answer == "too-much":
            answer_about(
                tx, left, here.occurred_at, retailer=here.retailer,
                amount_minor=left.balance_minor,
            )
    except (UsageError, Conflict) as refused:
        return refused.code.rpartition(".")[2], 0
    if said.answer == "ok":
        if _receipt_taken(tx, claim, voucher):
            return "receipt-used", 0
        return None, claim.amount_minor
    part = said.answer == "too-much" and not _receipt_taken(tx, claim, voucher)
    return said.answer, left.balance_minor if part else 0


def _post(
    tx: WriteTransaction, session: OperatorSession, here: _At, voucher: Voucher, amount_minor: int
) -> bytes:
    """The redemption of what is covered; its request's id is the claim's."""
    claim = here.claim
    line = NewLine(
        id=new_id(here.recorded_at, session.entropy), kind="redeem",
        operator=session.operator.name, occurred_at=here.occurred_at,
        recorded_at=here.recorded_at, amount_minor=amount_minor, debit=VOUCHERS,
        credit=retailer_account(here.retailer), store=claim.store, receipt=claim.receipt,
        receipt_total_minor=claim.receipt_total_minor,
        receipt_key=receipt_key(claim.store, claim.receipt, voucher.code_hash),
        request_id=request_id(claim.request), code_way=claim.code_way,
    )
    post(
        tx, session.vouching, voucher, line, spent_minor=voucher.spent_minor + amount_minor
    )
    tx.run(
        USE_RECEIPT, store=line.store, receipt=line.receipt, amount_minor=amount_minor,
        receipt_total_minor=line.receipt_total_minor,
    )
    return line.id


def _waits(
    tx: WriteTransaction, session: OperatorSession, here: _At, voucher: Voucher, why: str
) -> _Fate:
    claim = here.claim
    brought_in(tx, session, Sale(
        voucher.id, claim.store, claim.receipt, claim.receipt_total_minor, claim.amount_minor,
        here.occurred_at,
    ), why)
    return _Fate("waits", why)


def _recorded_online(tx: ReadTransaction, claim: OfflineClaim, voucher: Voucher) -> bool:
    """Whether this very sale was redeemed before: its answer was lost on the way to the till."""
    return bool(tx.value(
        "SELECT 1 FROM entry e LEFT JOIN offline_claim c ON c.entry = e.id "
        "WHERE (e.request_id = :request OR e.receipt_key = :receipt) AND e.voucher = :voucher "
        "AND e.amount_minor = :amount AND e.receipt = :number AND c.id IS NULL",
        request=request_id(claim.request), voucher=voucher.id, amount=claim.amount_minor,
        receipt=receipt_key(claim.store, claim.receipt, voucher.code_hash),
        number=claim.receipt,
    ))


def _receipt_taken(tx: ReadTransaction, claim: OfflineClaim, voucher: Voucher) -> bool:
    """Whether this receipt, or this request's id, has served this voucher or another already."""
    return bool(tx.value(
        "SELECT 1 FROM entry WHERE request_id = :request OR receipt_key = :receipt",
        request=request_id(claim.request),
        receipt=receipt_key(claim.store, claim.receipt, voucher.code_hash),
    ))


def _known(tx: ReadTransaction, claim: OfflineClaim) -> ClaimOutcome | None:
    return tx.read_one(ClaimOutcome, f"{_SELECT} WHERE c.id = :id", id=claim.id)


def _the_same(
    known: ClaimOutcome, claim: OfflineClaim, hashed: bytes | None
) -> ClaimOutcome:
    """What was told before, if this is the same claim."""
    said = (hashed, claim.store, claim.receipt, claim.receipt_total_minor, claim.amount_minor,
            claim.said_at)
    if said != known[2:8]:
        raise Conflict("ledger.offline-differs", receipt=known.receipt)
    return known
