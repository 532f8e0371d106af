"""What happened, as the patterns look at it: sales, reversals, hands, households; no names."""

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from cbi.programmes.tables import Programme
from cbi.reports.as_of import AsOf
from cbi.storage import ReadTransaction


class SoldVoucher(NamedTuple):
    """A redemption that stands, with its voucher and hand-over; instants in microseconds UTC."""

    id: bytes
    serial: str
    beneficiary: str
    household: str
    round: str
    city: str
    store: str
    store_city: str
    amount_minor: int
    face_minor: int
    receipt: str
    operator: str
    sold_at: int
    given_at: int | None
    given_by: str
    code_way: str | None = None

    @property
    def number(self) -> int:
        """The voucher's place in its round: the digits at the end of its serial."""
        return int(self.serial[len(self.serial.rstrip("0123456789")):] or 0)


class Undone(NamedTuple):
    """A reversal, and the redemption that it took back."""

    id: bytes
    serial: str
    store: str
    amount_minor: int
    operator: str
    sold_by: str
    sold_at: int
    undone_at: int


class Steps(NamedTuple):
    """Who did what in a voucher's life; empty where nobody did or it is not told."""

    serial: str
    enrolled_by: str
    person_approved_by: str
    drafted_by: str
    approved_by: str
    given_by: str
    redeemed_by: str


class Signed(NamedTuple):
    """How a hand-over was acknowledged (see `hand_over`), who gave and who saw it."""

    serial: str
    household: str
    given_by: str
    witness: str
    acknowledged: str


class Move(NamedTuple):
    """Somebody left a household for another one; instants in microseconds UTC."""

    person: str
    household: str
    became: str
    at: int


class RoundStart(NamedTuple):
    """When the first batch of a round was drafted."""

    round: str
    at: int


@dataclass(frozen=True, slots=True)
class Happened:
    """All of it. `phones` are groups of households of which people have one phone in common,
    `proxies` such as have one person to collect for them; at `limits` somebody else is asked, or a
    till may take no more."""

    sales: tuple[SoldVoucher, ...]
    undone: tuple[Undone, ...] = ()
    steps: tuple[Steps, ...] = ()
    moves: tuple[Move, ...] = ()
    rounds: tuple[RoundStart, ...] = ()
    phones: tuple[tuple[str, ...], ...] = ()
    proxies: tuple[tuple[str, ...], ...] = ()
    signed: tuple[Signed, ...] = ()
    limits: tuple[int, ...] = ()
    zone: str = "UTC"
    unit_minor: int = 100
    reversal_max_minor: int = 0



_GIVER = """(SELECT x.given_by FROM hand_over x WHERE x.voucher = v.id AND x.given_at < :until
    ORDER BY x.given_at DESC, x.id DESC LIMIT 1)"""
