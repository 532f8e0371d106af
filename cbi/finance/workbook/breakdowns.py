"""What came of the money, on the summary: by city, store and week, by age, against the budget.

Each figure is a formula over the journal, with the value that its rows came to when they were
written. The charts stand on a sheet of their own and draw these tables.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from cbi.base.clock import date_at
from cbi.files import Formula, Sheet, Typed, column_letter
from cbi.files.dressing import CHART_ROWS, RangeChart
from cbi.files.workbook import quoted, sheet_name
from cbi.finance.identities import VoucherBalance
from cbi.finance.reconciliation.uncovered import uncovered
from cbi.finance.workbook.summary_page import CHARTS_APART, SummaryPage
from cbi.programmes.rounds import rounds

WEEK = 7
AGES = ((0, 30), (31, 60), (61, 90))
"""Days since it was redeemed, both included; older is the last."""
UNCOVERED_MAX = 500
"""Sales that are told one by one."""
_CITY = ("issued", "redeemed", "outstanding", "expired", "void")


def by_city(page: SummaryPage, balances: Sequence[VoucherBalance]) -> None:
    """What was issued in each city and where it is."""
    sums: dict[str, Counter[str]] = {}
    for one in balances:
        found = sums.setdefault(page.words.city(one.city), Counter())
        found.update({name: getattr(one, f"{name}_minor") for name in _CITY})
    first = page.table("by-city", "city", "", "", *_CITY)
    for city, amounts in sorted(sums.items()):
        row = page.next_row
        page.add(city, None, None, *(
            Formula(page.sum_where(_of(name), name, ("city", f"$A{row}")), amounts[name])
            for name in _CITY
        ))
    page.keep("by-city", first)


def _of(name: str) -> str:
    return "register" if name == "outstanding" else "journal"


def by_store(page: SummaryPage) -> None:
    """What was redeemed in each store, less what was reversed."""
    sums: Counter[str] = Counter()
    for (store, _), amount in page.words.redeemed.items():
        sums[store] += amount
    first = page.table("by-store", "store", "", "", "redeemed")
    for store, amount in sorted(sums.items(), key=lambda one: (-one[1], one[0])):
        page.add(store, None, None, Formula(
            page.sum_where("journal", "redeemed", ("store", f"$A{page.next_row}")), amount
        ))
    page.keep("by-store", first)


def by_week(page: SummaryPage) -> None:
    """What was redeemed in each week, from Monday on."""
    sums: Counter[str] = Counter()
    for (_, day), amount in page.words.redeemed.items():
        sums[_monday(day)] += amount
    first = page.table("by-week", "week", "", "", "redeemed")
    for monday in _weeks(sums):
        row = page.next_row
        within = page.sum_where(
            "journal", "redeemed", ("occurred_at", f'">="&$A{row}'),
            ("occurred_at", f'"<"&($A{row}+{WEEK})'),
        )
        page.add(Typed("date", monday), None, None, Formula(within, sums[monday]))
    page.keep("by-week", first)


def _monday(day: str) -> str:
    found = date.fromisoformat(day)
    return (found - timedelta(days=found.weekday())).isoformat()


def _weeks(sums: Counter[str]) -> Iterator[str]:
    """Every week from the first to the last, those without anything too."""
    if not sums:
        return
    week, last = date.fromisoformat(min(sums)), date.fromisoformat(max(sums))
    while week <= last:
        yield week.isoformat()
        week += timedelta(days=WEEK)


def ageing(page: SummaryPage, now: int) -> None:
    """What was redeemed and is on no settlement, by how long ago that was at the cut-off."""
    today = date.fromisoformat(date_at(now, page.words.scope.zone))
    first = page.table("ageing", "age", "date-from", "date-until", "unsettled")
    bands: list[tuple[str, date | None, date]] = [
        (f"{least}–{most}", today - timedelta(days=most), today - timedelta(days=least))
        for least, most in AGES
    ]
    bands.append((f"> {AGES[-1][1]}", None, today - timedelta(days=AGES[-1][1] + 1)))
    for name, start, end in bands:
        row = page.next_row
        amount = sum(
            value for day, value in page.words.unsettled.items()
            if (start is None or start.isoformat() <= day) and day <= end.isoformat()
        )
        within = [("occurred_at", f'">="&$B{row}')] if start else []
        within.append(("occurred_at", f'"<"&($C{row}+1)'))
        page.add(
            name, Typed("date", start.isoformat()) if start else None,
            Typed("date", end.isoformat()),
            Formula(page.sum_where("journal", "unsettled", *within), amount),
        )
    page.keep("ageing", first)


def burn(page: SummaryPage, balances: Sequence[VoucherBalance]) -> None:
    """Each programme's budget, and what of it was issued, came back and was redeemed."""
    scope = page.words.scope
    first = page.table("burn", "programme", "", "", "budget", "issued", "came-back", "redeemed",
                       "left", "used")
    for one in scope.programmes:
        codes = [found.code for found in rounds(page.words.tx, one.code)
                 if found.code in scope.rounds]
        sums: Counter[str] = Counter()
        for balance in balances:
            if balance.round in codes:
                sums.update({name: getattr(balance, f"{name}_minor") for name in _CITY})
        row = page.next_row
        issued, redeemed, back = (
            "+".join(page.sum_where("journal", name, ("round", f'"{code}"'))
                     for code in codes for name in names) or "0"
            for names in (("issued",), ("redeemed",), ("expired", "void"))
        )
        came_back = sums["expired"] + sums["void"]
        left = one.budget_minor - sums["issued"] + came_back
        page.add(
            one.name, None, None, one.budget_minor, Formula(issued, sums["issued"]),
            Formula(back, came_back), Formula(redeemed, sums["redeemed"]),
            Formula(f"D{row}-E{row}+F{row}", left),
            Formula(f"IF(D{row}=0,0,1-H{row}/D{row})",
                    1 - left / one.budget_minor if one.budget_minor else 0, "share"),
        )
    page.keep("burn", first)


