"""Shapes that programs of tills and books export, as they stand there; all invented."""

from itertools import groupby

from cbi.ledger.vouchers.codes import show_code
from tests.finance.statements.campaign import STORES
from tests.finance.statements.documents import NBSP, Document, Page, grouped, number
from tests.finance.statements.planting import Has, Plan
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


def grouped_report(language: str, plan: Plan) -> Document:
    """A restaurant's report: outlet and day told once over their lines, sums of both."""
    page = Page("OLAP отчет")
    letterhead(page, language)
    page.add(*words(language, "Торговое предприятие|Учетный день|Номер чека|Номер карты ваучера|"
                    "Сумма оплаты", "Outlet|Business day|Receipt no.|Voucher card|Amount paid"))
    all_of, = words(language, "всего", "total")
    lines = sorted(plan.lines, key=lambda line: (line.sale.store, line.sale.day))
    off = 50_000 if plan.wrong_total else 0
    for store, of_store in groupby(lines, key=lambda line: line.sale.store):
        own, begun = list(of_store), False
        for _, of_day in groupby(own, key=lambda line: line.sale.day):
            for place, line in enumerate(of_day):
                page.add(None if begun else shop(line, language),
                         None if place else dotted(line), line.sale.receipt,
                         spoilt(line, line.sale.serial), number(line.amount_minor),
                         error=line.error, cure=line.cure)
                begun = True
        page.add(f"{STORES[store][language]} {all_of}", None, None, None,
                 number(total_of(plan, own) + off), error="total" if off else "")
        off = 0
    page.add(*words(language, "Итого", "Grand total"), None, None, None, number(total_of(plan)))
    return finished(Document([page]), plan, total_of(plan))


def tender_as_currency(language: str, plan: Plan) -> Document:
    """A till program that calls the means of payment a currency; opened and closed at."""
    page = Page()
    page.add(*words(language, "Ресторан|Касса|Открыт|Закрыт|Чек|Валюта|Код карты|Сумма",
                    "Restaurant|Till|Opened|Closed|Receipt|Currency|Card code|Amount"))
    means, = words(language, "Ваучер", "Voucher")
    for index, line in enumerate(plan.lines):
        page.add(shop(line, language), f"POS{index % 3}", f"{dotted(line)} {clock(line)}",
                 f"{dotted(line)} {clock(line)}", line.sale.receipt, means,
                 spoilt(line, show_code(line.sale.code), ""), grouped(line.amount_minor, "", ","),
                 error=line.error, cure=line.cure)
    page.add(*words(language, "Итого", "Total"), "", "", "", "", "", "",
             grouped(stated(plan), "", ","), error=wrong(plan))
    return finished(Document([page], "utf-8-sig", ";", SAID), plan, stated(plan))


