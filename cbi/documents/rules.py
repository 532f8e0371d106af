"""A rule of `cbi check`: every document is there whole, as the log says it was kept."""

import hashlib
from collections.abc import Iterator

from sqlmodel import select

from cbi.audit.rule_results import RuleResult, Violation
from cbi.documents.keeping import parts_of
from cbi.documents.tables import DocumentRow
from cbi.operators.log import entries
from cbi.storage import ReadTransaction

EVERY = 2**62


def documents_whole(tx: ReadTransaction) -> RuleResult:
    """No slice is missing, changed or left over; nothing that was kept is gone."""
    return RuleResult("documents-whole", tuple(_wrongs(tx)))


def _wrongs(tx: ReadTransaction) -> Iterator[Violation]:
    said = {line.detail.get("document"): (line.object, line.detail.get("digest"))
            for line in entries(tx, action="document.add", limit=EVERY)}
    for row in tx.all(select(DocumentRow).order_by(DocumentRow.number)):
        if said.pop(row.number, None) != (row.object, row.digest.hex()):
            yield Violation(row.number, "check.not-as-logged")
        held, parts = hashlib.sha256(), 0
        for part in parts_of(tx, row.id):
            held.update(part)
            parts += 1
        if (held.digest(), parts) != (row.digest, row.parts):
            yield Violation(row.number, "documents.check-not-whole")
    for number in said:
        yield Violation(str(number), "check.not-as-logged")
    for (document,) in tx.tuples(
        "SELECT DISTINCT p.document FROM document_part p LEFT JOIN document d "
        "ON d.id = p.document WHERE d.id IS NULL ORDER BY p.document"
    ):
        yield Violation(bytes(document).hex(), "documents.check-left-over")
