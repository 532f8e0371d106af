"""Write the first migration anew from the models: only until the first release.

    python -m tests.freeze_schema
"""

from pathlib import Path

from cbi.app import ledger_metadata, vault_metadata
from cbi.storage.migrate import NEXT
from cbi.storage.schema import create_statements

FOLDER = Path(__file__).parent.parent / "cbi" / "storage" / "migrations"

if __name__ == "__main__":
    for tables, metadata in (("ledger", ledger_metadata()), ("vault", vault_metadata())):
        for engine in ("sqlite", "postgresql"):
            text = NEXT.join(create_statements(metadata, engine))  # type: ignore[arg-type]
            (FOLDER / tables / f"0001.{engine}.sql").write_text(text + "\n", "utf-8")
