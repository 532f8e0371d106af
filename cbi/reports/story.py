"""One voucher's whole story in plain sentences: what happened, when, where, by whom, and why.

The journal gives the backbone; printing, hand-over, the retailer's claims, settlements, payments
and seals are told where they fell. A person shows by the beneficiary's number alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import col, select

from cbi.base.clock import MINUTE_US, at, minute_at
from cbi.base.errors import NotFound
from cbi.distribution.naming import discreet
from cbi.distribution.tables import HandOver, PrintedVoucher, PrintRun
from cbi.field.conflicts import conflicts
from cbi.ledger.tables import Entry, Leaf, Seal
from cbi.ledger.vouchers.late import LateSale, late_sales
from cbi.ledger.vouchers.reading import Voucher, by_serial_or_code
from cbi.messages.catalogue import text
from cbi.messages.figures import amount_figures, category_word
from cbi.operators.operator_session import OperatorSession
from cbi.places.places import cities, stores
from cbi.programmes.batch_tables import Batch
from cbi.programmes.rounds import programme_of
from cbi.programmes.tables import Programme
from cbi.reports.story_finance import finance_events
from cbi.reports.telling import Event, Teller
from cbi.storage import ReadTransaction

LATE_US = 10 * MINUTE_US
"""A line recorded later than this after it happened says so."""


@dataclass(frozen=True, slots=True)
class Story:
    """A voucher's story. `about` says what it is and how it stands, `seals` what is sealed."""

    serial: str
    state: str
    balance_minor: int
    currency: str
    zone: str
    about: tuple[str, ...]
    events: tuple[Event, ...]
    seals: tuple[str, ...]

    def lines(self) -> list[str]:
        """All of it, a sentence a line, each event under its date and time in the zone."""
        return [*self.about, "", *map("  ".join, self.dated()), "", *self.seals]

    def dated(self) -> list[tuple[str, str]]:
        """Each event's date and time in the zone, and its sentence."""
        return [(self._when(event.at), event.words) for event in self.events]

    def record(self) -> dict[str, object]:
        """The same as plain values; instants as ISO text in the programme's zone."""
        events = [
            {"at": at(event.at, self.zone).isoformat(), "kind": event.kind, "words": event.words}
            for event in self.events
        ]
        return {
            "serial": self.serial, "state": self.state, "balance": self.balance_minor,
            "currency": self.currency, "about": self.about, "events": events, "seals": self.seals,
        }

    def _when(self, instant_us: int) -> str:
        return minute_at(instant_us, self.zone)


def story(session: OperatorSession, named: str, language: str) -> Story:
    """The story of the voucher that a serial or a code names.

    Raises:
        NotFound: no such voucher.
        NotAllowed: this operator may not read the ledger.
    """
    session.require("ledger.read")
    with session.ledger.read() as tx:
        voucher = _named(tx, session, named)
        return _told(tx, voucher, language)


def _named(tx: ReadTransaction, session: OperatorSession, named: str) -> Voucher:
    found = by_serial_or_code(tx, named, lambda: session.keys.need("lookup"))
    if found is None:
        raise NotFound("reports.voucher-unknown", text=discreet(named))
    return found


def _told(tx: ReadTransaction, voucher: Voucher, language: str) -> Story:
    owner = programme_of(tx, voucher.round)
    teller = Teller(
        language, voucher.currency, owner.zone,
        {one.code: one.name(language) for one in stores(tx)},
    )
    lines = tx.all(select(Entry).where(Entry.voucher == voucher.id).order_by(col(Entry.seq)))
    events = [
        *_paper_events(tx, voucher, teller), *_line_events(tx, voucher, lines, teller),
        *_late_events(tx, voucher, teller), *_field_events(tx, voucher, teller),
        *finance_events(tx, voucher, lines, teller),
    ]
    events.sort(key=lambda event: event.at)
    return Story(
        voucher.serial, _state(voucher), voucher.balance_minor, voucher.currency, teller.zone,
        tuple(_about(tx, voucher, owner, language)), tuple(events),
        tuple(_seals(tx, lines, teller)),
    )


def _state(voucher: Voucher) -> str:
    if voucher.state == "void" and voucher.successor is not None:
        return "replaced"
    if voucher.state in ("active", "blocked") and voucher.balance_minor == 0:
        return "used-up"
    return voucher.state


def _about(tx: ReadTransaction, voucher: Voucher, owner: Programme, language: str) -> Iterator[str]:
    names = {city.code: city.name(language, voucher.valid_from) for city in cities(tx)}
    yield text(
        "reports.about", language, serial=voucher.serial,
        category=category_word(voucher.category, language),
        face=amount_figures(voucher.face_minor, voucher.currency, language),
        beneficiary=voucher.beneficiary, city=names.get(voucher.city, voucher.city),
        round=voucher.round, programme=owner.name, zone=owner.zone,
    )
    yield text(
        "reports.now", language, state=text(f"reports.state-{_state(voucher)}", language),
        balance=amount_figures(voucher.balance_minor, voucher.currency, language),
        valid_from=voucher.valid_from, valid_until=voucher.valid_until,
    )


def _paper_events(tx: ReadTransaction, voucher: Voucher, teller: Teller) -> Iterator[Event]:
    """The batch it came from, and each printing of it."""
    batch = tx.first(select(Batch).where(Batch.id == voucher.batch))
    if batch is not None:
        yield teller.event(
            batch.drafted_at, "draft", batch=batch.number, by=batch.drafted_by,
            vouchers=batch.voucher_count,
        )
    for run in tx.all(
        select(PrintRun).join(PrintedVoucher, col(PrintedVoucher.run) == PrintRun.id)
        .where(PrintedVoucher.voucher == voucher.id).order_by(col(PrintRun.printed_at))
    ):
        kind = "print" if run.reason is None else "reprint"
        yield teller.event(run.printed_at, kind, by=run.printed_by, reason=run.reason)


