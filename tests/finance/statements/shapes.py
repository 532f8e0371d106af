"""Twelve shapes in which shops send their statements, in Russian and in English, all invented."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from itertools import groupby

from cbi.finance.intake.previewing import HowToRead
from cbi.ledger.vouchers.codes import show_code
from tests.finance.statements.campaign import BIN, PERIOD, STORES
from tests.finance.statements.documents import Document, Page, grouped, number
from tests.finance.statements.planting import Has, Line, Plan

SAID = HowToRead(period_from=PERIOD[0], period_until=PERIOD[1])
RU_MONTHS = ("", "", "", "", "", "", "", "", "августа", "сентября")


def words(language: str, russian: str, english: str) -> list[str]:
    """Headings in a language, parted by a bar."""
    return (russian if language == "ru" else english).split("|")


def day(line: Line) -> date:
    """The day of a line's sale."""
    return date.fromisoformat(line.sale.day)


def dotted(line: Line) -> str:
    """17.08.2022."""
    return day(line).strftime("%d.%m.%Y")


def clock(line: Line) -> str:
    """14:05."""
    return f"{line.sale.hour:02d}:{line.sale.minute:02d}"


def shop(line: Line, language: str) -> str:
    """The store's name."""
    return STORES[line.sale.store][language]


def total_of(plan: Plan, lines: Iterable[Line] | None = None) -> int:
    """The right sum of lines."""
    return sum(line.amount_minor for line in (plan.lines if lines is None else lines))


def stated(plan: Plan, lines: Sequence[Line] | None = None) -> int:
    """What the shop writes under them: 500 too much where its total is a mistake."""
    return total_of(plan, lines) + (50_000 if plan.wrong_total else 0)


def wrong(plan: Plan) -> str:
    """The mistake in a total's row."""
    return "total" if plan.wrong_total else ""


def spoilt(line: Line, cell: object, put: object = "#N/A") -> object:
    """The voucher's cell, or an error of the spreadsheet's in its place."""
    return put if line.error == "cell" else cell


def finished(document: Document, plan: Plan, stated_minor: int | None) -> Document:
    """The document with the sums that must come out of it."""
    document.stated_minor = stated_minor
    document.left_minor = sum(one.amount_minor for one in plan.lines if one.error == "cell")
    document.claimed_minor = total_of(plan) - document.left_minor
    return document


def letterhead(page: Page, language: str, *, number_of: str = BIN) -> None:
    """Who bills, under which number, for which period, in which currency."""
    if language == "ru":
        page.add(f"ТОО «Магнум» (учебный пример), БИН {number_of}")
        page.add("Реестр принятых ваучеров за период с 16.08.2022 по 31.08.2022")
        page.add("Валюта: тенге (KZT)")
    else:
        page.add(f"Magnum LLP (an example), BIN {number_of}")
        page.add("Vouchers accepted from 16.08.2022 to 31.08.2022")
        page.add("Currency: tenge (KZT)")
    page.add()


def register(language: str, plan: Plan) -> Document:
    """A register: letterhead, numbered lines, serials, real dates and numbers, a signature."""
    page = Page("Реестр" if language == "ru" else "Register")
    letterhead(page, language)
    page.add(*words(language, "№|Дата|Магазин|Чек|Номер ваучера|Сумма",
                    "No.|Date|Store|Receipt|Voucher number|Amount"))
    for index, line in enumerate(plan.lines, 1):
        page.add(index, day(line), shop(line, language), line.sale.receipt,
                 spoilt(line, line.sale.serial), number(line.amount_minor),
                 error=line.error, cure=line.cure)
    word, = words(language, "Итого к оплате:", "Grand total:")
    page.add(None, None, None, None, word, number(stated(plan)), error=wrong(plan))
    page.add(*words(language, "Главный бухгалтер ________", "Chief accountant ________"))
    return finished(Document([page]), plan, stated(plan))


def tills(language: str, plan: Plan) -> Document:
    """A till program's export: separated text, moments, codes in small letters, amounts as text."""
    page = Page()
    page.add(*words(language, "Дата и время|Торговая точка|№ чека|Код ваучера|Сумма, тг",
                    "Date and time|Outlet|Receipt no.|Voucher code|Amount, KZT"))

    def money(minor: int) -> str:
        if language == "ru":
            return grouped(minor, " ", ",") + " тг"
        return grouped(minor, ",", ".") + " KZT"

    for line in plan.lines:
        page.add(f"{dotted(line)} {clock(line)}", shop(line, language), line.sale.receipt,
                 spoilt(line, line.sale.code.lower(), ""), money(line.amount_minor),
                 error=line.error, cure=line.cure)
    page.add(*words(language, "ВСЕГО", "SUM TOTAL"), "", "", "", money(stated(plan)),
             error=wrong(plan))
    encoding = "cp1251" if language == "ru" else "utf-8-sig"
    return finished(Document([page], encoding, how=SAID), plan, stated(plan))


