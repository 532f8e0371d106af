"""What a document may belong to: a record by its number, and who may see what is kept with it."""

from typing import NamedTuple

from cbi.base.errors import CbiError, NotFound
from cbi.operators.operator_session import OperatorSession
from cbi.people.records.reading import facts_of
from cbi.storage import ReadTransaction

PERSON = "person"
OF_PEOPLE = frozenset({PERSON, "batch", "distribution"})
"""What is kept with these holds people: to see it takes a purpose, and the log keeps it."""
_NUMBERED = {
    "batch": "SELECT number FROM batch WHERE number = :name",
    "distribution": "SELECT number FROM distribution WHERE number = :name",
    "statement": "SELECT number FROM statement WHERE number = :name",
    "settlement": "SELECT number FROM settlement WHERE number = :name",
    "bank": "SELECT number FROM bank_file WHERE number = :name",
    "retailer": "SELECT code FROM retailer WHERE upper(code) = :name",
}


class Record(NamedTuple):
    """A record that documents are kept with; `is_erased`: a person whose data is gone."""

    about: str
    object: str
    is_erased: bool = False


def record_of(tx: ReadTransaction, name: str) -> Record:
    """The record of this number: a person, batch, distribution, statement, settlement, bank file,
    or a retailer by its code.

    Raises:
        NotFound: there is none.
    """
    wanted = name.strip().upper()
    for about, query in _NUMBERED.items():
        found = tx.value(query, name=wanted)
        if found is not None:
            return Record(about, str(found))
    try:
        person = facts_of(tx, wanted)
    except CbiError as none:
        raise NotFound("documents.record-unknown", record=name) from none
    return Record(PERSON, person.number, person.erased_at is not None)


def require(session: OperatorSession, about: str, *, writes: bool) -> None:
    """Raises NotAllowed unless this operator may keep, or see, what belongs to such a record."""
    if about in OF_PEOPLE:
        session.require("document.people")
    else:
        session.require("document.finance" if writes else "finance.read")
