"""The clock's type, and instants and dates made from it.

An instant is an integer of microseconds since 1970-01-01 UTC. A validity date is a calendar date
(ISO text, `2022-08-31`) in the programme's time zone, and its last day counts whole.
"""

import re
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

Clock = Callable[[], int]
"""Returns the present instant in microseconds UTC. Handed in, never reached for."""

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
DAY_US = 24 * 60 * MINUTE_US
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\Z")


def system_clock() -> int:
    """The machine's own clock; only the composition root hands it out."""
    return time.time_ns() // 1000


def at(instant_us: int, zone: str = "UTC") -> datetime:
    """The wall-clock time of an instant in a time zone (IANA name)."""
    from zoneinfo import ZoneInfo

    seconds, micros = divmod(instant_us, SECOND_US)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros).astimezone(
        ZoneInfo(zone)
    )


def date_at(instant_us: int, zone: str) -> str:
    """The calendar date (ISO text) of an instant in a time zone."""
    return at(instant_us, zone).date().isoformat()


def minute_at(instant_us: int, zone: str) -> str:
    """The date and minute of an instant in a time zone, as the office's terminal shows them."""
    return at(instant_us, zone).strftime("%Y-%m-%d %H:%M")


def instant_of(moment: datetime) -> int:
    """Microseconds UTC of an aware datetime."""
    if moment.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * SECOND_US + delta.microseconds


def typed_day(text: str) -> str:
    """A calendar date as somebody types it, `2022-08-16` or `16.08.2022`, as ISO text.

    Raises:
        ValueError: it is none.
    """
    dotted = _DOTTED.match(text.strip())
    if dotted is None:
        return date.fromisoformat(text.strip()).isoformat()
    day, month, year = map(int, dotted.groups())
    return date(year, month, day).isoformat()


def instant_on(day: str, hour: int, zone: str, minute: int = 0) -> int:
    """Microseconds UTC of an hour on a calendar date (ISO text) in a time zone."""
    from zoneinfo import ZoneInfo

    parsed = date.fromisoformat(day)
    return instant_of(
        datetime(parsed.year, parsed.month, parsed.day, hour, minute, tzinfo=ZoneInfo(zone))
    )
