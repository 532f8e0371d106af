"""Shapes in which a line is not a row of its own under headings, or not only: shifts, print-outs, a
till's tape, goods under their voucher, a form's cells, sheets a day with their sums. All invented.
"""

from itertools import groupby

from cbi.ledger.vouchers.codes import show_code
from tests.finance.statements.campaign import STORES
from tests.finance.statements.documents import Document, Page, grouped, number
from tests.finance.statements.planting import Has, Line, Plan
from tests.finance.statements.shapes import (
    RU_MONTHS,
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

TILLS = {"magnum-almaty-1": "SWK00412207", "magnum-almaty-2": "SWK00412318"}
SHORT = {store: {lang: name.rpartition(". " if lang == "ru" else ", ")[2]
                 for lang, name in names.items()} for store, names in STORES.items()}
"""Stores as a narrow column has them."""


class PrintOut(Document):
    """Text whose columns stand under each other."""

    def as_text(self) -> str:
        """The lines as they stand."""
        return "\r\n".join(str(row[0]) if row else "" for row in self.pages[0].rows)


def tills_explained(page: Page, language: str) -> None:
    """Which till stands where."""
    for store, till in TILLS.items():
        page.add(till, None, STORES[store][language])


def by_shift(language: str, plan: Plan) -> Document:
    """A block for every till and day, with its headings and its sum; tills are explained above."""
    page = Page("Z")
    page.add(*words(language, "Z-отчёты, оплата ваучером", "Z reports, paid by voucher"))
    tills_explained(page, language)
    page.add()
    lines = sorted(plan.lines, key=lambda line: (line.sale.store, line.sale.day))
    for number_of, ((store, _), of_shift) in enumerate(groupby(
        lines, key=lambda line: (line.sale.store, line.sale.day)
    )):
        own = list(of_shift)
        page.add(f"{TILLS[store]}    {dotted(own[0])}    № {200 + number_of}")
        page.add(*words(language, "Чек №|Время|Код ваучера|Сумма, тг",
                        "Receipt no.|Time|Voucher code|Amount, KZT"))
        for line in own:
            page.add(line.sale.receipt, clock(line), spoilt(line, show_code(line.sale.code)),
                     number(line.amount_minor), error=line.error, cure=line.cure)
        page.add(*words(language, "По смене", "Shift"), None, None, number(total_of(plan, own)))
        page.add()
    page.add(*words(language, "ВСЕГО", "GRAND TOTAL"), None, None, number(stated(plan)),
             error=wrong(plan))
    return finished(Document([page], how=SAID), plan, stated(plan))


def print_out(language: str, plan: Plan) -> Document:
    """Pages of a print-out, each with its head again, its sum and what is carried over."""
    page, rule, carried = Page(), "-" * 78, 0
    head = words(language, "РЕЕСТР ВАУЧЕРОВ  16/08/22-31/08/22", "VOUCHERS  16/08/22-31/08/22")[0]
    names = words(language, "Дата|Время|Магазин|Чек|Ваучер|Сумма",
                  "Date|Time|Store|Receipt|Voucher|Amount")
    of_page, over, all_of = words(language, "Итого по странице|Перенос|ВСЕГО",
                                  "Page total|Brought forward|GRAND TOTAL")
    for start in range(0, len(plan.lines), 15):
        own = plan.lines[start : start + 15]
        page.add(f"MAGNUM{head:>50}{start // 15 + 1:>10}")
        page.add(rule)
        page.add(f"  N {names[0]:10} {names[1]:5}  {names[2]:14}{names[3]:8}{names[4]:16}"
                 f"{names[5]:>14}")
        page.add(rule)
        if start:
            page.add(f"    {over:30}{grouped(carried, ' ', ','):>40}")
        for index, line in enumerate(own, start + 1):
            serial = str(spoilt(line, line.sale.serial))
            page.add(
                f"{index:3} {day(line):%d/%m/%Y} {clock(line):5}  "
                f"{SHORT[line.sale.store][language]:14}{line.sale.receipt:8}{serial:16}"
                f"{grouped(line.amount_minor, ' ', ','):>14}",
                error=line.error, cure=line.cure,
            )
        page.add(rule)
        carried += total_of(plan, own)
        page.add(f"    {of_page:30}{grouped(total_of(plan, own), ' ', ','):>40}")
    page.add(f"    {all_of:30}{grouped(stated(plan), ' ', ','):>40}", error=wrong(plan))
    return finished(PrintOut([page], "cp1251"), plan, stated(plan))


def tape(language: str, plan: Plan) -> Document:
    """A till's tape: a record for each receipt, one for each of its payments; no total."""
    page, (receipt, paid, sold, cash, by_voucher) = Page(), words(
        language, "ЧЕК|ОПЛ|ПРОД|НАЛ|ВАУЧ", "RCPT|PAY|SALE|CASH|VCHR"
    )
    for index, line in enumerate(plan.lines):
        rest = 10_000 * (index % 3)
        page.add(receipt, shop(line, language), f"{dotted(line)} {clock(line)}", line.sale.receipt,
                 sold, grouped(line.amount_minor + rest, "", ","))
        page.add(paid, by_voucher, spoilt(line, show_code(line.sale.code)),
                 grouped(line.amount_minor, "", ","), error=line.error, cure=line.cure)
        if rest:
            page.add(paid, cash, None, grouped(rest, "", ","))
    plan.wrong_total = False
    return finished(Document([page], "cp1251", ";", SAID), plan, None)


def goods_under(language: str, plan: Plan) -> Document:
    """What was bought, under a row that names the voucher; what it paid closes each."""
    page = Page("1")
    page.add(*words(language, "Товар|Кол-во|Цена|Сумма", "Goods|Qty|Price|Amount"))
    bread, milk, whole, paid, receipt = words(
        language, "Хлеб|Молоко|Итого по чеку|Оплачено ваучером|чек",
        "Bread|Milk|Receipt total|Paid by voucher|receipt",
    )
    plan.lines = [line if line.error != "cell" else Line(line.sale) for line in plan.lines]
    for line in plan.lines:
        first = line.amount_minor // 300 * 100
        page.add(f"{dotted(line)} {clock(line)}  {shop(line, language)}  {receipt} "
                 f"{line.sale.receipt}  ваучер {line.sale.serial}", error=line.error,
                 cure=line.cure)
        page.add(bread, 1, number(first), number(first))
        page.add(milk, 1, number(line.amount_minor - first), number(line.amount_minor - first))
        page.add(whole, None, None, number(line.amount_minor))
        page.add(paid, None, None, number(line.amount_minor))
    page.add(*words(language, "Всего оплачено ваучерами", "Total paid by vouchers"), None, None,
             number(stated(plan)), error=wrong(plan))
    return finished(Document([page], how=SAID), plan, stated(plan))


def form_cells(language: str, plan: Plan) -> Document:
    """A form of one store: a code in four cells, a day and its month in two."""
    page, store = Page("Form"), "magnum-almaty-1"
    months = RU_MONTHS if language == "ru" else (*[""] * 8, "August", "September")
    page.add(*words(language, "Магазин:", "Store:"), None, STORES[store][language])
    page.add()
    page.add(*words(language, "№|Код ваучера||||День|Месяц|№ чека|Сумма, тг",
                    "No.|Voucher code||||Day|Month|Receipt no.|Amount, KZT"))
    for index, line in enumerate(plan.lines, 1):
        code = spoilt(line, show_code(line.sale.code), "#N/A-#N/A-#N/A-#N/A")
        page.add(index, *str(code).split("-"), day(line).day, months[day(line).month],
                 line.sale.receipt, number(line.amount_minor), error=line.error, cure=line.cure)
    page.add(*words(language, "Итого", "Total"), *[None] * 7, number(stated(plan)),
             error=wrong(plan))
    return finished(Document([page], how=SAID), plan, stated(plan))


def sheets_a_day(language: str, plan: Plan) -> Document:
    """A sheet a day, called by it; the last one holds what each came to, and all of them."""
    pages, sums = [], Page("Свод" if language == "ru" else "Summary")
    sums.add(*words(language, "Дата|Чеков|Сумма", "Date|Receipts|Amount"))
    lines = sorted(plan.lines, key=lambda line: line.sale.day)
    for at, of_day in groupby(lines, key=day):
        own, page = list(of_day), Page(f"{at:%d.%m}")
        page.add(*words(language, "Время|Магазин|Чек|Ваучер|Сумма",
                        "Time|Store|Receipt|Voucher|Amount"))
        for line in own:
            page.add(clock(line), shop(line, language), line.sale.receipt,
                     spoilt(line, line.sale.serial), number(line.amount_minor),
                     error=line.error, cure=line.cure)
        sums.add(f"{at:%d.%m}", len(own), number(total_of(plan, own)))
        pages.append(page)
    sums.add(*words(language, "ВСЕГО", "GRAND TOTAL"), len(lines), number(stated(plan)),
             error=wrong(plan))
    return finished(Document([*pages, sums], how=SAID), plan, stated(plan))


def tax_apart(language: str, plan: Plan) -> Document:
    """An invoice: what a line comes to before its tax, the tax, and with it, under one heading."""
    page = Page("1")
    letterhead(page, language)
    page.add(*words(language, "№|Ваучер|Основание|Магазин|Сумма, тенге||",
                    "No.|Voucher|Basis|Store|Amount, tenge||"))
    page.add(None, None, None, None, *words(language, "без НДС|НДС 12%|с НДС",
                                            "without VAT|VAT 12%|with VAT"))
    receipt, of = words(language, "Чек №|от", "Receipt No.|of")
    for index, line in enumerate(plan.lines, 1):
        net = round(line.amount_minor / 1.12)
        page.add(index, spoilt(line, line.sale.serial),
                 f"{receipt} {line.sale.receipt} {of} {dotted(line)} {clock(line)}",
                 shop(line, language), number(net), number(line.amount_minor - net),
                 number(line.amount_minor), error=line.error, cure=line.cure)
    page.add(*words(language, "Всего", "Total"), *[None] * 5, number(stated(plan)),
             error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def other_tenders(language: str, plan: Plan) -> Document:
    """Everything that was paid on a receipt, which is told once; cards with their numbers."""
    page = Page("1")
    letterhead(page, language)
    page.add(*words(language, "Дата, время|Магазин|Чек|Вид оплаты|№ ваучера / карты|Сумма",
                    "Date and time|Store|Receipt|Tender|Voucher / card no.|Amount"))
    by_voucher, card, cash = words(language, "Ваучер|Карта|Наличные", "Voucher|Card|Cash")
    for index, line in enumerate(plan.lines):
        head = (f"{dotted(line)} {clock(line)}", shop(line, language), line.sale.receipt)
        paid = ((card, f"4400 43** **** {1000 + index}", 1280.5), (cash, None, 120))[: index % 3]
        for number_of, (tender, of_card, amount) in enumerate(paid):
            page.add(*(head if number_of == 0 else (None,) * 3), tender, of_card, amount)
        page.add(*((None,) * 3 if paid else head), by_voucher, spoilt(line, line.sale.serial),
                 number(line.amount_minor), error=line.error, cure=line.cure)
    page.add(*words(language, "Итого ваучеры", "Vouchers total"), *[None] * 4,
             number(stated(plan)), error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def batches(language: str, plan: Plan) -> Document:
    """A bank's report of its terminals: a batch a day, its count where vouchers stand, the fee
    taken off; at the end, where each terminal is."""
    page = Page("Settlement")
    page.add("Merchant Settlement Report")
    page.add("Period:", None, "16-AUG-2022 to 31-AUG-2022")
    page.add("Terminal ID", "Time", "Auth code", "Voucher code", "Gross (KZT)", "MDR", "Net")
    lines = sorted(plan.lines, key=lambda line: line.sale.day)
    for number_of, (at, of_day) in enumerate(groupby(lines, key=day)):
        own = list(of_day)
        page.add(f"BATCH {412 + number_of:04}    {at:%d-%b-%Y}".upper())
        for index, line in enumerate(own):
            fee = line.amount_minor // 8000 * 100
            page.add(TILLS[line.sale.store], clock(line), 201_483 + 77 * index,
                     spoilt(line, show_code(line.sale.code)), number(line.amount_minor),
                     -fee / 100, number(line.amount_minor - fee), error=line.error, cure=line.cure)
        page.add("Batch total", None, None, len(own), number(total_of(plan, own)), None, None)
    page.add("GRAND TOTAL", None, None, len(lines), number(stated(plan)), None, None,
             error=wrong(plan))
    page.add()
    page.add("Terminals:")
    tills_explained(page, language)
    return finished(Document([page], how=SAID), plan, stated(plan))


def addresses(language: str, plan: Plan) -> Document:
    """In Arabic; stores by addresses, which the head explains."""
    page, at = Page("كشف"), {"magnum-almaty-1": "285 Tole St.", "magnum-almaty-2": "102A Mamyr-4"}
    page.add("كشف القسائم المصروفة 16-31 August 2022")
    for store, address in at.items():
        page.add(f"Branch {STORES[store][language]}: {address}")
    page.add("الرقم", "التاريخ", "الفرع", "رقم الفاتورة", "رقم القسيمة", "المبلغ (تنغي)")
    for index, line in enumerate(plan.lines, 1):
        page.add(index, day(line), at[line.sale.store], line.sale.receipt,
                 spoilt(line, line.sale.serial), number(line.amount_minor),
                 error=line.error, cure=line.cure)
    page.add(None, None, None, None, "الإجمالي", number(stated(plan)), error=wrong(plan))
    return finished(Document([page], how=SAID), plan, stated(plan))


_BY_CODE = Has("code")
PRINTED: dict[str, Shape] = {
    "by-shift": (by_shift, _BY_CODE), "print-out": (print_out, Has()), "tape": (tape, _BY_CODE),
    "goods-under": (goods_under, Has()), "sheets-a-day": (sheets_a_day, Has()),
    "form-cells": (form_cells, Has("code", store=False, only="magnum-almaty-1")),
    "tax-apart": (tax_apart, Has()), "other-tenders": (other_tenders, Has()),
    "batches": (batches, Has("code", receipt=False)), "addresses": (addresses, Has()),
}
