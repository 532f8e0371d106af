"""For Python: a ledger opened to be read, and asked with SQLModel. The only promised interface.

What is exported here keeps its name and meaning from one version to the next; whatever else stands
in the package may move. Nothing here writes to a ledger but the log's line about personal data that
was read. `docs/api.md` begins with ten questions and their answers.
"""

from sqlmodel import col, func, select

from cbi.api import models
from cbi.api.models import *  # noqa: F403
from cbi.api.opening import Ledger, open_ledger
from cbi.api.values import to_date, to_datetime, to_decimal, to_instant, to_minor, total
from cbi.base.errors import CbiError

__all__ = [
    "CbiError", "Ledger", "col", "func", "open_ledger", "select", "to_date", "to_datetime",
    "to_decimal", "to_instant", "to_minor", "total",
]
__all__ += models.__all__
