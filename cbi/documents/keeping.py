"""Keeping a file with its record, listing what is kept, giving a file back as it was.

A file is sealed whole with AES-256-GCM, bound to its document, and cut into slices. A person's is
sealed under the person's own key; every other under one made from the *people* key, which offices
hold and tills do not.
"""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import col, func, select

from cbi.base.errors import BadFile, Conflict, NotFound, Unusable, UsageError
from cbi.base.words import said, visible
from cbi.documents.records import OF_PEOPLE, PERSON, Record, record_of, require
from cbi.documents.tables import DocumentRow
from cbi.files import Limits, read_bytes
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.records.reading import person_key
from cbi.people.records.sealing import NONCE_BYTES, cipher, open_sealed, seal
from cbi.storage import ConstraintViolation, ReadTransaction, WriteTransaction
from cbi.storage.faults import RetryTransaction

KINDS = (
    "signed-list", "statement", "items", "bank-slip", "act", "contract", "consent", "other",
)
FILE_BYTES_MAX = 20 << 20
PART_BYTES = 64 << 10
LISTED_MAX = 1000


@dataclass(frozen=True, slots=True)
class DocumentSeen:
    """A document on record. `name` is the file's own, empty where it may be somebody's or no key
    opens it; `digest` the file's SHA-256, empty of a person's. `added_at` in microseconds UTC."""

    number: str
    about: str
    object: str
    kind: str
    name: str
    size_bytes: int
    digest: str
    added_by: str
    added_at: int
    is_erased: bool = False


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A file as it will stand: its row, and its sealed bytes."""

    row: DocumentRow
    content: bytes


def add(session: OperatorSession, path: Path, record: str, kind: str) -> DocumentSeen:
    """Keep a file with a record.

    Raises:
        BadFile: it cannot be read, is empty or too large.
        NotFound: no such record.
        NotAllowed: the operator may not keep anything with such a record.
        UsageError: no such kind of document.
        Conflict: the same file is kept with it already, or it is a person who was erased.
    """
    content = read_bytes(path, limits=Limits(file_bytes_max=FILE_BYTES_MAX))
    if not content:
        raise BadFile("documents.empty", file=str(path))
    return add_content(session, (path.name, content), record, kind)


def add_content(
    session: OperatorSession, file: tuple[str, bytes], record: str, kind: str
) -> DocumentSeen:
    """The same of a file's name and content.

    Raises:
        NotFound, NotAllowed, UsageError, Conflict: as for `add`.
    """
    if kind not in KINDS:
        raise UsageError("documents.kind-unknown", kind=kind, known=", ".join(KINDS))
    with session.ledger.read() as tx:
        of = record_of(tx, record)
    require(session, of.about, writes=True)
    _check_living(of)
    made = _sealed(session, of, (kind, *file))

    def work(tx: WriteTransaction) -> DocumentSeen:
        known = tx.first(select(DocumentRow.number).where(
            DocumentRow.object == of.object, DocumentRow.file_digest == made.row.file_digest))
        if known is not None:
            raise Conflict("documents.known", document=known, record=of.object)
        count = tx.first(select(func.count()).select_from(DocumentRow)) or 0
        row = DocumentRow(**{**made.row.model_dump(), "number": f"DOC-{count + 1}"})
        try:
            tx.add(row)
        except ConstraintViolation as refused:
            raise RetryTransaction(refused.rule) from refused  # another took the number meanwhile
        tx.insert("document_part", (
            {"document": row.id, "number": number, "content": part}
            for number, part in enumerate(_slices(made.content), 1)
        ))
        record_by(
            tx, session, action="document.add", object=of.object, at=row.added_at,
            detail={"document": row.number, "kind": kind, "bytes": row.size_bytes,
                    "digest": row.digest.hex()},
        )
        return _seen(row, visible(file[0]), is_erased=False)

    return session.ledger.transact(work)


def documents(session: OperatorSession, record: str | None = None) -> list[DocumentSeen]:
    """What is kept, of one record or of all that this operator may see, the newest first.

    Raises:
        NotFound: no such record.
        NotAllowed: the operator may not see what is kept with it.
    """
    session.require("ledger.read")
    asked = select(DocumentRow)
    with session.ledger.read() as tx:
        if record is not None:
            of = record_of(tx, record)
            require(session, of.about, writes=False)
            asked = asked.where(DocumentRow.object == of.object)
        rows = tx.all(asked.order_by(
            col(DocumentRow.added_at).desc(), col(DocumentRow.number).desc()).limit(LISTED_MAX))
        erased = {of.object for row in rows if row.about == PERSON
                  and (of := record_of(tx, row.object)).is_erased}
    opens = "people" in session.keys.keys
    may_people, may_finance = session.may("document.people"), session.may("finance.read")
    return [
        _seen(row, "" if row.about in OF_PEOPLE or not opens else _name(session, row),
              is_erased=row.object in erased)
        for row in rows if (may_people if row.about in OF_PEOPLE else may_finance)
    ]


def opened(session: OperatorSession, number: str, purpose: str = "") -> tuple[str, bytes]:
    """A document's file as it was, with its name; what holds people is logged with its purpose.

    Raises:
        NotFound: no such document.
        NotAllowed: the operator may not see it.
        UsageError: it holds people, and no purpose is given.
        Conflict: it is of a person who was erased.
        Unusable: it is not whole, or the keyring does not open it.
    """
    with session.ledger.read() as tx:
        row = tx.first(select(DocumentRow).where(DocumentRow.number == number.strip().upper()))
        if row is None:
            raise NotFound("documents.unknown", document=number)
        require(session, row.about, writes=False)
        _check_living(record_of(tx, row.object))
        sealed = b"".join(parts_of(tx, row.id))
    why = said(purpose, "documents.purpose-missing") if row.about in OF_PEOPLE else ""
    content = _open(session, row, sealed)
    name = _name(session, row)
    if why:
        session.ledger.transact(lambda tx: _log_read(tx, session, row, why))
    return name, content


def parts_of(tx: ReadTransaction, document: bytes) -> Iterator[bytes]:
    """The slices of a document's sealed bytes, in their order, one at a time."""
    for (part,) in tx.tuples(
        "SELECT content FROM document_part WHERE document = :id ORDER BY number", id=document,
    ):
        yield bytes(part)