def sheet_a_store(language: str, plan: Plan) -> Document:
    """A workbook with a sheet for each store and one with the sums of all of them."""
    pages, sums = list[Page](), list[int]()
    for store, names in list(STORES.items())[:2]:
        lines = [line for line in plan.lines if line.sale.store == store]
        page = Page(names[language].replace("/", " ")[:31])
        page.add(*words(language, "Чек|Дата|Серийный номер|Сумма по ваучеру",
                        "Receipt|Date|Serial number|Voucher amount"))
        for line in lines:
            page.add(line.sale.receipt, day(line), spoilt(line, line.sale.serial),
                     number(line.amount_minor), error=line.error, cure=line.cure)
        bad = replace_plan(plan, wrong_total=plan.wrong_total and not pages)
        page.add(*words(language, "Всего по магазину", "Store total"), None, None,
                 number(stated(bad, lines)), error=wrong(bad))
        sums.append(total_of(plan, lines))
        pages.append(page)
    summary = Page(words(language, "Свод", "Summary")[0])
    summary.add(*words(language, "Магазин|Сумма", "Store|Amount"))
    for (_, names), amount in zip(list(STORES.items())[:2], sums, strict=True):
        summary.add(names[language], number(amount))
    summary.add(*words(language, "Итого", "Total"), number(total_of(plan)))
    return finished(Document([*pages, summary], how=SAID), plan, total_of(plan))


def replace_plan(plan: Plan, *, wrong_total: bool) -> Plan:
    """The plan with a right or a wrong total."""
    return replace(plan, wrong_total=wrong_total)


