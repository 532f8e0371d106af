"""A device that takes vouchers without a connection, as its page has to: for tests and as a model.

It trusts nothing but the list's signature: its own clock is only asked how long ago the list came.
"""

from dataclasses import dataclass, field
from typing import Any

from cbi.ledger.vouchers.codes import read_code
from cbi.ledger.vouchers.offline import ClaimOutcome, OfflineClaim
from cbi.operators.operator_session import OperatorSession
from cbi.till.offline import OfflineVoucher, list_hash, make_list, read_list, upload

HOUR_US = 3_600_000_000


@dataclass
class OfflineDevice:
    """One till in a shop; `clock_off` is how far its clock is from the true one (microseconds)."""

    id: bytes
    store: str
    clock_off: int = 0
    said: dict[str, Any] = field(default_factory=dict)
    fetched_at: int = 0
    pending: list[OfflineClaim] = field(default_factory=list)
    by_list: dict[str, int] = field(default_factory=dict)
    by_day: dict[int, int] = field(default_factory=dict)
    made: int = 0

    def refresh(self, session: OperatorSession, public: bytes, true_now: int) -> None:
        """Online: a new list; what was counted against the old one is over."""
        given = make_list(session, self.id, self.store)
        self.said = read_list(given, public, device=self.id, store=self.store)
        self.fetched_at, self.by_list = true_now + self.clock_off, {}

    def take(self, code: str, amount_minor: int, receipt: str, true_now: int) -> str:
        """What the till says, and a claim kept where that is `pending`."""
        now = true_now + self.clock_off
        if not self.said or now < self.fetched_at:
            return "no-list"
        ours = self.said["made_at"] + now - self.fetched_at
        hashed = list_hash(bytes.fromhex(self.said["salt"]), self.id, read_code(code))
        for programme in self.said["programmes"]:
            for row in programme["vouchers"]:
                if row[0] == hashed:
                    return self._take(
                        programme["bounds"], OfflineVoucher(*row), code, amount_minor, receipt,
                        now, ours,
                    )
        return "not-listed"

    def _take(
        self, bounds: dict[str, Any], one: OfflineVoucher, code: str, amount_minor: int,
        receipt: str, now: int, ours: int,
    ) -> str:
        day = ours // (24 * HOUR_US)
        mine = self.by_list.get(one.hash, 0)
        if ours >= self.said["made_at"] + bounds["list_hours"] * HOUR_US:
            return "stale-list"
        if one.state != "active" or not one.opens_at <= ours < one.closes_at:
            return "not-now"
        if amount_minor + mine > min(one.balance_minor, bounds["per_voucher_minor"]):
            return "too-much"
        if amount_minor + sum(self.by_list.values()) > bounds["per_device_minor"]:
            return "over-device"
        if amount_minor + sum(self.by_day.get(near, 0) for near in (day - 1, day, day + 1)) \
                > bounds["per_day_minor"]:
            return "over-day"
        self.by_list[one.hash] = mine + amount_minor
        self.by_day[day] = self.by_day.get(day, 0) + amount_minor
        self.made += 1
        self.pending.append(OfflineClaim(
            f"{self.id.hex()}-{self.made}", self.id, bytes.fromhex(self.said["id"]), code,
            amount_minor, self.store, receipt, now, "cashier1",
        ))
        return "pending"

    def back(self, session: OperatorSession, true_now: int) -> list[ClaimOutcome]:
        """Online again: everything that waits is sent; it is forgotten only once answered."""
        told = upload(session, self.id, true_now + self.clock_off, self.pending)
        self.pending = []
        return told
