"""The enrolment's tables: what was imported when, and which columns meant what last time.

No name, phone or document stands here, and no hash of one: a run is known by its file's digest, a
mapping holds headings and the fields they mean.
"""

from sqlalchemy import Index
from sqlmodel import SQLModel

from cbi.storage.appendonly import append_only
from cbi.storage.columns import GROWS, bytes_field, changes, rule, text_field, whole_field
from cbi.storage.duties import ALL, written_by


class ImportRun(SQLModel, table=True):
    """One list taken in: its file's digest (SHA-256, hex), and what became of its rows.

    `list_hash` is what people enrolled by it carry, and what a whole list is approved by.
    `list_ref` names the list that a later, corrected file continues, so that its households stay
    the same ones.
    """

    __tablename__ = "import_run"
    __table_args__ = (
        rule("import_run_digest", "length(digest) = 64"),
        rule(
            "import_run_counts",
            "row_count >= 0 AND enrolled_count >= 0 AND known_count >= 0"
            " AND rejected_count BETWEEN 0 AND row_count",
        ),
        Index("import_run_digest_index", "digest"),
        Index("import_run_list_index", "list_hash"),
        GROWS,
    )
    id: bytes = bytes_field(key=True)
    digest: str = text_field()
    sheet: str = text_field()
    list_hash: str = text_field()
    list_ref: str = text_field()
    mapping: str = text_field()
    row_count: int = whole_field()
    enrolled_count: int = whole_field()
    known_count: int = whole_field()
    rejected_count: int = whole_field()
    imported_by: str = text_field()
    imported_at: int = whole_field()


class ImportRow(SQLModel, table=True):
    """What became of one row of a list: a person's number, or a reason by its code alone.

    `place` counts the rows of a run from 1. Nothing that stood in the row is kept.
    """

    __tablename__ = "import_row"
    __table_args__ = (
        rule("import_row_place", "place > 0 AND row > 0"),
        rule(
            "import_row_fate",
            "fate IN ('enrolled', 'known', 'repeated', 'back', 'passed', 'refused')",
        ),
        GROWS,
    )
    run: bytes = bytes_field(key=True)
    place: int = whole_field(key=True)
    sheet: str = text_field()
    row: int = whole_field()
    fate: str = text_field()
    person: str | None = text_field(null=True)
    reason: str = text_field()


class ColumnMapping(SQLModel, table=True):
    """What the columns of a shape of list mean, remembered by name for the next one.

    `shape` is the digest of its headings in order; `mapping` a JSON object from heading to field.
    """

    __tablename__ = "column_mapping"
    __table_args__ = (
        rule("column_mapping_name", "name <> ''"),
        rule("column_mapping_json", "mapping LIKE '{%}'"),
        Index("column_mapping_shape", "shape"),
        changes("shape", "mapping", "made_by", "made_at"),
    )
    name: str = text_field(key=True)
    shape: str = text_field()
    mapping: str = text_field()
    made_by: str = text_field()
    made_at: int = whole_field()


for _grows in ("import_run", "import_row"):
    append_only(SQLModel.metadata.tables[_grows])

for _lists in (ImportRun, ImportRow, ColumnMapping):
    written_by(_lists, field=ALL)
