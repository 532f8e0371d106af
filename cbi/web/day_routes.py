"""What the page asks about a day: its redemptions and totals, and the shift that is closed."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from cbi.base.clock import at
from cbi.messages.figures import amount_figures, date_words, digits, moment_words
from cbi.till.closing import ClosedShift, OpenShift, ShiftCount
from cbi.till.day import DayLine, StoreDay
from cbi.web.answering import as_json, asked
from cbi.web.desk import Credentials
from cbi.web.office import redemption_seen
from cbi.web.page_texts import exponent_of
from cbi.web.requests import WORD_LETTERS_MAX, CountedAsked
from cbi.web.till import Till

LINES_SHOWN = 500
"""Of a longer shift the newest lines are shown, and all are counted."""


class DayRoutes:
    """The day's side of a till; `at_work` says who is signed in."""

    def __init__(self, till: Till, at_work: Callable[[Request], Credentials]) -> None:
        self._till = till
        self._at_work = at_work

    async def day(self, request: Request, language: str) -> Response:
        """Today's redemptions and totals."""
        return as_json(_day(await self._till.day(self._at_work(request)), language))

    async def shift(self, request: Request, language: str) -> Response:
        """What the cashier may close now."""
        zone, found = await self._till.open_shifts(self._at_work(request))
        return as_json({"shifts": [_open(one, zone, language) for one in found]})

    async def shift_close(self, request: Request, language: str) -> Response:
        """Close it, once."""
        wanted = await asked(request, CountedAsked)
        closed = await self._till.close_shift(self._at_work(request), ShiftCount(
            wanted.request, wanted.currency, _hexadecimal(wanted.until), wanted.receipts,
            wanted.amount, wanted.counted_receipts, wanted.counted,
        ))
        return as_json(_closed(closed, language))

    async def redemption(self, request: Request, language: str) -> Response:
        """A redemption as it is shown to who may undo it later."""
        number = request.query_params.get("number", "")[:WORD_LETTERS_MAX]
        one, zone = await redemption_seen(self._till, self._at_work(request), number)
        return as_json({
            **_line(one, zone, language), "at": moment_words(one.recorded_at, zone, language),
            "operator": one.operator,
        })


def _hexadecimal(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""  # no line of ours: it is told that the shift is another


def _line(one: DayLine, zone: str, language: str) -> dict[str, object]:
    return {
        "redemption": f"{one.serial}/{one.seq}", "receipt": one.receipt,
        "amount": amount_figures(one.amount_minor, one.currency, language),
        "at": _hour(one.recorded_at, zone, language), "reversed": bool(one.reversed),
    }


def _day(day: StoreDay, language: str) -> dict[str, object]:
    return {
        "date": date_words(day.date, language),
        "lines": [
            _line(one, day.zone, language) for one in day.lines
        ],
        "totals": [
            {
                "operator": one.operator, "count": digits(str(one.redemptions), language),
                "amount": amount_figures(one.amount_minor, one.currency, language),
            }
            for one in day.totals
        ],
    }


def _open(shift: OpenShift, zone: str, language: str) -> dict[str, object]:
    """A shift as it is shown; a redemption and its reversal on it are one line, undone."""
    back = {one.reverses for one in shift.lines if one.kind == "reverse"}
    own = {one.entry for one in shift.lines}
    lines = [one for one in shift.lines if one.reverses not in own]
    return {
        "number": digits(str(shift.number), language), "currency": shift.currency,
        "exponent": exponent_of(shift.currency), "until": shift.until.hex(),
        "receipts": shift.receipts, "amount": shift.amount_minor,
        "lines": [
            {
                "redemption": f"{one.serial}/{one.seq}", "receipt": one.receipt,
                "amount": amount_figures(abs(one.amount_minor), shift.currency, language),
                "at": _hour(one.recorded_at, zone, language),
                "undone": one.kind == "reverse" or one.entry in back,
            }
            for one in lines[:-LINES_SHOWN - 1:-1]
        ],
    }


def _closed(shift: ClosedShift, language: str) -> dict[str, object]:
    return {
        "name": shift.name, "number": digits(str(shift.number), language),
        "receipts": digits(str(shift.receipts), language),
        "amount": amount_figures(shift.amount_minor, shift.currency, language),
    }


def _hour(instant: int, zone: str, language: str) -> str:
    return digits(at(instant, zone).strftime("%H:%M"), language)
