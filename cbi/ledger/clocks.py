"""The ledger's time: a machine whose clock is wrong writes no line of a voucher.

A clock more than two minutes behind the newest line is refused; so is one more than a week ahead of
it, until a manager says by typing today's date that the clock is right. The newest line is known by
its id, which begins with the instant. Where lines of a wrong clock stand in the future already, a
manager has them passed over: from then on the newest line is looked for below them.
"""

from collections.abc import Mapping
from typing import NamedTuple

from cbi.base.canonical import JsonValue
from cbi.base.clock import DAY_US, SECOND_US, date_at, instant_on
from cbi.base.errors import Conflict, Unusable, UsageError
from cbi.base.ids import first_id, id_instant, last_id
from cbi.operators import log
from cbi.operators.operator_session import OperatorSession
from cbi.storage import Database, ReadTransaction, WriteTransaction

CLOCK_BEHIND_MAX_US = 120_000_000
CLOCK_AHEAD_MAX_US = 7 * DAY_US
"""Weekends and holidays close a shop for days: a till must open after them without a manager."""
EVER_US = 250_000_000_000_000_000
"""Later than anybody shows as a date (the year 9892)."""
_NO_ID = b"\xff" * 17


class Said(NamedTuple):
    """What a person last said of the ledger's time. Instants in microseconds UTC.

    Nothing is newer than `at` but lines written since; lines from `passed_from` to `passed_until`
    are passed over. On a practice ledger (`free`) the story moves the clock, and it may jump.
    """

    at: int = 0
    passed_from: int = 0
    passed_until: int = 0
    free: bool = False

    def guards(self, now_us: int) -> dict[str, bytes]:
        """The ids between which the newest line must lie, and the one below which it is looked
        for: what a till's statement asks, with this machine's clock."""
        soon, long_ago = now_us + CLOCK_BEHIND_MAX_US, now_us - CLOCK_AHEAD_MAX_US
        below, latest = _NO_ID, last_id(soon)
        if soon < self.passed_from:
            below = first_id(self.passed_from)
        elif soon < self.passed_until:
            below = latest
        confirmed = self.free or long_ago <= self.at <= soon
        earliest = b"" if confirmed else first_id(max(0, long_ago))
        return {"below": below, "earliest": earliest, "latest": latest}


class ClockStanding(NamedTuple):
    """This machine's instant, the newest line's (0 without any), and the days of the two."""

    now: int
    last: int
    today: str
    last_day: str | None


class Confirmed(NamedTuple):
    """The day that was said to be right, the instant, and the newest line's then."""

    day: str
    at: int
    last: int


class Mended(NamedTuple):
    """The day that was said to be right, the instant, and how many lines are passed over: those
    from the earliest instant to the latest."""

    day: str
    at: int
    earliest: int
    latest: int
    lines: int


class LastLine(NamedTuple):
    """The ledger's newest line: its id, which begins with its machine's instant."""

    id: bytes
    recorded_at: int


def said(tx: ReadTransaction) -> Said:
    """What was last said, as the ledger has it now."""
    found = tx.read_one(
        Said,
        "SELECT coalesce(c.at, 0) AS at, coalesce(c.passed_from, 0) AS passed_from, "
        "coalesce(c.passed_until, 0) AS passed_until, i.practice AS free FROM ledger_identity i "
        "LEFT JOIN clock_word c ON c.number = (SELECT max(number) FROM clock_word)"
    )
    return Said() if found is None else found._replace(free=bool(found.free))


def remembered(ledger: Database, fresh: Said | None = None) -> Said:
    """What was said, as this process last read it: the till's path does not read it again."""
    if fresh is not None:
        ledger.remembered["clock"] = fresh
    known: Said = ledger.remembered.get("clock", Said())
    return known


def newest(tx: ReadTransaction, known: Said, now_us: int) -> int:
    """The instant of the newest line that counts, or of what was said after it; 0 without any."""
    last = tx.read_one(
        LastLine, "SELECT id, recorded_at FROM entry WHERE id < :below ORDER BY id DESC LIMIT 1",
        below=known.guards(now_us)["below"],
    )
    return max(0 if last is None else taken(last.id, last.recorded_at), known.at)


def taken(line_id: bytes, recorded_at: int) -> int:
    """When a line was written, by the clock of its machine.

    A line that follows one from the future on its voucher is recorded at that one's instant; its id
    tells its own.
    """
    return min(recorded_at, id_instant(line_id) + 999)


def recorded_now(tx: ReadTransaction, now_us: int) -> int:
    """The instant at which the ledger takes a line: never before the newest line's.

    Where several offices write at once, another voucher's line may come a moment later and yet
    before: of each voucher's own lines the order is exact, see `journal.post`.

    Raises:
        Unusable: the clock is more than two minutes behind the newest line, or more than a week
            ahead of it and nobody said that it is right.
    """
    known = said(tx)
    last = _not_behind(tx, known, now_us)
    if last and now_us > last + CLOCK_AHEAD_MAX_US and not known.free:
        raise Unusable("ledger.clock-ahead", **_dates(tx, now_us, last))
    return max(now_us, last)