def no_year(language: str, plan: Plan) -> Document:
    """A café's cloud program: days without their year, who served, tips."""
    page = Page("Чеки" if language == "ru" else "Receipts")
    letterhead(page, language)
    page.add(*words(language,
                    "Чек №|Дата|Официант|Заведение|Сертификат|Оплачено сертификатом|Чаевые",
                    "Receipt #|Date|Waiter|Venue|Certificate|Paid with certificate|Tips"))
    months = {8: ("авг.", "Aug"), 9: ("сент.", "Sep")}
    for index, line in enumerate(plan.lines):
        when = day(line)
        page.add(line.sale.receipt, f"{when.day} {months[when.month][language == 'en']}, "
                 f"{clock(line)}", f"W{index % 4}", shop(line, language),
                 spoilt(line, line.sale.serial), grouped(line.amount_minor, " ", ",") + " ₸",
                 "0,00 ₸",
                 error=line.error, cure=line.cure)
    page.add(*words(language, "Итого", "Total"), None, None, None, None,
             grouped(stated(plan), " ", ",") + " ₸", error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def in_comments(language: str, plan: Plan) -> Document:
    """A bank's application: the voucher in a comment, commission of nothing, days as text."""
    page = Page("Operations")
    page.add(*words(language, "Дата и время|Номер операции|Тип операции|Сумма операции (т)|"
                    "Комиссия (т)|К зачислению (т)|Адрес точки|Комментарий",
                    "Date and time|Operation number|Operation type|Operation amount (T)|"
                    "Fee (T)|To be credited (T)|Outlet address|Comment"))
    buy, said = words(language, "Покупка|ваучер", "Purchase|voucher")
    for line in plan.lines:
        page.add(f"{dotted(line)} {clock(line)}:11", line.sale.receipt, buy,
                 number(line.amount_minor), 0, number(line.amount_minor), shop(line, language),
                 spoilt(line, f"{said} {line.sale.serial}"), error=line.error, cure=line.cure)
    page.add(*words(language, "Итого", "Total"), None, None, number(stated(plan)), 0,
             number(stated(plan)), error=wrong(plan))
    return finished(Document([page], how=SAID), plan, stated(plan))


def bank_register(language: str, plan: Plan) -> Document:
    """A bank's register of a terminal: days and times as bare figures, references, a count."""
    page = Page("Registry")
    letterhead(page, language)
    page.add(*words(language, "Терминал|Дата|Время|RRN|Код авторизации|Код ваучера|Сумма|Чек|Точка",
                    "TID|Date|Time|RRN|Auth code|Voucher code|Amount|Receipt|Outlet"))
    for index, line in enumerate(plan.lines):
        page.add(10_200_300 + index % 2, int(line.sale.day.replace("-", "")),
                 line.sale.hour * 10_000 + line.sale.minute * 100, f"2229{index:08d}",
                 f"A{index:02d}B7C", spoilt(line, line.sale.code), number(line.amount_minor),
                 line.sale.receipt, shop(line, language), error=line.error, cure=line.cure)
    count, figure = len(plan.lines), grouped(stated(plan), " ", ",")
    page.add(*words(language, f"Итого операций: {count} на сумму: {figure}",
                    f"Operations: {count}, total amount: {figure}"), error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def smart_till(language: str, plan: Plan) -> Document:
    """A smart till's journal: SELL and PAYBACK, the device's name, a barcode."""
    page = Page()
    page.add(*words(language, "Дата;Время;Магазин;Устройство;Тип документа;Номер чека;Штрихкод;"
                    "Оплата ваучером".replace(";", "|"),
                    "Date|Time|Store|Device|Document type|Receipt number|Barcode|Voucher payment"))
    for index, line in enumerate(plan.lines):
        page.add(line.sale.day, f"{clock(line)}:40", shop(line, language), f"SM-{index % 2}",
                 "SELL", line.sale.receipt, spoilt(line, line.sale.code, ""),
                 grouped(line.amount_minor, "", "."), error=line.error, cure=line.cure)
    sale = plan.lines[0]
    for kind in ("SELL", "PAYBACK"):
        page.add(sale.sale.day, "11:00:00", shop(sale, language), "SM-0", kind, "77015",
                 "KZ22-R1-000044", "12000.00")
    page.add(*words(language, "Итого", "Total"), "", "", "", "", "", "",
             grouped(stated(plan), "", "."), error=wrong(plan))
    return finished(Document([page], "utf-8", ";", SAID), plan, stated(plan))


def stock_program(language: str, plan: Plan) -> Document:
    """A stock program: the number is the sale's, the time holds the day, the firm beside it."""
    page = Page("Розничные продажи" if language == "ru" else "Retail sales")
    page.add(*words(language, "Розничные продажи с 16.08.2022 по 31.08.2022",
                    "Retail sales 16.08.2022 - 31.08.2022"))
    page.add(*words(language, "№|Время|Точка продаж|Контрагент|Организация|Валюта|Сумма|"
                    "Сертификат|Статус", "№|Time|Point of sale|Counterparty|Company|Currency|Sum|"
                    "Certificate|Status"))
    done, buyer = words(language, "Проведён|Розничный покупатель", "Posted|Retail customer")
    for line in plan.lines:
        page.add(line.sale.receipt, f"{dotted(line)} {clock(line)}", shop(line, language), buyer,
                 "ТОО «Магнум»", "тенге", grouped(line.amount_minor, " ", ","),
                 spoilt(line, line.sale.serial), done, error=line.error, cure=line.cure)
    page.add(*words(language, "Итого:", "Total:"), None, None, None, None, None,
             grouped(stated(plan), " ", ","), error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def cloud_till(language: str, plan: Plan) -> Document:
    """A cloud till's file: three equal sums, short years and a.m., the voucher in a note."""
    page = Page()
    page.add(*words(language, "Дата,Номер чека,Тип чека,Продажи до скидок,Скидки,Чистые продажи,"
                    "Всего собрано,Тип оплаты,Магазин,Примечание".replace(",", "|"),
                    "Date|Receipt number|Receipt type|Gross sales|Discounts|Net sales|"
                    "Total collected|Payment type|Store|Note"))
    kind, means = words(language, "Продажа|Ваучер", "Sale|Voucher")
    for line in plan.lines:
        when, hour = day(line), line.sale.hour
        told = f"{when.month}/{when.day}/{when.year % 100} {(hour - 1) % 12 + 1}:" \
               f"{line.sale.minute:02d} {'PM' if hour > 11 else 'AM'}"
        amount = grouped(line.amount_minor, "", ".")
        page.add(told, line.sale.receipt, kind, amount, "0.00", amount, amount, means,
                 shop(line, language), spoilt(line, show_code(line.sale.code), ""),
                 error=line.error, cure=line.cure)
    total = grouped(stated(plan), "", ".")
    page.add(*words(language, "Итого", "Total"), "", "", total, "0.00", total, total,
             error=wrong(plan))
    return finished(Document([page], "utf-8", ",", SAID), plan, stated(plan))


def stars(language: str, plan: Plan) -> Document:
    """An enterprise system's list: assignments and references, sums by stars."""
    page = Page("Sheet1")
    page.add(*words(language, "Завод|Дата проводки|№ документа|Присвоение|Ссылка|Сумма во ВВ|ВВал",
                    "Plant|Posting date|Document no.|Assignment|Reference|Amount in LC|LCurr"))
    lines = sorted(plan.lines, key=lambda line: line.sale.store)
    off = 50_000 if plan.wrong_total else 0
    for index, (_, group) in enumerate(groupby(lines, key=lambda line: line.sale.store)):
        own = list(group)
        for place, line in enumerate(own):
            page.add(shop(line, language), day(line), 4_900_000_100 + 100 * index + place,
                     spoilt(line, line.sale.serial), line.sale.receipt,
                     grouped(line.amount_minor, ".", ","), "KZT",
                     error=line.error, cure=line.cure)
        page.add("*", None, None, None, None, grouped(total_of(plan, own) + off, ".", ","), "KZT",
                 error="total" if off else "")
        off = 0
    page.add("**", None, None, None, None, grouped(total_of(plan), ".", ","), "KZT")
    return finished(Document([page], how=SAID), plan, total_of(plan))


def account_card(language: str, plan: Plan) -> Document:
    """An account's card: receipts and vouchers in texts, debit and credit, a running balance."""
    page = Page("TDSheet")
    page.add(*words(language, "Карточка счета 1710 за 16.08.2022 - 31.08.2022",
                    "Account card 1710, 16.08.2022 - 31.08.2022"))
    page.add(*words(language, "Период|Документ|Аналитика|Магазин|Дебет|Кредит|Текущее сальдо",
                    "Period|Document|Analytics|Store|Debit|Credit|Current balance"))
    page.add(*words(language, "Сальдо на начало", "Opening balance"), None, None, None, None, None,
             0)
    running = 0
    for line in plan.lines:
        running += line.amount_minor
        paper, voucher = words(language, f"Чек {line.sale.receipt}|Ваучер {line.sale.serial}",
                               f"Receipt {line.sale.receipt}|Voucher {line.sale.serial}")
        page.add(dotted(line), paper, spoilt(line, voucher), shop(line, language),
                 number(line.amount_minor), None, number(running),
                 error=line.error, cure=line.cure)
    page.add(*words(language, "Обороты за период", "Turnover of the period"), None, None, None,
             number(stated(plan)), None, None, error=wrong(plan))
    page.add(*words(language, "Сальдо на конец", "Closing balance"), None, None, None, None, None,
             number(running))
    return finished(Document([page]), plan, stated(plan))


def data_frame(language: str, plan: Plan) -> Document:
    """What a data frame writes: an index without a heading, floats for receipts, nan."""
    page = Page()
    page.add("", *words(language, "дата_время|магазин|чек|ваучер|сумма",
                        "sold_at|store|receipt|voucher|amount"))
    for index, line in enumerate(plan.lines):
        page.add(index, f"{line.sale.day} {clock(line)}:00", shop(line, language),
                 f"{line.sale.receipt}.0", spoilt(line, line.sale.serial, "nan"),
                 str(line.amount_minor / 100), error=line.error, cure=line.cure)
    return finished(Document([page], "utf-8", ",", SAID), plan, None) if not plan.wrong_total \
        else _with_total(language, page, plan)


def _with_total(language: str, page: Page, plan: Plan) -> Document:
    page.add("", *words(language, "Итого", "Total"), "nan", "nan", "nan", str(stated(plan) / 100),
             error=wrong(plan))
    return finished(Document([page], "utf-8", ",", SAID), plan, stated(plan))


def printed_pages(language: str, plan: Plan) -> Document:
    """Copied from a printed page: the second page stands a column further right, spaces about."""
    page = Page("Table 1")
    letterhead(page, language)
    headings = words(language, "Дата|Магазин|Чек|Ваучер|Сумма, тенге",
                     "Date|Store|Receipt|Voucher|Amount, tenge")
    half = len(plan.lines) // 2
    for index, line in enumerate(plan.lines):
        right = [None] * (index >= half)
        if index in (0, half):
            page.add(*words(language, f"Страница {1 + (index > 0)} из 2",
                            f"Page {1 + (index > 0)} of 2"))
            page.add(*right, *headings)
        page.add(*right, f" {dotted(line)}", f"{shop(line, language)} ",
                 f"{line.sale.receipt}{NBSP}",
                 spoilt(line, f" {line.sale.serial} "), grouped(line.amount_minor, NBSP, ","),
                 error=line.error, cure=line.cure)
    page.add(None, *words(language, "Итого", "Total"), None, None, None, grouped(stated(plan), NBSP,
                                                                                 ","),
             error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


EXPORTS: dict[str, Shape] = {
    "grouped-report": (grouped_report, Has()),
    "tender-as-currency": (tender_as_currency, Has("code")),
    "no-year": (no_year, Has()),
    "in-comments": (in_comments, Has()),
    "bank-register": (bank_register, Has("code")),
    "smart-till": (smart_till, Has("code")),
    "stock-program": (stock_program, Has()),
    "cloud-till": (cloud_till, Has("code")),
    "stars": (stars, Has()),
    "account-card": (account_card, Has()),
    "data-frame": (data_frame, Has()),
    "printed-pages": (printed_pages, Has()),
}
