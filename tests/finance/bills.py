"""Bills for tests: redemptions made at tills, and the retailer's file about them."""

from collections.abc import Sequence
from pathlib import Path

from cbi.base.clock import instant_on
from cbi.finance.intake.previewing import HowToRead, preview
from cbi.finance.intake.statements import carry_out
from cbi.finance.tables import Statement
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from tests.conftest import ZONE, World
from tests.vouchers import Paper

HEADINGS = "№;Дата;Магазин;Чек;Номер ваучера;Сумма"
LETTERHEAD = ["ТОО «Магнум»", "Реестр принятых ваучеров", "", "Договор № 1"]
Line = tuple[str, str, str, str, str]


def bought(
    world: World, paper: Paper, amount_minor: int, receipt: str, *, store: str = "magnum-almaty-1",
    day: str = "2022-08-20", hour: int = 11,
) -> str:
    """A redemption at a till; returns its reference."""
    asked = Redeem(
        code=paper.code, amount_minor=amount_minor, store=store, receipt=receipt,
        occurred_at=instant_on(day, hour, ZONE),
    )
    answer = redeem(world.session("cashier2"), asked)
    assert answer.answer == "ok", answer
    assert answer.redemption is not None
    return answer.redemption


def line(
    voucher: str, amount: str, receipt: str = "", *, day: str = "20.08.2022",
    store: str = "magnum-almaty-1",
) -> Line:
    """A line as a shop writes it."""
    return day, store, receipt, voucher, amount


def bill(folder: Path, lines: Sequence[Line], *, name: str = "bill.csv", total: str = "") -> Path:
    """A retailer's file: letterhead, headings, lines, a total where there is one."""
    rows = [*LETTERHEAD, HEADINGS]
    rows += [";".join((str(number), *one)) for number, one in enumerate(lines, 1)]
    if total:
        rows.append(f";;;;Итого:;{total}")
    path = folder / name
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def taken_in(
    world: World, lines: Sequence[Line], *, retailer: str = "magnum", name: str = "bill.csv",
    how: HowToRead | None = None,
) -> Statement:
    """A bill put on record by finance1."""
    session = world.session("finance1")
    path = bill(world.folder, lines, name=name)
    return carry_out(session, preview(session, path, retailer, how))


def allow(world: World, retailer: str = "other") -> None:
    """Let another retailer take the round's vouchers too."""
    with world.ledger.write() as tx:
        tx.insert("round_retailer", [
            {"round": "KZ22-R1", "category": category, "retailer": retailer}
            for category in ("food", "nonfood")
        ])
