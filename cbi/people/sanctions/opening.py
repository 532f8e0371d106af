"""A likeness looked at: who it is of, the names on both sides, and what was decided before."""

from dataclasses import dataclass

from sqlmodel import col, select

from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.records.record import Discreet
from cbi.people.records.tables import Proxy
from cbi.people.sanctions.entries import ListEntry
from cbi.people.sanctions.screening import entries_of, hit
from cbi.people.sanctions.subjects import NAMED, opened, subjects
from cbi.people.sanctions.tables import SanctionsHit, SanctionsList
from cbi.storage.transactions import ReadTransaction, WriteTransaction


@dataclass(frozen=True, slots=True, repr=False)
class OpenedHit(Discreet):
    """A likeness with the names of whom it is of; none if they are no longer screened."""

    hit: SanctionsHit
    known_by: str
    names: list[str]
    entry: ListEntry
    earlier: list[SanctionsHit]


def open_hit(session: OperatorSession, number: str) -> OpenedHit:
    """A likeness with both sides' names; opening a proxy's or a person's is logged.

    Raises:
        NotFound: there is none.
    """
    session.require("sanctions.read")

    def work(tx: WriteTransaction) -> OpenedHit:
        found = hit(tx, number)
        if found.kind not in NAMED:
            session.require("people.read")
            record_by(tx, session, action="people.read", object=known_by(tx, found),
                      detail={"people": 1, "purpose": "sanctions"})
            session.seal_reading(tx, session)
        wanted = [one for one in subjects(tx)
                  if (one.kind, one.subject) == (found.kind, found.subject)]
        names = [name.text for _, data in opened(tx, session, wanted) for name in data.names]
        earlier = tx.all(select(SanctionsHit).where(
            SanctionsHit.kind == found.kind, SanctionsHit.subject == found.subject,
            SanctionsHit.label == found.label, SanctionsHit.entry == found.entry,
            SanctionsHit.counted < found.counted, col(SanctionsHit.decision).is_not(None),
        ).order_by(col(SanctionsHit.counted)))
        return OpenedHit(found, known_by(tx, found), names, entry_of(tx, found), earlier)

    return session.ledger.transact(work)


def entry_of(tx: ReadTransaction, found: SanctionsHit) -> ListEntry:
    """The entry of the list as it stands now; by its number alone if it is no longer on it."""
    for one in tx.all(select(SanctionsList).where(SanctionsList.label == found.label)):
        for entry in entries_of(one):
            if entry.uid == found.entry:
                return entry
    return ListEntry(found.entry, "", (found.entry,))


def known_by(tx: ReadTransaction, found: SanctionsHit) -> str:
    """A code, a name at sign-in, or a number; of a proxy that of the head who named them."""
    if found.kind == "proxy":
        head = tx.first(select(Proxy.head).where(Proxy.id == bytes.fromhex(found.subject)))
        return head or found.subject
    return found.subject
