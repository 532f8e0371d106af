"""The ledger's tables: vouchers, their journal, receipts, settlements, seals, periods.

Office commands read and write these classes. The till's path reads the same tables as text into
named tuples (`vouchers.reading`), so that it starts without a library of classes. `info["update"]`
names the columns that the application may change; a table without it only grows.
"""

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel

from cbi.ledger.beside import follow_lines
from cbi.storage.appendonly import append_only
from cbi.storage.columns import GROWS, bytes_field, changes, rule, text_field, whole_field
from cbi.storage.duties import ALL, INSERT, written_by


class LedgerIdentity(SQLModel, table=True):
    """The ledger's own name: one row."""

    __tablename__ = "ledger_identity"
    __table_args__ = (rule("one_identity", "number = 1"), GROWS)
    number: int = whole_field(key=True)
    ledger_id: bytes = bytes_field()
    practice: int = whole_field()
    origin: str = text_field()
    seal_public: bytes = bytes_field()
    key_checks: str = text_field()
    """By name, what tells each of the ledger's keys from another (`operators.keyring`)."""
    made_at: int = whole_field()


class PracticeClock(SQLModel, table=True):
    """How far a practice ledger's clock is behind the machine's, so that its story goes on."""

    __tablename__ = "practice_clock"
    __table_args__ = (rule("one_practice_clock", "number = 1"), changes("behind_us"))
    number: int = whole_field(key=True)
    behind_us: int = whole_field()


class ClockWord(SQLModel, table=True):
    """What a manager said of the ledger's time; the last word holds. See `ledger.clocks`."""

    __tablename__ = "clock_word"
    __table_args__ = (
        rule("clock_word_kind", "kind IN ('confirm', 'mend')"),
        rule("clock_word_passed", "0 <= passed_from AND passed_from <= passed_until"),
        GROWS,
    )
    number: int = whole_field(key=True)
    kind: str = text_field()
    at: int = whole_field()
    passed_from: int = whole_field()
    passed_until: int = whole_field()


class VoucherRow(SQLModel, table=True):
    """One guarded row per voucher: a cache of its journal, held within its face by CHECKs."""

    __tablename__ = "voucher"
    __table_args__ = (
        UniqueConstraint("serial", name="voucher_serial"),
        UniqueConstraint("code_hash", name="voucher_code"),
        UniqueConstraint(
            "round", "beneficiary", "category", "part", "generation", name="voucher_once_a_round"
        ),
        Index("voucher_batch", "batch", "beneficiary", "category"),
        rule("voucher_face", "face_minor > 0"),
        rule("voucher_spent", "spent_minor >= 0"),
        rule("voucher_closed", "closed_minor >= 0"),
        rule("voucher_within_face", "spent_minor + closed_minor <= face_minor"),
        rule("voucher_state", "state IN ('issued', 'active', 'blocked', 'void', 'expired')"),
        rule(
            "voucher_closed_whole",
            "CASE WHEN state IN ('void', 'expired') THEN spent_minor + closed_minor = face_minor"
            " ELSE closed_minor = 0 END",
        ),
        rule("voucher_dates", "valid_from <= valid_until AND opens_at < closes_at"),
        rule("voucher_seq", "last_seq >= 1"),
        rule("voucher_part", "part >= 1 AND generation >= 0"),
        changes(
            "spent_minor",
            "closed_minor",
            "state",
            "valid_until",
            "closes_at",
            "successor",
            "last_seq",
            "last_hash",
            "last_at",
        ),
    )
    id: bytes = bytes_field(key=True)
    serial: str = text_field()
    code_hash: bytes = bytes_field()
    code_sealed: bytes = bytes_field()
    batch: bytes = bytes_field()
    round: str = text_field()
    city: str = text_field()
    category: str = text_field()
    beneficiary: str = text_field()
    language: str = text_field()
    part: int = whole_field()
    generation: int = whole_field()
    currency: str = text_field()
    face_minor: int = whole_field()
    spent_minor: int = whole_field()
    closed_minor: int = whole_field()
    state: str = text_field()
    valid_from: str = text_field()
    valid_until: str = text_field()
    opens_at: int = whole_field()
    closes_at: int = whole_field()
    successor: bytes | None = bytes_field(null=True)
    last_seq: int = whole_field()
    last_hash: bytes = bytes_field()
    last_at: int = whole_field()