"""Who gave a voucher, by its evidence: a laptop's record is written by who took it in."""
_SALES = f""", gone AS (SELECT reverses AS id FROM line WHERE kind = 'reverse'),
given AS (
    SELECT voucher, max(seq) AS seq FROM line WHERE kind = 'hand-over' GROUP BY voucher)
SELECT l.id, v.serial, v.beneficiary, coalesce(p.household, v.beneficiary) AS household, v.round,
       v.city, l.store, coalesce(s.city, '') AS store_city, l.amount_minor, v.face_minor,
       l.receipt, l.operator, l.occurred_at AS sold_at, h.occurred_at AS given_at,
       coalesce({_GIVER}, h.operator, '') AS given_by, l.code_way
FROM line l JOIN voucher v ON v.id = l.voucher JOIN round r ON r.code = v.round
LEFT JOIN person p ON p.number = v.beneficiary LEFT JOIN store s ON s.code = l.store
LEFT JOIN given g ON g.voucher = l.voucher
LEFT JOIN entry h ON h.voucher = g.voucher AND h.seq = g.seq
LEFT JOIN gone ON gone.id = l.id
WHERE l.kind = 'redeem' AND gone.id IS NULL AND r.programme = :code
ORDER BY l.occurred_at, l.id
"""
_UNDONE = """
SELECT l.id, v.serial, coalesce(b.store, '') AS store, l.amount_minor, l.operator,
       b.operator AS sold_by, b.occurred_at AS sold_at, l.occurred_at AS undone_at
FROM line l JOIN entry b ON b.id = l.reverses JOIN voucher v ON v.id = l.voucher
JOIN round r ON r.code = v.round
WHERE l.kind = 'reverse' AND r.programme = :code ORDER BY l.occurred_at, l.id
"""
_STEPS = f""", told AS (
    SELECT voucher, max(CASE kind WHEN 'hand-over' THEN operator ELSE '' END) AS given_by,
           max(CASE kind WHEN 'redeem' THEN operator ELSE '' END) AS redeemed_by
    FROM line GROUP BY voucher)
SELECT v.serial, coalesce(p.enrolled_by, '') AS enrolled_by,
       coalesce(p.approved_by, '') AS person_approved_by, b.drafted_by,
       coalesce(b.approved_by, '') AS approved_by, coalesce({_GIVER}, t.given_by) AS given_by,
       t.redeemed_by
FROM told t JOIN voucher v ON v.id = t.voucher JOIN round r ON r.code = v.round
JOIN batch b ON b.id = v.batch LEFT JOIN person p ON p.number = v.beneficiary
WHERE r.programme = :code ORDER BY v.serial
"""
_SIGNED = """, given AS (
    SELECT voucher, max(seq) AS seq FROM line WHERE kind = 'hand-over' GROUP BY voucher)
SELECT v.serial, coalesce(p.household, v.beneficiary) AS household, h.given_by,
       coalesce(h.witness, '') AS witness, h.acknowledged
FROM given g JOIN voucher v ON v.id = g.voucher JOIN round r ON r.code = v.round
JOIN (SELECT voucher, max(given_at) AS given_at FROM hand_over WHERE given_at < :until
      GROUP BY voucher) newest ON newest.voucher = v.id
JOIN hand_over h ON h.voucher = v.id AND h.given_at = newest.given_at
LEFT JOIN person p ON p.number = v.beneficiary
WHERE r.programme = :code ORDER BY v.serial
"""
_OFFLINE_LIMIT = """
SELECT per_voucher_minor FROM offline_terms WHERE programme = :code AND allowed = 1
  AND set_at < :until ORDER BY number DESC LIMIT 1
"""

Groups: TypeAlias = "tuple[tuple[str, ...], ...]"


def happened(
    tx: ReadTransaction, seen: AsOf, found: Programme, phones: Groups = (), proxies: Groups = ()
) -> Happened:
    """What happened in a programme; `phones` and `proxies` come from the people's room, which alone
    can tell."""
    code = found.code
    offline = tx.value(_OFFLINE_LIMIT, code=code, until=seen.until)
    limits = {found.reversal_alone_max_minor, int(offline or 0)} - {0}
    return Happened(
        tuple(tx.read(
            SoldVoucher, seen.lines + _SALES, code=code, until=seen.until, **seen.values
        )),
        tuple(tx.read(Undone, seen.lines + _UNDONE, code=code, **seen.values)),
        tuple(tx.read(Steps, seen.lines + _STEPS, code=code, until=seen.until, **seen.values)),
        tuple(tx.read(
            Move, "SELECT person, was AS household, became, changed_at AS at FROM person_change "
            "WHERE kind = 'household' AND changed_at < :until ORDER BY changed_at, id",
            until=seen.until,
        )),
        tuple(tx.read(
            RoundStart, "SELECT b.round, min(b.drafted_at) AS at FROM batch b "
            "JOIN round r ON r.code = b.round WHERE r.programme = :code "
            "AND b.drafted_at < :until GROUP BY b.round ORDER BY 2", code=code, until=seen.until,
        )),
        phones, proxies,
        tuple(tx.read(Signed, seen.lines + _SIGNED, code=code, until=seen.until, **seen.values)),
        tuple(sorted(limits)), found.zone, reversal_max_minor=found.reversal_alone_max_minor,
    )
