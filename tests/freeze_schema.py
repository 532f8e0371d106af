"""Write the first migration and the rights anew from the models: only until the first release.

    python -m tests.freeze_schema
"""

import json
from pathlib import Path

from cbi.context import ledger_metadata, vault_metadata
from cbi.storage.duties import rights
from cbi.storage.migrate import NEXT
from cbi.storage.schema import create_statements

FOLDER = Path(__file__).parent.parent / "cbi" / "storage" / "migrations"

if __name__ == "__main__":
    for tables, metadata in (("ledger", ledger_metadata()), ("vault", vault_metadata())):
        for engine in ("sqlite", "postgresql"):
            text = NEXT.join(create_statements(metadata, engine))
            (FOLDER / tables / f"0001.{engine}.sql").write_text(text + "\n", "utf-8")
        told = ",\n".join(json.dumps(right) for right in rights(metadata))
        (FOLDER / tables / "rights.json").write_text(f"[\n{told}\n]\n", "utf-8")