class Entry(SQLModel, table=True):
    """One immutable line of one voucher's journal: value moved, or a state changed.

    `code_way` is how a redemption's code came in, by the till's word; NULL where it did not say.
    """

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("id", name="entry_id"),
        UniqueConstraint("request_id", name="entry_request"),
        UniqueConstraint("receipt_key", name="entry_receipt"),
        UniqueConstraint("reverses", name="entry_reversed_once"),
        rule("entry_seq", "seq >= 1 AND (kind = 'issue') = (seq = 1)"),
        rule(
            "entry_moves_or_changes",
            "CASE WHEN kind IN ('issue', 'redeem', 'reverse', 'expire', 'void', 'honour')"
            " THEN amount_minor > 0 AND debit IS NOT NULL AND credit IS NOT NULL"
            " AND debit <> credit"
            " WHEN kind IN ('hand-over', 'take-back', 'block', 'unblock', 'extend')"
            " THEN amount_minor = 0 AND debit IS NULL AND credit IS NULL"
            " ELSE 1 = 0 END",
        ),
        rule(
            "entry_redeem",
            "(kind <> 'redeem' OR (store IS NOT NULL AND receipt IS NOT NULL"
            " AND receipt_key IS NOT NULL AND request_id IS NOT NULL))",
        ),
        rule(
            "entry_code_way",
            "code_way IS NULL"
            " OR (kind = 'redeem' AND code_way IN ('scanner', 'camera', 'typed'))",
        ),
        rule("entry_mac_whole", "length(mac) = 32"),
        rule("entry_reverse", "(kind = 'reverse') = (reverses IS NOT NULL)"),
        rule("entry_until", "(kind IN ('issue', 'extend')) = (valid_until IS NOT NULL)"),
        rule(
            "entry_reason",
            "(kind IN ('issue', 'redeem', 'hand-over', 'expire') OR reason IS NOT NULL)",
        ),
        GROWS,
    )
    voucher: bytes = bytes_field(key=True)
    seq: int = whole_field(key=True)
    id: bytes = bytes_field()
    kind: str = text_field()
    amount_minor: int = whole_field()
    debit: str | None = text_field(null=True)
    credit: str | None = text_field(null=True)
    store: str | None = text_field(null=True)
    receipt: str | None = text_field(null=True)
    receipt_total_minor: int | None = whole_field(null=True)
    receipt_key: bytes | None = bytes_field(null=True)
    reverses: bytes | None = bytes_field(null=True)
    successor: bytes | None = bytes_field(null=True)
    valid_until: str | None = text_field(null=True)
    reason: str | None = text_field(null=True)
    operator: str = text_field()
    request_id: bytes | None = bytes_field(null=True)
    occurred_at: int = whole_field()
    recorded_at: int = whole_field()
    code_way: str | None = text_field(null=True)
    hash: bytes = bytes_field()
    vouched_by: str = text_field()
    mac: bytes = bytes_field()


class Receipt(SQLModel, table=True):
    """What a receipt has been used for, within its total where given; rebuilt by check."""

    __tablename__ = "receipt"
    __table_args__ = (
        rule("receipt_used", "used_minor >= 0"),
        rule("receipt_within_total", "total_minor IS NULL OR used_minor <= total_minor"),
        changes("used_minor", "total_minor"),
    )
    store: str = text_field(key=True)
    number: str = text_field(key=True)
    total_minor: int | None = whole_field(null=True)
    used_minor: int = whole_field()


class Guess(SQLModel, table=True):
    """An unknown code asked for: by whom, where, when."""

    __tablename__ = "guess"
    __table_args__ = (Index("guess_at", "at"), GROWS)
    id: bytes = bytes_field(key=True)
    operator: str = text_field()
    store: str = text_field()
    at: int = whole_field()


class Throttle(SQLModel, table=True):
    """Who must wait after too many guesses: an operator (`o:name`) or a store (`s:code`)."""

    __tablename__ = "throttle"
    __table_args__ = (changes("until_at"),)
    who: str = text_field(key=True)
    until_at: int = whole_field()


class SettlementRow(SQLModel, table=True):
    """A retailer's claims accepted, and what of them is paid by the terms of its contract.

    `terms` names those, by their number among the retailer's; without any, all is paid.
    """

    __tablename__ = "settlement"
    __table_args__ = (
        UniqueConstraint("number", name="settlement_number"),
        rule("settlement_amount", "accepted_minor >= 0 AND fee_minor >= 0"),
        rule(
            "settlement_payable",
            "payable_minor >= 0 AND payable_minor = accepted_minor - discount_minor - fee_minor",
        ),
        rule("settlement_terms", "terms IS NOT NULL OR (fee_minor = 0 AND due_on IS NULL)"),
        GROWS,
    )
    id: bytes = bytes_field(key=True)
    number: str = text_field()
    retailer: str = text_field()
    statement: bytes = bytes_field()
    accepted_minor: int = whole_field()
    discount_minor: int = whole_field()
    fee_minor: int = whole_field()
    payable_minor: int = whole_field()
    terms: int | None = whole_field(null=True)
    due_on: str | None = text_field(null=True)
    made_by: str = text_field()
    made_at: int = whole_field()
    hash: bytes = bytes_field()