def lookalikes(language: str, plan: Plan) -> Document:
    """Two codes and two amounts: the till's and the voucher's, the purchase's and the voucher's."""
    page = Page("Sheet1")
    letterhead(page, language)
    page.add(*words(
        language, "Дата|Код|Кассир|Филиал|№ чека|Сумма покупки|Номер ваучера|Сумма по ваучеру",
        "Date|Code|Cashier|Branch|Receipt no.|Purchase amount|Voucher no.|Paid by voucher"))
    for index, line in enumerate(plan.lines):
        page.add(dotted(line), f"КС-{index % 4 + 1:02d}", f"K{index % 5}", shop(line, language),
                 line.sale.receipt, number(line.amount_minor + 27_500 * (index % 6)),
                 spoilt(line, show_code(line.sale.code)), number(line.amount_minor),
                 error=line.error, cure=line.cure)
    page.add(*words(language, "Итого", "Total"), *[None] * 4,
             number(sum(line.amount_minor + 27_500 * (index % 6)
                        for index, line in enumerate(plan.lines))),
             None, number(stated(plan)), error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def pages_of_days(language: str, plan: Plan) -> Document:
    """Printed pages: a sum for each day in odd words, a running sum, headings again and again."""
    page = Page("TDSheet")
    letterhead(page, language)
    headings = words(
        language, "Магазин|Чек №|Дата|Ваучер|Сумма|Нарастающим итогом",
        "Shop|Receipt #|Date|Voucher|Amount|Running total")
    running, told = 0, plan.wrong_total
    page.add(*headings)
    for index, (_, group) in enumerate(groupby(plan.lines, key=lambda line: line.sale.day)):
        lines = list(group)
        for line in lines:
            running += line.amount_minor
            page.add(shop(line, language), line.sale.receipt, dotted(line),
                     spoilt(line, line.sale.serial), grouped(line.amount_minor, " ", ","),
                     grouped(running, " ", ","), error=line.error, cure=line.cure)
        bad = told and index == 4
        page.add(*words(language, "Оборот за день", "Turnover of the day"), None, None, None,
                 grouped(total_of(plan, lines) + 50_000 * bad, " ", ","),
                 error="total" if bad else "")
        if index % 3 == 2:
            page.add(*headings)
    page.add(*words(language, "К перечислению", "To be transferred"), None, None, None,
             grouped(total_of(plan), " ", ","))
    return finished(Document([page]), plan, total_of(plan))


def with_returns(language: str, plan: Plan) -> Document:
    """Sales and returns in one list, told by a column of their kind; returns are in brackets."""
    page = Page("Sheet1")
    letterhead(page, language)
    page.add(*words(
        language, "Операция|Дата|Время|Магазин|Чек|Ваучер №|Сумма",
        "Operation|Date|Time|Store|Receipt|Voucher no.|Amount"))
    sold, = words(language, "Продажа", "Sale")
    back, = words(language, "Возврат", "Return")
    for line in plan.lines:
        page.add(sold, dotted(line), clock(line), shop(line, language), line.sale.receipt,
                 spoilt(line, show_code(line.sale.code)), grouped(line.amount_minor, " ", ","),
                 error=line.error, cure=line.cure)
    line = next(one for one in plan.lines if one.error == "not-redeemed")
    spent = line.sale._replace(serial="KZ22-R1-000044", receipt="77015")
    for word, amount in ((sold, "12 000,00"), (back, "(12 000,00)")):
        page.add(word, dotted(line), clock(line), shop(line, language), spent.receipt,
                 spent.serial, amount)
    page.add(*words(language, "Итого", "Total"), *[None] * 5, grouped(stated(plan), " ", ","),
             error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def receipts_only(language: str, plan: Plan) -> Document:
    """No vouchers at all: receipts, with their minute and what vouchers paid of them."""
    page = Page("Sheet1")
    letterhead(page, language)
    page.add(*words(language, "Дата|Время|Магазин|Номер чека|Оплачено ваучерами",
                    "Date|Time|Store|Receipt number|Paid by vouchers"))
    for line in plan.lines:
        page.add(day(line), time(line.sale.hour, line.sale.minute), shop(line, language),
                 spoilt(line, int(line.sale.receipt)), number(line.amount_minor),
                 error=line.error, cure=line.cure)
    page.add(*words(language, "Общий итог", "Overall"), None, None, None, number(stated(plan)),
             error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def coupons(language: str, plan: Plan) -> Document:
    """Another word for a voucher, codes with O for 0 and spaces, amounts that end in a sign."""
    page = Page("Sheet1")
    letterhead(page, language)
    page.add(*words(language, "День|Филиал|Касс. чек|Талон|К оплате",
                    "Day|Branch|Till receipt|Coupon|Payable"))
    for line in plan.lines:
        dressed = " ".join(show_code(line.sale.code).replace("0", "O").split("-"))
        page.add(dotted(line), shop(line, language), line.sale.receipt, spoilt(line, dressed),
                 sign(line.amount_minor), error=line.error, cure=line.cure)
    page.add(None, None, None, *words(language, "Всего к оплате", "All payable"),
             sign(stated(plan)), error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def sign(amount_minor: int) -> str:
    """15000= or 15000-50."""
    whole, fraction = divmod(amount_minor, 100)
    return f"{whole}-{fraction:02d}" if fraction else f"{whole}="


def month_names(language: str, plan: Plan) -> Document:
    """Months by name, amounts with apostrophes, the voucher's worth beside what was spent."""
    page = Page()
    letterhead(page, language)
    page.add(*words(language, "Дата продажи|Точка|Чек|Номер купона|Номинал|Списано",
                    "Sold on|Location|Receipt|Coupon number|Face value|Spent"))
    for line in plan.lines:
        when = day(line)
        told = (f"{when.day} {RU_MONTHS[when.month]} {when.year} г." if language == "ru"
                else f"{when:%b} {when.day}, {when.year}")
        page.add(told, shop(line, language), line.sale.receipt, spoilt(line, line.sale.serial, ""),
                 "15’000.00", grouped(line.amount_minor, "’", "."),
                 error=line.error, cure=line.cure)
    page.add("", "", "", *words(language, "Сумма", "Sum"), "",
             grouped(stated(plan), "’", "."), error=wrong(plan))
    return finished(Document([page], "utf-8"), plan, stated(plan))


def other_digits(language: str, plan: Plan) -> Document:
    """UTF-16 by tabs: day numbers and words for money, or Persian digits and Solar Hijri days."""
    from persiantools.jdatetime import JalaliDate

    page = Page()
    page.add(*words(language, "Дата\nчека|Адрес магазина|Кассовый чек|Штрих-код|Сумма операции",
                    "Date|Shop|Receipt|Serial|Value"))
    for line in plan.lines:
        when = day(line)
        if language == "ru":
            told: object = (when - date(1899, 12, 30)).days
        else:
            told = persian(JalaliDate(when).strftime("%Y/%m/%d"))
        page.add(told, shop(line, language), line.sale.receipt,
                 spoilt(line, line.sale.serial, ""), spelt(line.amount_minor, language),
                 error=line.error, cure=line.cure)
    page.add(*words(language, "Барлығы", "Jumla"), "", "", "", spelt(stated(plan), language),
             error=wrong(plan))
    document = Document([page], "utf-16", "\t", SAID)
    return finished(document, plan, stated(plan))


def persian(text: str) -> str:
    """Text with Persian digits."""
    return text.translate({ord(str(digit)): chr(0x06F0 + digit) for digit in range(10)})


def spelt(amount_minor: int, language: str) -> str:
    """15 000 тенге 00 тиын, or ۱۵٬۰۰۰٫۵۰."""
    whole, fraction = divmod(amount_minor, 100)
    if language == "ru":
        return f"{whole:,} тенге {fraction:02d} тиын".replace(",", " ")
    parts = f"{whole:,}".replace(",", "٬") + (f"٫{fraction:02d}" if fraction else "")
    return persian(parts)


def bookkeeping(language: str, plan: Plan) -> Document:
    """A bookkeeping program's report: headings over two rows, tax beside and below the sums."""
    page = Page("TDSheet")
    letterhead(page, language)
    page.add(*words(language, "№|Документ||Ваучер||Сумма|", "No.|Document||Voucher||Amount|"))
    page.add(*words(
        language, "п/п|дата|чек|серия, номер|магазин|с НДС|в т.ч. НДС",
        "|date|receipt|serial, number|store|with VAT|incl. VAT"))
    for index, line in enumerate(plan.lines, 1):
        page.add(index, datetime.combine(day(line), time(line.sale.hour, line.sale.minute)),
                 line.sale.receipt, spoilt(line, line.sale.serial, "#REF!"), shop(line, language),
                 number(line.amount_minor), tax(line.amount_minor),
                 error=line.error, cure=line.cure)
    page.add(*words(language, "Итого:", "Total:"), *[None] * 4, number(stated(plan)),
             tax(stated(plan)), error=wrong(plan))
    page.add(*words(language, "в том числе НДС 12 %", "including VAT 12 %"), *[None] * 4,
             tax(stated(plan)))
    page.add(*words(language, "Всего наименований", "Lines in all"), *[None] * 4,
             len(plan.lines))
    return finished(Document([page]), plan, stated(plan))


def tax(amount_minor: int) -> float:
    """The tax in an amount."""
    return round(amount_minor * 12 / 112) / 100


def one_store(language: str, plan: Plan) -> Document:
    """One store's statement: its name in the letterhead, the total above, returns on a sheet."""
    page = Page(words(language, "Продажи", "Sales")[0])
    letterhead(page, language)
    store, = words(language, "Магазин:", "Store:")
    page.add(store, STORES["magnum-almaty-1"][language])
    page.add(*words(language, "Сумма к оплате", "Amount due"), number(stated(plan)),
             error=wrong(plan))
    headings = words(language, "Дата|Код ваучера|Чек|Сумма|Валюта",
                     "Date|Voucher code|Receipt|Amount|Currency")
    page.add(*headings)
    for line in plan.lines:
        page.add(dotted(line), spoilt(line, line.sale.code), line.sale.receipt,
                 number(line.amount_minor), "KZT", error=line.error, cure=line.cure)
    back = Page(words(language, "Возвраты", "Returns")[0])
    line = next(one for one in plan.lines if one.error == "not-redeemed")
    page.add(dotted(line), "KZ22-R1-000044", "77015", 12_000, "KZT")
    back.add(*headings)
    back.add(dotted(line), "KZ22-R1-000044", "77015", 12_000, "KZT")
    return finished(Document([page, back]), plan, stated(plan))


Shape = tuple[Callable[[str, Plan], Document], Has]
SHAPES: dict[str, Shape] = {
    "register": (register, Has()),
    "tills": (tills, Has("code")),
    "sheet-a-store": (sheet_a_store, Has()),
    "lookalikes": (lookalikes, Has("code")),
    "pages-of-days": (pages_of_days, Has()),
    "with-returns": (with_returns, Has("code")),
    "receipts-only": (receipts_only, Has("")),
    "coupons": (coupons, Has("code")),
    "month-names": (month_names, Has()),
    "other-digits": (other_digits, Has()),
    "bookkeeping": (bookkeeping, Has()),
    "one-store": (one_store, Has("code", store=False, only="magnum-almaty-1")),
}