def standing(tx: ReadTransaction, now_us: int) -> ClockStanding:
    """How this machine and the ledger stand to each other."""
    last = newest(tx, said(tx), now_us)
    zone = _zones(tx)[0]
    return ClockStanding(now_us, last, _day(now_us, zone), _day(last, zone) if last else None)


def confirm(session: OperatorSession, day: str) -> Confirmed:
    """Say that this machine's clock is right; from then on the ledger's time goes on from now.

    Raises:
        UsageError: the day typed is not the one that this machine's clock shows.
        Unusable: the clock is behind the newest line.
    """
    session.require("clock.confirm")

    def work(tx: WriteTransaction) -> Confirmed:
        now, known = session.clock(), said(tx)
        today = _same_day(tx, now, day)
        last = _not_behind(tx, known, now)
        _say(tx, session, "confirm", now, {"last": last})
        _keep(tx, "confirm", now, known)
        return Confirmed(today, now, last)

    return session.ledger.transact(work)


def mend(session: OperatorSession, day: str) -> Mended:
    """Have every line that a wrong clock put into the future passed over.

    Raises:
        UsageError: the day typed is not the one that this machine's clock shows.
        Conflict: no line stands in the future.
    """
    session.require("clock.mend")

    def work(tx: WriteTransaction) -> Mended:
        now = session.clock()
        today, (earliest, latest, lines) = _same_day(tx, now, day), _ahead(tx, now)
        if not lines and said(tx).at <= now + CLOCK_BEHIND_MAX_US:
            raise Conflict("ledger.clock-nothing-ahead")
        _say(tx, session, "mend", now, {"from": earliest, "until": latest, "lines": lines})
        _keep(tx, "mend", now, Said(now, earliest, latest))
        return Mended(today, now, earliest, latest, lines)

    return session.ledger.transact(work)


def move(session: OperatorSession, day: str, zone: str) -> None:
    """Let a practice ledger go on from nine in the morning of a later day.

    Raises:
        UsageError: that is no day, or not later than what its clock shows.
        Conflict: the ledger is in earnest.
    """
    session.require("clock.confirm")

    def work(tx: WriteTransaction) -> None:
        now = session.clock()
        if not tx.value("SELECT practice FROM ledger_identity"):
            raise Conflict("ledger.clock-in-earnest")
        try:
            start = instant_on(day, 9, zone)
        except ValueError as error:
            raise UsageError("cli.practice-day", day=day) from error
        if start <= now:
            raise UsageError("ledger.clock-not-later", day=day, today=_day(now, zone))
        _say(tx, session, "move", now, {"to": start})
        tx.run("UPDATE practice_clock SET behind_us = behind_us - :later", later=start - now)

    session.ledger.transact(work)


def _not_behind(tx: ReadTransaction, known: Said, now_us: int) -> int:
    """The newest line's instant, which this machine's clock has reached."""
    last = newest(tx, known, now_us)
    if now_us < last - CLOCK_BEHIND_MAX_US:
        raise Unusable(
            "ledger.clock-behind", behind_seconds=(last - now_us) // SECOND_US,
            **_dates(tx, now_us, last),
        )
    return last


def _ahead(tx: ReadTransaction, now_us: int) -> tuple[int, int, int]:
    """The instants of the first line in the future and of the last, and how many there are."""
    after = last_id(now_us + CLOCK_BEHIND_MAX_US)
    first, last = (
        tx.value(f"SELECT id FROM entry WHERE id > :after ORDER BY id {way} LIMIT 1", after=after)
        for way in ("ASC", "DESC")
    )
    if first is None:
        return 0, 0, 0
    lines: int = tx.value("SELECT count(*) FROM entry WHERE id > :after", after=after)
    return id_instant(first), id_instant(last) + 999, lines


def _say(
    tx: WriteTransaction, session: OperatorSession, deed: str, now_us: int,
    told: Mapping[str, JsonValue],
) -> None:
    log.record_by(tx, session, action=f"clock.{deed}", object="ledger", at=now_us, detail=told)


def _keep(tx: WriteTransaction, deed: str, now_us: int, passed: Said) -> None:
    """One more word; the log's head is ours until the commit, so the numbers follow."""
    number: int = tx.value("SELECT coalesce(max(number), 0) + 1 FROM clock_word")
    tx.insert("clock_word", [{
        "number": number, "kind": deed, "at": now_us, "passed_from": passed.passed_from,
        "passed_until": passed.passed_until,
    }])


def _same_day(tx: ReadTransaction, now_us: int, day: str) -> str:
    """The day as typed, which must be today in a programme's zone, by this machine's clock."""
    days = [_day(now_us, zone) for zone in _zones(tx)]
    if day.strip() not in days:
        raise UsageError("ledger.clock-day-differs", typed=day.strip(), today=days[0])
    return day.strip()


def _dates(tx: ReadTransaction, now_us: int, last_us: int) -> dict[str, str | None]:
    """The days of an instant and of the newest line, where the first programme is."""
    zone = _zones(tx)[0]
    return {"today": _day(now_us, zone), "last_day": _day(last_us, zone) if last_us else None}


def _day(instant_us: int, zone: str) -> str:
    return date_at(min(instant_us, EVER_US), zone)


def _zones(tx: ReadTransaction) -> list[str]:
    zones = [zone for (zone,) in tx.tuples("SELECT zone FROM programme ORDER BY code")]
    return zones or ["UTC"]
