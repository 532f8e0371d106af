"""What a row of a shop's list would get, told without asking for it: the rule, on a file's own.

The rows of a file are judged in order, each as if those before it had been carried out: a voucher
that stands on three receipts is judged against what the first two leave.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cbi.base.errors import Conflict
from cbi.ledger.vouchers.answers import Answer, about, unknown
from cbi.ledger.vouchers.codes import code_hash
from cbi.ledger.vouchers.explaining import (
    RoundSetting,
    round_setting,
    taken_categories,
    told_about,
    whole_only,
)
from cbi.ledger.vouchers.late import (
    EXPIRED,
    LATE,
    Lateness,
    LateSale,
    Sale,
    before_expiring,
    known_sale,
    lateness_by,
)
from cbi.ledger.vouchers.named_days import must_be_in_hands
from cbi.ledger.vouchers.reading import Voucher
from cbi.ledger.vouchers.redeeming import Redeem
from cbi.ledger.vouchers.spending_rule import WHOLE_ONLY, Question, refusal
from cbi.places.profile import profile_of
from cbi.storage import ReadTransaction
from cbi.till.list_facts import ListFacts

NEVER = 2**62


def request_of(store: str, receipt: str, hashed: bytes) -> str:
    """The request's id of a list's row: the same store, receipt and code ask the same again."""
    return f"list {store} {receipt} {hashed.hex()}"


def sale_of(voucher: Voucher, asked: Redeem) -> Sale:
    """What is brought in where a row has to wait."""
    return Sale(
        voucher.id, asked.store, asked.receipt, asked.receipt_total_minor, asked.amount_minor,
        asked.occurred_at or 0,
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """A row's voucher: `answer` is set where the code alone decides (`mistyped`, `unknown`)."""

    answer: str | None
    currency: str
    zone: str
    code_hash: bytes = b""
    voucher: Voucher | None = None

    @property
    def serial(self) -> str | None:
        """The voucher's serial, where there is one."""
        return self.voucher.serial if self.voucher else None


class Judgement(NamedTuple):
    """A row's likely answer and what is known about it; of a late one how late, and what waits."""

    answer: str
    said: Answer
    late: Lateness | None = None
    sale: LateSale | None = None
    why: str = LATE


class FirstProgramme(NamedTuple):
    """What amounts and days are read by where a row's code names no voucher."""

    currency: str
    zone: str


