"""Shapes that are made into ordinary ones before they are read: two vouchers a row, cards of labels
and values, sentences, amounts in thousands or in the smallest unit, a minus on every line; and what
stands beside the lines: a table of stores, a sheet of receipts. All invented."""

from itertools import groupby

from tests.finance.statements.documents import Document, Page, grouped, number
from tests.finance.statements.planting import Has, Line, Plan
from tests.finance.statements.shapes import (
    SAID,
    Shape,
    clock,
    dotted,
    finished,
    letterhead,
    shop,
    spoilt,
    stated,
    total_of,
    words,
    wrong,
)


def receipts_aside(language: str, plan: Plan) -> Document:
    """What each receipt came to stands on a sheet of its own, its vouchers on the next."""
    aside, page = Page("1"), Page("2")
    aside.add(*words(language, "Чек|Дата|Магазин|Сумма чека", "Receipt|Date|Store|Receipt amount"))
    page.add(*words(language, "Чек|Ваучер|Сумма", "Receipt|Voucher|Amount"))
    for line in plan.lines:
        aside.add(line.sale.receipt, dotted(line), shop(line, language),
                  number(line.amount_minor + 10_000))
        page.add(line.sale.receipt, spoilt(line, line.sale.serial), number(line.amount_minor),
                 error=line.error, cure=line.cure)
    page.add(*words(language, "Итого", "Total"), None, number(stated(plan)), error=wrong(plan))
    return finished(Document([aside, page], how=SAID), plan, stated(plan))