def _line_events(
    tx: ReadTransaction, voucher: Voucher, lines: list[Entry], teller: Teller
) -> Iterator[Event]:
    """One sentence for each line of the journal, with what is left after it."""
    serials = _relatives(tx, voucher)
    evidence = tx.all(
        select(HandOver).where(HandOver.voucher == voucher.id).order_by(col(HandOver.given_at))
    )
    balance, seqs = 0, {line.id: line.seq for line in lines}
    for line in lines:
        sign = {"issue": 1, "reverse": 1, "honour": 1, "redeem": -1, "expire": -1, "void": -1}
        balance += sign.get(line.kind, 0) * line.amount_minor
        kind = line.kind
        if kind == "void" and line.successor is not None:
            kind = "replace"
        own = _of_line(evidence, line, lines) if kind == "hand-over" else []
        giver = own[-1].given_by if own else line.operator
        if giver != line.operator:
            kind = "hand-over-told"
        seq = line.seq if line.reverses is None else seqs.get(line.reverses, line.seq)
        yield teller.event(
            line.occurred_at, kind, _recorded(line, teller),
            by=line.operator, giver=giver, amount=teller.amount(line.amount_minor),
            balance=teller.amount(balance), reason=line.reason, receipt=line.receipt,
            store=teller.store(line.store), until=line.valid_until,
            redemption=f"{voucher.serial}/{seq}", successor=serials.get(line.successor, ""),
        )
        if kind == "issue" and voucher.generation and "before" in serials:
            yield teller.event(line.occurred_at, "replaces", before=serials["before"])
        yield from _evidence(own, teller)


def _late_events(tx: ReadTransaction, voucher: Voucher, teller: Teller) -> Iterator[Event]:
    """Sales that were brought in late, and those that a manager refused."""
    for sale in late_sales(tx, voucher=voucher.id):
        yield _late_event(sale, teller, sale.brought_at, "late", sale.brought_by)
        if sale.decided_at is not None:
            yield _late_event(
                sale, teller, sale.decided_at, f"late-{sale.verdict}", sale.decided_by
            )


def _field_events(tx: ReadTransaction, voucher: Voucher, teller: Teller) -> Iterator[Event]:
    """What a laptop told of the voucher and the ledger did not take."""
    for one in conflicts(tx, serial=voucher.serial, undecided=False):
        why = text(f"field.why-{one.reason}", teller.language)
        yield teller.event(one.taken_at, "field-conflict", laptop=one.laptop, by=one.holder,
                           conflict=one.name, why=why)
        if one.decided_at is not None:
            yield teller.event(one.decided_at, "field-decided", by=one.decided_by,
                               conflict=one.name, reason=one.decision)


def _late_event(
    sale: LateSale, teller: Teller, instant_us: int, kind: str, by: str | None
) -> Event:
    return teller.event(
        instant_us, kind, number=sale.number, amount=teller.amount(sale.amount_minor),
        sold=teller.when(sale.occurred_at), store=teller.store(sale.store),
        receipt=sale.receipt, by=by, reason=sale.reason,
    )


def _of_line(evidence: list[HandOver], line: Entry, lines: list[Entry]) -> list[HandOver]:
    """The evidence of one hand-over: what was put on record before the next one, if there is."""
    after = [
        other.recorded_at for other in lines
        if other.kind == "hand-over" and other.seq > line.seq
    ]
    return [
        one for one in evidence
        if one.given_at >= line.recorded_at and (not after or one.given_at < after[0])
    ]


def _recorded(line: Entry, teller: Teller) -> str:
    """That the ledger took it later, where it did."""
    if line.recorded_at - line.occurred_at <= LATE_US:
        return ""
    return teller.say("recorded-later", when=teller.when(line.recorded_at))


def _evidence(given: list[HandOver], teller: Teller) -> Iterator[Event]:
    for one in given:
        kind = "evidence" if one.witness is None else "evidence-witness"
        if one.despite is not None:
            kind = "evidence-despite"
        yield teller.event(
            one.given_at, kind, how=teller.say(f"how-{one.acknowledged}"),
            witness=one.witness, by=one.given_by, despite=one.despite,
        )


def _relatives(tx: ReadTransaction, voucher: Voucher) -> dict[object, str]:
    """The serials of the voucher that this one replaces (`before`) and of its successor, by id."""
    found: dict[object, str] = {}
    before = tx.value("SELECT serial FROM voucher WHERE successor = :id", id=voucher.id)
    if before is not None:
        found["before"] = before
    if voucher.successor is not None:
        after = tx.value("SELECT serial FROM voucher WHERE id = :id", id=voucher.successor)
        found[voucher.successor] = str(after or "")
    return found


def _seals(tx: ReadTransaction, lines: list[Entry], teller: Teller) -> Iterator[str]:
    """Which lines are under a seal, by the first seal that holds them all, and which are not."""
    positions = tx.all(select(Leaf.position).where(
        Leaf.kind == "entry", col(Leaf.object).in_([line.id for line in lines])
    ))
    if positions:
        seal = tx.first(
            select(Seal).where(Seal.size > max(positions)).order_by(col(Seal.size))
        )
        if seal is not None:
            yield teller.say(
                "sealed", count=len(positions), size=seal.size, by=seal.sealed_by,
                when=teller.when(seal.sealed_at), root=seal.root.hex()[:16],
            )
    if len(positions) < len(lines):
        yield teller.say("unsealed", count=len(lines) - len(positions))