class SettlementLine(SQLModel, table=True):
    """A redemption or reversal on its settlement: on one at most, by primary key.

    `discount_minor` is what the contract takes off what is settled; a reversal gives back just
    what was taken off its redemption.
    """

    __tablename__ = "settlement_line"
    __table_args__ = (
        Index("settlement_line_settlement", "settlement"),
        rule(
            "settlement_line_sign",
            "(settled_minor >= 0 AND waived_minor >= 0 AND settled_minor + waived_minor > 0)"
            " OR (settled_minor <= 0 AND waived_minor <= 0 AND settled_minor + waived_minor < 0)",
        ),
        rule(
            "settlement_line_discount",
            "(discount_minor >= 0 AND discount_minor <= settled_minor)"
            " OR (discount_minor <= 0 AND discount_minor >= settled_minor)",
        ),
        GROWS,
    )
    entry: bytes = bytes_field(key=True)
    settlement: bytes = bytes_field()
    settled_minor: int = whole_field()
    waived_minor: int = whole_field()
    discount_minor: int = whole_field()


class Payment(SQLModel, table=True):
    """Money sent for a settlement, or a part of it.

    A settlement's payments are numbered, and each says what it leaves to pay: never less than
    nothing. A transfer that pays several settlements is one reference with a place for each; what
    the bank took for it stands at the first.
    """

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("settlement", "part", name="payment_part"),
        UniqueConstraint("reference", "place", name="payment_place"),
        rule("payment_amount", "amount_minor > 0 AND left_minor >= 0"),
        rule("payment_numbered", "part >= 1 AND place >= 1"),
        rule("payment_fee", "fee_minor = 0 OR (fee_minor > 0 AND place = 1)"),
        GROWS,
    )
    id: bytes = bytes_field(key=True)
    settlement: bytes = bytes_field()
    part: int = whole_field()
    amount_minor: int = whole_field()
    left_minor: int = whole_field()
    reference: str = text_field()
    place: int = whole_field()
    fee_minor: int = whole_field()
    paid_by: str = text_field()
    paid_at: int = whole_field()
    hash: bytes = bytes_field()


class Leaf(SQLModel, table=True):
    """A leaf of the ledger's one growing Merkle log, in order."""

    __tablename__ = "leaf"
    __table_args__ = (
        UniqueConstraint("kind", "object", name="leaf_object"),
        rule("leaf_position", "position >= 0"),
        GROWS,
    )
    position: int = whole_field(key=True)
    kind: str = text_field()
    object: bytes = bytes_field()
    data: bytes = bytes_field()


class Seal(SQLModel, table=True):
    """A signed root over the first `size` leaves."""

    __tablename__ = "seal"
    __table_args__ = (rule("seal_size", "size > 0"), GROWS)
    size: int = whole_field(key=True)
    root: bytes = bytes_field()
    peaks: bytes = bytes_field()
    reason: str = text_field()
    sealed_by: str = text_field()
    sealed_at: int = whole_field()
    checkpoint: str = text_field()


class Period(SQLModel, table=True):
    """A closed period: the lines that its seal contains and the one before did not.

    `ends_at` is the instant at which its month was over; `despite` says why it was closed although
    something was undecided.
    """

    __tablename__ = "period"
    __table_args__ = (
        rule("period_sizes", "from_size < to_size"), rule("period_ends", "ends_at >= 0"), GROWS,
    )
    code: str = text_field(key=True)
    from_size: int = whole_field()
    to_size: int = whole_field()
    closed_by: str = text_field()
    closed_at: int = whole_field()
    ends_at: int = whole_field()
    despite: str = text_field()


for _grows in (
    LedgerIdentity, ClockWord, Entry, Guess, SettlementRow, SettlementLine, Payment, Leaf, Seal,
    Period,
):
    append_only(SQLModel.metadata.tables[str(_grows.__tablename__)])

follow_lines(VoucherRow, Entry)

_MOVES = ("state", "closed_minor", "last_seq", "last_hash", "last_at")
"""What of a voucher changes with a line that spends nothing."""

written_by(LedgerIdentity)
written_by(PracticeClock)
written_by(ClockWord)
written_by(
    VoucherRow, till=("spent_minor", *_MOVES), field=(INSERT, "successor", *_MOVES),
    finance=("spent_minor", *_MOVES),
)
for _everybody in (Entry, Receipt, Guess, Throttle):
    written_by(_everybody, till=ALL, field=ALL, finance=ALL)
for _money in (SettlementRow, SettlementLine, Payment, Period):
    written_by(_money, finance=ALL)
