"""The documents' tables: what was kept with which record, and its sealed bytes in slices."""

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel

from cbi.storage.appendonly import append_only
from cbi.storage.columns import GROWS, bytes_field, rule, text_field, whole_field
from cbi.storage.duties import ALL, written_by


class DocumentRow(SQLModel, table=True):
    """A file that was kept with a record: `about` is what kind of record, `object` its number.

    `file_digest` is the file's SHA-256, so that who has the file can compare; of a person's it is
    keyed with their key, and tells nothing once that is gone. `digest` is of the sealed bytes, for
    whoever holds no key. The file's name may be somebody's, and is sealed.
    """

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("number", name="document_number"),
        Index("document_object", "object"),
        rule("document_about", "about IN ('person', 'batch', 'distribution', 'statement', "
                               "'settlement', 'bank', 'retailer')"),
        rule("document_kind", "kind IN ('signed-list', 'statement', 'items', 'bank-slip', "
                              "'act', 'contract', 'consent', 'other')"),
        rule("document_size", "size_bytes > 0 AND parts > 0"),
        GROWS,
    )
    id: bytes = bytes_field(key=True)
    number: str = text_field()
    about: str = text_field()
    object: str = text_field()
    kind: str = text_field()
    name_sealed: bytes = bytes_field()
    size_bytes: int = whole_field()
    parts: int = whole_field()
    file_digest: bytes = bytes_field()
    digest: bytes = bytes_field()
    added_by: str = text_field()
    added_at: int = whole_field()


class DocumentPart(SQLModel, table=True):
    """A slice of a document's sealed bytes, numbered from 1."""

    __tablename__ = "document_part"
    __table_args__ = (rule("document_part_number", "number >= 1"), GROWS)
    document: bytes = bytes_field(key=True)
    number: int = whole_field(key=True)
    content: bytes = bytes_field()


for _kept in (DocumentRow, DocumentPart):
    append_only(SQLModel.metadata.tables[str(_kept.__tablename__)])
    written_by(_kept, field=ALL, finance=ALL)
