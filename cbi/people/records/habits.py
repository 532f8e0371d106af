"""What an operator filled in last time: defaults for the next person at the same table."""

from dataclasses import dataclass

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
    row = tx.row(
        "SELECT number, city, language FROM person WHERE enrolled_by = :operator"
        " AND enrolled_at = (SELECT max(enrolled_at) FROM person WHERE enrolled_by = :operator)"
        " LIMIT 1",
        operator=operator,
    )
    if row is None:
        return Habits()
    version = tx.value(
        "SELECT version FROM consent WHERE person = :number ORDER BY seq DESC LIMIT 1",
        number=row["number"],
    )
    return Habits(row["city"], row["language"], version or "1")