class Judge:
    """Judges the rows of one list against one view of the ledger."""

    def __init__(
        self, tx: ReadTransaction, lookup_key: bytes, store: str, retailer: str, now: int
    ) -> None:
        self.store = store
        self._now = now
        self._tx, self._key, self._retailer = tx, lookup_key, retailer
        first = tx.read_one(
            FirstProgramme, "SELECT currency, zone FROM programme ORDER BY code LIMIT 1"
        ) or FirstProgramme(profile_of(tx).currency, "UTC")
        self.currency, self.zone = first
        closed = tx.value("SELECT closed_at FROM store WHERE code = :code", code=store)
        self._closed_at: int = NEVER if closed is None else closed
        self._rounds: dict[str, RoundSetting] = {}
        self._categories: dict[str, frozenset[str]] = {}
        self._taken: dict[bytes, int] = {}
        self._facts = ListFacts(tx, lookup_key, store)
        self._seen: set[tuple[str, bytes]] = set()
        self.unknown: set[bytes] = set()
        """The codes that no voucher has: each is a guess."""

    def gather(self, rows: Sequence[tuple[str, str]]) -> None:
        """Hear which rows are judged next: the code of each as it was written, and its receipt."""
        self._facts.gather(rows)

    def voucher(self, code: str) -> Judged:
        """The voucher of a gathered row's code."""
        looked_up = self._facts.look_up(code)
        if looked_up is None:
            return Judged("mistyped", self.currency, self.zone)
        found, reading = looked_up
        hashed = code_hash(reading.code, self._key)
        if found is None:
            self.unknown.add(hashed)
            return Judged(unknown(reading).answer, self.currency, self.zone, hashed)
        return Judged(None, found.currency, self._setting(found).zone, hashed, found)

    def answer(self, judged: Judged, asked: Redeem) -> Judgement:
        """A row's likely answer, `late` where it would wait for a manager.

        Raises:
            UsageError: the voucher can only be spent whole, or was not in hands on that day.
            Conflict: the store was closed then.
        """
        voucher = judged.voucher
        assert voucher is not None, "a row with a voucher"  # noqa: S101
        key = (asked.receipt, voucher.id)
        if key in self._seen:
            said = about(voucher, "receipt-used", amount_minor=asked.amount_minor)
            return Judgement("repeated", said)
        self._seen.add(key)
        known = self._before(voucher, asked) or self._brought_in(voucher, asked)
        if known is not None:
            return known
        left = before_expiring(self._tx, voucher).with_changes(
            spent_minor=voucher.spent_minor + self._taken.get(voucher.id, 0)
        )
        name = self._refusal(left, asked) or self._receipt_refusal(asked)
        setting = self._setting(voucher)
        late = lateness_by(
            setting.zone, setting.lateness_days, asked.occurred_at or 0, self._now
        )
        if name is None and (late is not None or voucher.state == "expired"):
            why = LATE if voucher.state != "expired" else EXPIRED
            said = about(left, "ok", amount_minor=asked.amount_minor)
            return Judgement(LATE, said, late, why=why)
        if name is None:
            self._taken[voucher.id] = self._taken.get(voucher.id, 0) + asked.amount_minor
            self._facts.receipt(asked.receipt).used_minor += asked.amount_minor
        said = told_about(
            self._tx, left, name or "ok", zone=judged.zone, amount_minor=asked.amount_minor
        )
        return Judgement(name or "ok", said)

    def totals_differ(self, receipt: str, total_minor: int | None) -> bool:
        """Whether this receipt was given with another total before."""
        known = self._facts.receipt(receipt)
        return bool(
            known.used_minor and known.total_minor and total_minor
            and known.total_minor != total_minor
        )

    def _refusal(self, voucher: Voucher, asked: Redeem) -> str | None:
        at = asked.occurred_at or 0
        name = refusal(voucher, Question(
            occurred_at=at, taken_here=self._taken_here(voucher), amount_minor=asked.amount_minor,
            in_parts=bool(self._setting(voucher).in_parts),
        ))
        if name in (None, WHOLE_ONLY):
            given = self._facts.given(voucher)
            if given is not None:
                must_be_in_hands(given, at)
        if name == WHOLE_ONLY:
            raise whole_only(voucher)
        if name is None and self._closed_at <= at:
            raise Conflict("ledger.store-closed", store=self.store)
        return name

    def _receipt_refusal(self, asked: Redeem) -> str | None:
        """Vouchers on one receipt may not come to more than its total, where it is given."""
        known = self._facts.receipt(asked.receipt)
        if known.total_minor is None or not known.used_minor:
            known.total_minor = asked.receipt_total_minor or known.total_minor
        over = known.total_minor is not None and (
            known.used_minor + asked.amount_minor > known.total_minor
        )
        return "receipt-used" if over else None

    def _brought_in(self, voucher: Voucher, asked: Redeem) -> Judgement | None:
        """The same sale, if it waits for a manager already, or was refused by one."""
        if not self._facts.may_wait(voucher):
            return None
        sale = known_sale(self._tx, sale_of(voucher, asked))
        if sale is None or sale.verdict == "accepted":
            return None
        said = about(voucher, "ok", amount_minor=asked.amount_minor)
        return Judgement("late-refused" if sale.verdict else "waits", said, sale=sale)

    def _before(self, voucher: Voucher, asked: Redeem) -> Judgement | None:
        """What this voucher was used for on this receipt before, if it was."""
        uses = self._facts.uses(voucher, asked.receipt)
        if not uses:
            return None
        standing = [use for use in uses if use.reversal is None]
        last = (standing or uses)[-1]
        said = about(
            voucher, "receipt-used", amount_minor=last.amount_minor,
            when_at=last.occurred_at, zone=self._setting(voucher).zone,
            redemption=f"{voucher.serial}/{last.seq}", store=self.store,
        )
        if not standing:
            return Judgement("reversed", said)
        same = last.amount_minor == asked.amount_minor
        return Judgement("before" if same else "receipt-used", said)

    def _setting(self, voucher: Voucher) -> RoundSetting:
        """What the voucher's round says."""
        if voucher.round not in self._rounds:
            self._rounds[voucher.round] = round_setting(self._tx, voucher.round)
        return self._rounds[voucher.round]

    def _taken_here(self, voucher: Voucher) -> frozenset[str]:
        """The categories that this store's retailer takes in the voucher's round."""
        if voucher.round not in self._categories:
            self._categories[voucher.round] = taken_categories(
                self._tx, voucher.round, self._retailer
            )
        return self._categories[voucher.round]
