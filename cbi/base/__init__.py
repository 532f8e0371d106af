"""What everyone may use: errors, ids, money, the clock's type, canonical JSON.

Nothing here opens a file, a database or a socket, and nothing knows of vouchers.
"""

from cbi.base.canonical import JsonValue, canonical_json
from cbi.base.clock import Clock, at, date_at, instant_of, instant_on, system_clock
from cbi.base.errors import (
    BadFile,
    CbiError,
    Conflict,
    NotAllowed,
    NotFound,
    Unusable,
    UsageError,
)
from cbi.base.ids import Entropy, new_id, new_ids, request_digest, system_entropy
from cbi.base.money import parse_amount, plain_amount, show_amount

__all__ = [
    "BadFile", "CbiError", "Clock", "Conflict", "Entropy", "JsonValue", "NotAllowed", "NotFound",
    "Unusable", "UsageError", "at", "canonical_json", "date_at", "instant_of", "instant_on",
    "new_id", "new_ids", "parse_amount", "plain_amount", "request_digest", "show_amount",
    "system_clock", "system_entropy",
]