def stores_aside(language: str, plan: Plan) -> Document:
    """A small table of what each store came to, beside the lines, under the same headings."""
    page = Page()
    letterhead(page, language)
    page.add(*words(language, "Дата|Магазин|Чек|Ваучер|Сумма||Магазин|Сумма",
                    "Date|Store|Receipt|Voucher|Amount||Store|Amount"))
    names = dict.fromkeys(shop(line, language) for line in plan.lines)
    sums = [(name, number(total_of(plan, [one for one in plan.lines
                                          if shop(one, language) == name]))) for name in names]
    for index, line in enumerate(plan.lines):
        page.add(dotted(line), shop(line, language), line.sale.receipt,
                 spoilt(line, line.sale.serial), number(line.amount_minor), None,
                 *(sums[index] if index < len(sums) else ()), error=line.error, cure=line.cure)
    page.add(*words(language, "Итого", "Total"), None, None, None, number(stated(plan)),
             error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def two_a_row(language: str, plan: Plan) -> Document:
    """Columns for a second voucher of the receipt; each has a total."""
    page, sums = Page(), [0, 0]
    letterhead(page, language)
    page.add(*words(language, "Дата|Магазин|Чек|Ваучер 1|Сумма 1|Ваучер 2|Сумма 2",
                    "Date|Store|Receipt|Voucher 1|Amount 1|Voucher 2|Amount 2"))
    for index, line in enumerate(plan.lines):
        second = index % 3 == 1
        page.add(dotted(line), shop(line, language), line.sale.receipt, *[None] * (2 * second),
                 spoilt(line, line.sale.serial), number(line.amount_minor),
                 error=line.error, cure=line.cure)
        sums[second] += line.amount_minor
    off = stated(plan) - total_of(plan)
    page.add(*words(language, "Итого", "Total"), None, None, None, number(sums[0] + off), None,
             number(sums[1]), error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def sentences(language: str, plan: Plan) -> Document:
    """A line is a sentence, as a shop writes it into a chat."""
    page = Page()
    page.add(*words(language, "Ваучеры за август", "Vouchers in August"))
    for line in plan.lines:
        page.add(f"{dotted(line)} {clock(line)} {shop(line, language)} чек {line.sale.receipt} "
                 f"ваучер {spoilt(line, line.sale.serial)} сумма "
                 f"{grouped(line.amount_minor, ' ', ',')} тг", error=line.error, cure=line.cure)
    page.add(f"Итого {grouped(stated(plan), ' ', ',')} тг", error=wrong(plan))
    return finished(Document([page], how=SAID), plan, stated(plan))


def cards(language: str, plan: Plan) -> Document:
    """A card for each line: a label and a value a row."""
    page = Page()
    page.add(*words(language, "Ваучеры за август", "Vouchers in August"))
    labels = words(language, "Чек №|Дата|Магазин|Ваучер|Сумма", "Receipt|Date|Store|Voucher|Amount")
    for line in plan.lines:
        values = (line.sale.receipt, dotted(line), shop(line, language),
                  spoilt(line, line.sale.serial), number(line.amount_minor))
        for label, value, is_named in zip(labels, values, (0, 0, 0, 1, 0), strict=True):
            page.add(label, value, error=line.error if is_named else "", cure=line.cure)
    page.add(*words(language, "Итого", "Total"), number(stated(plan)), error=wrong(plan))
    return finished(Document([page], how=SAID), plan, stated(plan))


def in_units(language: str, plan: Plan, *, unit: str, scale: float) -> Document:
    """An ordinary list whose amounts are in a unit of their heading."""
    page = Page()
    letterhead(page, language)
    page.add(*words(language, f"Дата|Магазин|Чек|Ваучер|Сумма, {unit}",
                    f"Date|Store|Receipt|Voucher|Amount, {unit}"))
    for line in plan.lines:
        page.add(dotted(line), shop(line, language), line.sale.receipt,
                 spoilt(line, line.sale.serial), line.amount_minor / scale, error=line.error,
                 cure=line.cure)
    page.add(*words(language, "Итого", "Total"), None, None, None, stated(plan) / scale,
             error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def thousands(language: str, plan: Plan) -> Document:
    """As a board reads it."""
    return in_units(language, plan, unit=words(language, "тыс. тенге", "thousand tenge")[0],
                    scale=100_000)


def smallest_unit(language: str, plan: Plan) -> Document:
    """As a bank's program exports it."""
    return in_units(language, plan, unit=words(language, "тиын", "tiyn")[0], scale=1)


def below_zero(language: str, plan: Plan) -> Document:
    """What was taken off vouchers, with a minus."""
    page = Page()
    letterhead(page, language)
    page.add(*words(language, "Дата|Магазин|Чек|Ваучер|Списано с ваучера",
                    "Date|Store|Receipt|Voucher|Charged to voucher"))
    for line in plan.lines:
        page.add(dotted(line), shop(line, language), line.sale.receipt,
                 spoilt(line, line.sale.serial), "-" + grouped(line.amount_minor, " ", ","),
                 error=line.error, cure=line.cure)
    page.add(*words(language, "Итого", "Total"), None, None, None,
             "-" + grouped(stated(plan), " ", ","), error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def paid_under(language: str, plan: Plan) -> Document:
    """What was bought under its receipt, and under it the voucher that paid it."""
    page = Page()
    page.add(*words(language, "Товар|Кол-во|Цена|Сумма", "Goods|Qty|Price|Amount"))
    plan.lines = [line if line.error != "cell" else Line(line.sale) for line in plan.lines]
    receipt, of, paid = words(language, "Чек|от|Оплачено ваучером", "Receipt|of|Paid by voucher")
    for line in plan.lines:
        first = line.amount_minor // 300 * 100
        page.add(f"{receipt} {line.sale.receipt} {of} {dotted(line)}, {shop(line, language)}")
        for amount in (first, line.amount_minor - first):
            page.add("Хлеб", 1, number(amount), number(amount))
        page.add(f"{paid} {line.sale.serial}", None, None, number(line.amount_minor),
                 error=line.error, cure=line.cure)
    page.add(*words(language, "Всего", "Grand total"), None, None, number(stated(plan)),
             error=wrong(plan))
    return finished(Document([page], how=SAID), plan, stated(plan))


def titles_in_cells(language: str, plan: Plan) -> Document:
    """A block for each store and day, which stand over it in cells; vouchers behind a `№`."""
    page = Page()
    letterhead(page, language)
    lines = sorted(plan.lines, key=lambda line: (line.sale.store, line.sale.day))
    store, at = words(language, "Магазин|Дата", "Store|Date")
    for _, of_day in groupby(lines, key=lambda line: (line.sale.store, line.sale.day)):
        own = list(of_day)
        page.add(store, shop(own[0], language), at, dotted(own[0]))
        page.add(*words(language, "№|Чек|Ваучер|Сумма", "No.|Receipt|Voucher|Amount"))
        for index, line in enumerate(own, 1):
            page.add(index, line.sale.receipt, spoilt(line, f"№ {line.sale.serial}"),
                     number(line.amount_minor), error=line.error, cure=line.cure)
        page.add(None, None, *words(language, "Итого", "Total"), number(total_of(plan, own)))
    page.add(None, None, *words(language, "Всего", "Grand total"), number(stated(plan)),
             error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


RESHAPED: dict[str, Shape] = {
    "receipts-aside": (receipts_aside, Has(store=False, date=False)),
    "stores-aside": (stores_aside, Has()), "two-a-row": (two_a_row, Has()),
    "sentences": (sentences, Has()), "cards": (cards, Has()), "thousands": (thousands, Has()),
    "smallest-unit": (smallest_unit, Has()), "below-zero": (below_zero, Has()),
    "paid-under": (paid_under, Has()), "titles-in-cells": (titles_in_cells, Has()),
}