def _sealed(session: OperatorSession, of: Record, told: tuple[str, str, bytes]) -> _Sealed:
    kind, name, content = told
    made_id = session.new_id()
    key = _key(session, of.about, of.object, made_id)
    nonce = session.entropy(NONCE_BYTES)
    sealed = nonce + cipher(key).encrypt(nonce, content, _belongs(made_id))
    return _Sealed(DocumentRow(
        id=made_id, number="", about=of.about, object=of.object, kind=kind,
        name_sealed=seal(key, session.entropy(NONCE_BYTES), visible(name), _belongs(made_id)),
        size_bytes=len(content), parts=len(range(0, len(sealed), PART_BYTES)),
        file_digest=_file_digest(key, of.about, content), digest=hashlib.sha256(sealed).digest(),
        added_by=session.operator.name, added_at=session.clock(),
    ), sealed)


def _open(session: OperatorSession, row: DocumentRow, sealed: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag

    key = _key(session, row.about, row.object, row.id)
    try:
        content: bytes = cipher(key).decrypt(
            sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _belongs(row.id))
    except (InvalidTag, ValueError) as error:
        raise Unusable("documents.not-whole", document=row.number) from error
    return content


def _name(session: OperatorSession, row: DocumentRow) -> str:
    key = _key(session, row.about, row.object, row.id)
    return str(open_sealed(key, row.name_sealed, _belongs(row.id), number=row.number))


def _key(session: OperatorSession, about: str, object_: str, document: bytes) -> bytes:
    if about == PERSON:
        return person_key(session, object_)
    return hmac.digest(session.keys.need("people"), b"cbi document\x1f" + document, "sha256")


def _file_digest(key: bytes, about: str, content: bytes) -> bytes:
    plain = hashlib.sha256(content).digest()
    return hmac.digest(key, plain, "sha256") if about == PERSON else plain


def _belongs(document: bytes) -> bytes:
    return b"cbi document\x1f" + document


def _slices(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), PART_BYTES):
        yield content[start : start + PART_BYTES]


def _check_living(of: Record) -> None:
    if of.is_erased:
        raise Conflict("documents.erased", record=of.object)


def _log_read(
    tx: WriteTransaction, session: OperatorSession, row: DocumentRow, purpose: str
) -> None:
    record_by(tx, session, action="document.open", object=row.object,
              detail={"document": row.number, "purpose": purpose})
    session.seal_reading(tx, session)


def _seen(row: DocumentRow, name: str, *, is_erased: bool) -> DocumentSeen:
    return DocumentSeen(
        row.number, row.about, row.object, row.kind, name, row.size_bytes,
        "" if row.about == PERSON else row.file_digest.hex(), row.added_by, row.added_at, is_erased,
    )
