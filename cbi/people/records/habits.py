"""What an operator filled in last time: defaults for the next person at the same table."""

from dataclasses import dataclass

from sqlmodel import col, select

from cbi.people.records.tables import ConsentRow, PersonRow
from cbi.storage.transactions import ReadTransaction


@dataclass(frozen=True, slots=True)
class Habits:
    """The city (code), language (empty if none was said) and consent text of an operator's last
    enrolment.
    """

    city: str = ""
    language: str = ""
    consent_version: str = "1"


def habits_of(tx: ReadTransaction, operator: str) -> Habits:
    """An operator's habits; the usual ones for somebody who is new."""
    last = tx.first(
        select(PersonRow.number, PersonRow.city, PersonRow.language)
        .where(PersonRow.enrolled_by == operator).order_by(col(PersonRow.enrolled_at).desc())
    )
    if last is None:
        return Habits()
    number, city, language = last
    version = tx.first(
        select(ConsentRow.version).where(ConsentRow.person == number)
        .order_by(col(ConsentRow.seq).desc())
    )
    return Habits(city, language, version or "1")
