"""Who bills: a retailer, and the currency, zone and rounds of those whose vouchers it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import col, select

from cbi.base.errors import Conflict, NotFound, UsageError
from cbi.places.tables import RetailerRow
from cbi.programmes.tables import Programme, RoundRetailer, RoundRow
from cbi.storage import ReadTransaction


@dataclass(frozen=True, slots=True)
class AboutRetailer:
    """A retailer with its own tax number and those of others, by code; `opens` and `closes` are the
    first day its vouchers could be spent and the last on which a sale of one may be told."""

    code: str
    number: str | None
    others: dict[str, str]
    currency: str
    zone: str
    rounds: tuple[str, ...]
    opens: str
    closes: str

    def year_of(self, month: int, day: int) -> str | None:
        """The one day (ISO) of this month and day on which a sale could be, None if several or
        none."""
        years = range(int(self.opens[:4]), int(self.closes[:4]) + 1)
        days = [one for year in years if (one := _day(year, month, day))]
        fits = [one for one in days if self.opens <= one <= self.closes] or days
        return fits[0] if len(fits) == 1 else None

    def refuse_other_firm(self, numbers: Sequence[str]) -> None:
        """A letterhead names this retailer's own tax number, or none.

        Raises:
            Conflict: it names another firm's and not this one's.
        """
        ours = "".join(filter(str.isdigit, self.number or ""))
        if not numbers or ours in numbers:
            return
        theirs = [code for code, number in self.others.items() if number in numbers]
        if ours or theirs:
            raise Conflict(
                "finance.another-firm", number=numbers[0], retailer=self.code, ours=ours or "–",
                theirs=", ".join(theirs) or "–",
            )


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def about_retailer(
    tx: ReadTransaction, retailer: str, currency: str | None
) -> AboutRetailer:
    """A retailer as one of its statements needs it.

    Raises:
        NotFound: no such retailer.
        Conflict: no round lets it take vouchers.
        UsageError: its rounds are in several currencies and none was said.
    """
    code = retailer.strip().lower()
    numbers = dict(tx.all(select(RetailerRow.code, RetailerRow.number)))
    if code not in numbers:
        raise NotFound("finance.retailer-unknown", retailer=retailer)
    taken = tx.all(
        select(RoundRow, Programme).join(Programme, col(Programme.code) == RoundRow.programme)
        .where(col(RoundRow.code).in_(
            select(RoundRetailer.round).where(RoundRetailer.retailer == code)
        )).order_by(Programme.code, RoundRow.code)
    )
    if not taken:
        raise Conflict("finance.retailer-takes-nothing", retailer=code)
    known = sorted({owner.currency for _, owner in taken})
    asked = (currency or "").strip().upper() or (known[0] if len(known) == 1 else "")
    if asked not in known:
        raise UsageError("finance.currency-needed", retailer=code, known=", ".join(known))
    fits = [(one, owner) for one, owner in taken if owner.currency == asked]
    closes = max(
        date.fromisoformat(one.valid_until) + timedelta(days=owner.lateness_days)
        for one, owner in fits
    )
    return AboutRetailer(
        code, numbers[code], {
            other: "".join(filter(str.isdigit, number)) for other, number in numbers.items()
            if number and other != code
        },
        asked, fits[0][1].zone, tuple(one.code for one, _ in fits),
        min(one.valid_from for one, _ in fits), closes.isoformat(),
    )
