"""How far a till may go without a connection: the list it was given, and its programme's terms.

The terms are those that held when the list was made; what is changed later holds for later lists.
"""

from datetime import date, timedelta
from typing import NamedTuple

from cbi.base.clock import MINUTE_US, date_at, instant_on
from cbi.ledger.vouchers.explaining import round_setting
from cbi.programmes.offline import OfflineTerms, offline_terms
from cbi.storage import ReadTransaction, WriteTransaction

HOUR_US = 60 * MINUTE_US


class OfflineList(NamedTuple):
    """A list that was given out: its id, to which device, for which store, when and what it said.
    """

    id: bytes
    device: bytes
    store: str
    made_for: str
    made_at: int
    digest: bytes


class Taking(NamedTuple):
    """What a device took: of which voucher, how much, when by our clock."""

    device: bytes
    store: str
    voucher: bytes
    amount_minor: int
    occurred_at: int


_TAKEN = """
SELECT coalesce(sum(c.amount_minor), 0) FROM offline_claim c JOIN voucher v ON v.id = c.voucher
JOIN round r ON r.code = v.round WHERE r.programme = :programme
AND (c.posted_minor > 0 OR c.outcome = 'waits' OR c.charged_to = 'programme')
"""
"""What counts against the limits: all but what is the retailer's alone."""


def note_list(tx: WriteTransaction, made: OfflineList) -> None:
    """Keep that a device was given this list."""
    tx.insert("offline_list", [made._asdict()])


def list_of(tx: ReadTransaction, list_id: bytes) -> OfflineList | None:
    """The list of an id, if it is one of ours."""
    return tx.read_one(
        OfflineList,
        f"SELECT {', '.join(OfflineList._fields)} FROM offline_list WHERE id = :id", id=list_id,
    )


def terms_of(
    tx: ReadTransaction, round_code: str, given: OfflineList | None
) -> OfflineTerms | None:
    """What held for a round's programme when a list was made; None: online only, or no list."""
    if given is None:
        return None
    programme = tx.value("SELECT programme FROM round WHERE code = :code", code=round_code)
    return offline_terms(tx, str(programme), given.made_at)


def beyond_bounds(
    tx: ReadTransaction, terms: OfflineTerms | None, given: OfflineList | None, taking: Taking
) -> str | None:
    """Why a till should not have taken this by its own list, or None: it might."""
    if given is None:
        return "no-list"
    if (given.device, given.store) != (taking.device, taking.store):
        return "another-list"
    if terms is None:
        return "online-only"
    if taking.occurred_at >= given.made_at + terms.list_hours * HOUR_US:
        return "stale-list"
    return _over(tx, terms, given, taking)


def _over(
    tx: ReadTransaction, terms: OfflineTerms, given: OfflineList, taking: Taking
) -> str | None:
    """Which of the three limits this goes over, counting all that was claimed before."""
    first, after = _day(tx, taking.voucher, taking.occurred_at)
    places = {
        "programme": terms.programme, "list": given.id, "device": taking.device,
        "voucher": taking.voucher, "first": first, "after": after,
    }
    for reason, most, where in (
        ("over-voucher", terms.per_voucher_minor, "c.list = :list AND c.voucher = :voucher"),
        ("over-device", terms.per_device_minor, "c.list = :list"),
        ("over-day", terms.per_day_minor,
         "c.device = :device AND c.occurred_at >= :first AND c.occurred_at < :after"),
    ):
        before = int(tx.value(f"{_TAKEN} AND {where}", **places))
        if before + taking.amount_minor > most:
            return reason
    return None


def _day(tx: ReadTransaction, voucher: bytes, at: int) -> tuple[int, int]:
    """The calendar day of an instant in the programme's zone, from its first instant to the next
    day's."""
    round_code = tx.value("SELECT round FROM voucher WHERE id = :id", id=voucher)
    zone = round_setting(tx, str(round_code)).zone
    day = date.fromisoformat(date_at(at, zone))
    after = (day + timedelta(days=1)).isoformat()
    return instant_on(day.isoformat(), 0, zone), instant_on(after, 0, zone)
