"""Shapes that were written when those before them were read; all invented."""

from itertools import groupby

from cbi.ledger.vouchers.codes import show_code
from tests.finance.statements.campaign import STORES
from tests.finance.statements.documents import NBSP, Document, Page, grouped, number
from tests.finance.statements.planting import Has, Line, Plan
from tests.finance.statements.shapes import (
    SAID,
    Shape,
    clock,
    day,
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


def invoice_annex(language: str, plan: Plan) -> Document:
    """An invoice's annex: what was sold is the same everywhere, the voucher is a remark."""
    page = Page("Приложение")
    letterhead(page, language)
    page.add(*words(language, "№ п/п|Наименование|Ед. изм.|Кол-во|Цена|Сумма|Дата|Магазин|№ чека|"
                    "Примечание", "No.|Description|Unit|Qty|Price|Amount|Date|Store|Receipt no.|"
                    "Remark"))
    goods, unit = words(language, "Продукты по ваучеру|шт", "Goods by voucher|pcs")
    for index, line in enumerate(plan.lines, 1):
        page.add(index, goods, unit, 1, number(line.amount_minor), number(line.amount_minor),
                 dotted(line), shop(line, language), line.sale.receipt,
                 spoilt(line, line.sale.serial), error=line.error, cure=line.cure)
    page.add(None, *words(language, "Итого:", "Total:"), None, len(plan.lines), None,
             number(stated(plan)), error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def purposes(language: str, plan: Plan) -> Document:
    """An account's turnover: what came in, and in a text what for."""
    page = Page("Выписка")
    letterhead(page, language)
    page.add(*words(language, "Дата|Поступление|Списание|Назначение", "Date|Received|Sent|Purpose"))
    for line in plan.lines:
        told, = words(language, f"Оплата ваучером {line.sale.serial} через кассу",
                      f"Paid by voucher {line.sale.serial} at the till")
        page.add(dotted(line), grouped(line.amount_minor, " ", ","), None, spoilt(line, told),
                 error=line.error, cure=line.cure)
    page.add(*words(language, "Итого", "Total"), grouped(stated(plan), " ", ","), None, None,
             error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def three_rows_of_headings(language: str, plan: Plan) -> Document:
    """Groups, names and units, one under the other."""
    page = Page("1")
    letterhead(page, language)
    page.add(*words(language, "Продажа||||Ваучер||", "Sale||||Voucher||"))
    page.add(*words(language, "дата|время|чек|магазин|номер|сумма|",
                    "date|time|receipt|store|number|amount|"))
    page.add(*words(language, "дд.мм.гггг|чч:мм|№|название|серия-номер|тенге|",
                    "dd.mm.yyyy|hh:mm|#|name|series-number|tenge|"))
    for line in plan.lines:
        page.add(dotted(line), clock(line), line.sale.receipt, shop(line, language),
                 spoilt(line, line.sale.serial), number(line.amount_minor),
                 error=line.error, cure=line.cure)
    page.add(*words(language, "Всего", "Total"), None, None, None, None, number(stated(plan)),
             error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def mixed_cells(language: str, plan: Plan) -> Document:
    """Numbers, texts and blanks about them in one column, by whoever typed the day."""
    page = Page("Август" if language == "ru" else "August")
    page.add(*words(language, "дата|точка|чек|ваучер|сумма|подпись",
                    "date|shop|receipt|voucher|amount|signed"))
    for index, line in enumerate(plan.lines):
        amount: object = (number(line.amount_minor), grouped(line.amount_minor, " ", ","),
                          f" {grouped(line.amount_minor, NBSP, ',')} тг")[index % 3]
        serial = line.sale.serial if index % 2 else f"{line.sale.serial.lower()} "
        page.add(day(line) if index % 2 else dotted(line), shop(line, language),
                 int(line.sale.receipt) if index % 2 else line.sale.receipt,
                 spoilt(line, serial), amount, "А.К.", error=line.error, cure=line.cure)
    page.add(*words(language, "итого", "total"), None, None, None, number(stated(plan)),
             error=wrong(plan))
    return finished(Document([page], how=SAID), plan, stated(plan))


def tables_a_store(language: str, plan: Plan) -> Document:
    """A table for each store under its name, headings again, then the sum of all."""
    page = Page("Лист1")
    letterhead(page, language)
    off = 50_000 if plan.wrong_total else 0
    for store, names in list(STORES.items())[:2]:
        own = [line for line in plan.lines if line.sale.store == store]
        page.add(*words(language, "Торговая точка:", "Outlet:"), names[language])
        page.add(*words(language, "Дата|Чек|Код ваучера|Сумма",
                        "Date|Receipt|Voucher code|Amount"))
        for line in own:
            page.add(dotted(line), line.sale.receipt, spoilt(line, show_code(line.sale.code)),
                     number(line.amount_minor), error=line.error, cure=line.cure)
        page.add(*words(language, "Итого по точке", "Outlet total"), None, None,
                 number(total_of(plan, own) + off), error="total" if off else "")
        page.add()
        off = 0
    page.add(*words(language, "Итого к оплате", "Total due"), None, None, number(total_of(plan)))
    return finished(Document([page]), plan, total_of(plan))


def sign_column(language: str, plan: Plan) -> Document:
    """The currency's sign in a column of its own, months by number and name."""
    page = Page("Реестр")
    page.add(*words(language, "Период: 16.08.2022 по 31.08.2022",
                    "Period: 16.08.2022 to 31.08.2022"))
    page.add(*words(language, "Чек|Дата|Время|Магазин|Ваучер|Сумма|Валюта",
                    "Receipt|Date|Time|Store|Voucher|Amount|Currency"))
    for line in plan.lines:
        page.add(line.sale.receipt, f"{day(line).day:02d}-{day(line).month:02d}-2022", clock(line),
                 shop(line, language), spoilt(line, line.sale.code.lower()),
                 grouped(line.amount_minor, " ", "."), "₸", error=line.error, cure=line.cure)
    page.add(*words(language, "Итого", "Total"), None, None, None, None,
             grouped(stated(plan), " ", "."), "₸", error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def discounted_sales(language: str, plan: Plan) -> Document:
    """The receipt before and after a discount, what the voucher paid of it, the rest in cash."""
    page = Page("Z")
    letterhead(page, language)
    page.add(*words(language, "Дата|Магазин|Чек|Сумма чека|Скидка|Итого по чеку|Оплачено ваучером|"
                    "Доплата наличными|Ваучер",
                    "Date|Store|Receipt|Receipt amount|Discount|Receipt total|Paid by voucher|"
                    "Rest in cash|Voucher"))
    for index, line in enumerate(plan.lines):
        rest, off = 10_000 * (index % 3), 5_000 * (index % 2)
        page.add(dotted(line), shop(line, language), line.sale.receipt,
                 number(line.amount_minor + rest + off), number(off),
                 number(line.amount_minor + rest), number(line.amount_minor), number(rest),
                 spoilt(line, line.sale.serial), error=line.error, cure=line.cure)
    page.add(*words(language, "Итого", "Total"), None, None, None, None, None,
             number(stated(plan)), None, None, error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def merged_days(language: str, plan: Plan) -> Document:
    """Days and stores in merged cells: told in the first row, nothing between groups."""
    page = Page("1")
    letterhead(page, language)
    page.add(*words(language, "Дата|Магазин|Чек|Номер талона|К возмещению, тг",
                    "Date|Store|Receipt|Coupon number|To reimburse, KZT"))
    lines = sorted(plan.lines, key=lambda line: (line.sale.day, line.sale.store))
    for _, of_day in groupby(lines, key=lambda line: line.sale.day):
        first = True
        for _, of_store in groupby(of_day, key=lambda line: line.sale.store):
            for place, line in enumerate(of_store):
                page.add(dotted(line) if first else None,
                         None if place else shop(line, language), line.sale.receipt,
                         spoilt(line, line.sale.serial), number(line.amount_minor),
                         error=line.error, cure=line.cure)
                first = False
    page.add(*words(language, "Итого", "Total"), None, None, None, number(stated(plan)),
             error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def three_totals(language: str, plan: Plan) -> Document:
    """Sales, returns and what is to be paid, one sum under the other; returns below zero."""
    page = Page("Свод")
    letterhead(page, language)
    page.add(*words(language, "Дата операции|Точка|№ чека|Вид|Ваучер №|Сумма операции",
                    "Operation date|Outlet|Receipt no.|Kind|Voucher no.|Operation amount"))
    sold, back = words(language, "Реализация|Возврат", "Sale|Return")
    for line in plan.lines:
        page.add(day(line), shop(line, language), line.sale.receipt, sold,
                 spoilt(line, line.sale.serial), number(line.amount_minor),
                 error=line.error, cure=line.cure)
    sale = plan.lines[0]
    for kind, amount in ((sold, 12_000), (back, -12_000)):
        page.add(day(sale), shop(sale, language), "77015", kind, "KZ22-R1-000044", amount)
    page.add(*words(language, "Итого реализация", "Total sales"), *[None] * 4,
             number(total_of(plan) + 1_200_000))
    page.add(*words(language, "Итого возвраты", "Total returns"), *[None] * 4, -12_000)
    page.add(*words(language, "К оплате", "Amount due"), *[None] * 4, number(stated(plan)),
             error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def shop_receipts(language: str, plan: Plan) -> Document:
    """The till's number before the receipt's, a barcode for the code, amounts in brackets none."""
    page = Page()
    page.add(*words(language, "Отдел|Касса|Дата|Чек|Штрихкод ваучера|Сумма списания",
                    "Department|Till|Date|Receipt|Voucher barcode|Amount charged"))
    for index, line in enumerate(plan.lines):
        page.add(shop(line, language), index % 4 + 1, dotted(line).replace(".", "/"),
                 line.sale.receipt, spoilt(line, line.sale.code, ""),
                 grouped(line.amount_minor, "", ","), error=line.error, cure=line.cure)
    page.add("", "", "", "", *words(language, "Итого:", "Total:"),
             grouped(stated(plan), "", ","), error=wrong(plan))
    return finished(Document([page], "utf-16", "\t", SAID), plan, stated(plan))


def weekly(language: str, plan: Plan) -> Document:
    """A sheet a week with its days in a text, lines numbered, the whole on the last one."""
    pages: list[Page] = []
    off = 50_000 if plan.wrong_total else 0
    for week, group in groupby(plan.lines, key=lambda line: day(line).isocalendar()[1]):
        own = list(group)
        page = Page(f"{week} нед." if language == "ru" else f"Week {week}")
        page.add(*words(language, "№|Дата|Магазин|Чек|Талон|Сумма, тенге",
                        "No.|Date|Store|Receipt|Voucher|Amount, tenge"))
        for index, line in enumerate(own, 1):
            page.add(index, f"{day(line).day}.{day(line).month:02d}", shop(line, language),
                     line.sale.receipt, spoilt(line, line.sale.serial),
                     number(line.amount_minor), error=line.error, cure=line.cure)
        page.add(None, *words(language, "Итого за неделю", "Week total"), None, None, None,
                 number(total_of(plan, own) + off), error="total" if off else "")
        pages.append(page)
        off = 0
    pages[-1].add(None, *words(language, "Итого за месяц", "Month total"), None, None, None,
                  number(total_of(plan)))
    return finished(Document(pages, how=SAID), plan, total_of(plan))


def goods_of(line: Line) -> list[int]:
    """What three goods of a receipt came to."""
    one = line.amount_minor // 300 * 100
    return [one, one + 1_000, line.amount_minor - 2 * one - 1_000]


def goods_in_full(language: str, plan: Plan) -> Document:
    """A row for every good, the voucher and the receipt beside each."""
    page = Page("Чеки")
    letterhead(page, language)
    page.add(*words(language, "Дата|Магазин|Чек|Ваучер|Товар|Кол-во|Сумма",
                    "Date|Store|Receipt|Voucher|Item|Qty|Amount"))
    for line in plan.lines:
        for place, (good, amount) in enumerate(zip(
            words(language, "Хлеб|Молоко|Рис", "Bread|Milk|Rice"), goods_of(line), strict=True
        )):
            told = line.error if not place or line.error == "cell" else ""
            page.add(dotted(line), shop(line, language), line.sale.receipt,
                     spoilt(line, line.sale.serial), good, 1, number(amount),
                     error=told, cure=line.cure)
    page.add(*words(language, "Итого", "Total"), *[None] * 5, number(stated(plan)),
             error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def goods_under_a_receipt(language: str, plan: Plan) -> Document:
    """A receipt and its voucher in the row of the first good alone."""
    page = Page("Чеки")
    letterhead(page, language)
    page.add(*words(language, "Дата|Магазин|Чек|Ваучер|Наименование товара|Сумма",
                    "Date|Store|Receipt|Voucher|Goods|Amount"))
    for line in plan.lines:
        head = [dotted(line), shop(line, language), line.sale.receipt,
                spoilt(line, line.sale.serial)]
        for place, (good, amount) in enumerate(zip(
            words(language, "Хлеб|Молоко|Рис", "Bread|Milk|Rice"), goods_of(line), strict=True
        )):
            told = line.error if not place or line.error == "cell" else ""
            page.add(*(head if not place else [None] * 4), good, number(amount),
                     error=told, cure=line.cure)
    page.add(*words(language, "Итого", "Total"), *[None] * 4, number(stated(plan)),
             error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def stars_for_codes(language: str, plan: Plan) -> Document:
    """Codes of which stars hide all but the end: the receipts alone say whose."""
    page = Page("1")
    letterhead(page, language)
    page.add(*words(language, "Дата|Время|Магазин|Чек|Ваучер|Сумма",
                    "Date|Time|Store|Receipt|Voucher|Amount"))
    for line in plan.lines:
        page.add(dotted(line), clock(line), shop(line, language), spoilt(line, line.sale.receipt),
                 f"**** **** **** {line.sale.code[-4:]}", number(line.amount_minor),
                 error=line.error, cure=line.cure)
    page.add(*words(language, "Итого", "Total"), *[None] * 4, number(stated(plan)),
             error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


BLIND: dict[str, Shape] = {
    "invoice-annex": (invoice_annex, Has()),
    "purposes": (purposes, Has(store=False, receipt=False)),
    "three-rows-of-headings": (three_rows_of_headings, Has()),
    "mixed-cells": (mixed_cells, Has()),
    "tables-a-store": (tables_a_store, Has("code")),
    "sign-column": (sign_column, Has("code")),
    "discounted-sales": (discounted_sales, Has()),
    "merged-days": (merged_days, Has()),
    "three-totals": (three_totals, Has()),
    "shop-receipts": (shop_receipts, Has("code")),
    "weekly": (weekly, Has()),
    "goods-in-full": (goods_in_full, Has()),
    "goods-under-a-receipt": (goods_under_a_receipt, Has()),
    "stars-for-codes": (stars_for_codes, Has("")),
}