def charts(page: SummaryPage) -> Sheet:
    """The tables as pictures, on one printed page."""
    words, place = page.words, quoted(sheet_name(page.words.say("sheet-summary")))
    drawn: list[RangeChart] = []
    right = column_letter(CHARTS_APART)
    for name, kind, columns in (
        ("by-city", "bar", _CITY[:3]), ("by-week", "line", ("redeemed",)),
        ("by-store", "bar", ("redeemed",)), ("burn", "bar", ("budget", "issued", "came-back",
                                                             "redeemed", "left")),
    ):
        if name not in page.places:
            continue
        first, last = page.places[name]
        drawn.append(RangeChart(
            words.say(f"table-{name}"), f"{place}!$A${first}:$A${last}",
            [
                (words.say(f"column-{one}"), f"{place}!${letter}${first}:${letter}${last}")
                for one, letter in zip(columns, "DEFGH", strict=False)
            ],
            f"{'A' if len(drawn) % 2 == 0 else right}{5 + CHART_ROWS * (len(drawn) // 2)}", kind,
        ))
    called = words.say("sheet-charts")
    return Sheet(
        called, page.blank_columns, [], (called, *words.titles), headed=False, place=1,
        opens=False, drawings=drawn, one_page=True,
    )


def uncovered_table(page: SummaryPage) -> None:
    """Each conflict of the workbook's statements; nothing where there is none."""
    tx = page.words.tx
    found = [one for bill in page.words.scope.statements for one in uncovered(tx, bill)]
    if not found:
        return
    page.table("offline", "serial", "receipt", "store", "offline-taken", "offline-posted",
               "offline-retailer", "offline-programme")
    for one in found[:UNCOVERED_MAX]:
        page.add(one.serial or "–", one.receipt, one.store, one.amount_minor, one.posted_minor, *(
            one.rest_minor if one.charged_to == by else 0 for by in ("retailer", "programme")
        ))
