"""Twelve more shapes, written when the reader was done and read by it unseen, all invented."""

from itertools import groupby

from cbi.ledger.vouchers.codes import show_code
from tests.finance.statements.campaign import BIN, OTHER_BIN, STORES
from tests.finance.statements.documents import Document, Page, grouped, number
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


def two_parties(language: str, plan: Plan) -> Document:
    """A payer and a seller with their numbers, ISO moments, a certificate's number."""
    page = Page("Лист1")
    page.add(*words(language, "Исполнитель|ТОО «Магнум» (пример)|БИН/ИИН " + BIN,
                    "Vendor|Magnum LLP (example)|BIN/IIN " + BIN))
    page.add(*words(language, "Заказчик|Фонд «Пример»|БИН " + OTHER_BIN,
                    "Customer|Example Fund|BIN " + OTHER_BIN))
    page.add(*words(language, "Отчёт за август 2022 г.", "Report for August 2022"))
    page.add()
    page.add(*words(
        language, "Сертификат №|Сумма,\nтенге (KZT)|Дата и время операции|Наименование ТТ|Чек ККМ",
        "Certificate no.|Amount,\ntenge (KZT)|Date and time of sale|Name of shop|Fiscal receipt"))
    for line in plan.lines:
        page.add(spoilt(line, show_code(line.sale.code)), number(line.amount_minor),
                 f"{line.sale.day} {clock(line)}:09", shop(line, language), line.sale.receipt,
                 error=line.error, cure=line.cure)
    page.add(*words(language, "ИТОГО ПО РЕЕСТРУ", "TOTAL OF THE REGISTER"), number(stated(plan)),
             error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def numbered_columns(language: str, plan: Plan) -> Document:
    """Headings over two rows, the columns' numbers under them, lines counted in the total."""
    page = Page("TDSheet")
    letterhead(page, language)
    page.add(*words(language, "№ п/п|Чек||Ваучер|Торговая точка|К возмещению",
                    "No.|Receipt||Voucher|Outlet|To reimburse"))
    page.add(*words(language, "|номер|дата|номер||тенге", "|number|date|number||tenge"))
    page.add(1, 2, 3, 4, 5, 6)
    for index, line in enumerate(plan.lines, 1):
        page.add(index, line.sale.receipt, day(line), spoilt(line, line.sale.serial),
                 shop(line, language), grouped(line.amount_minor, " ", "-"),
                 error=line.error, cure=line.cure)
    count = len(plan.lines)
    page.add(*words(language, f"Итого {count} ваучеров", f"Total {count} vouchers"), None, None,
             None, None, grouped(stated(plan), " ", "-"), error=wrong(plan))
    page.add(*words(language, "Сумма прописью: сто тысяч тенге 00 тиын",
                    "In words: one hundred thousand tenge"))
    page.add(*words(language, "М.П. ________ Директор", "Stamp ________ Director"))
    return finished(Document([page]), plan, stated(plan))


def month_first(language: str, plan: Plan) -> Document:
    """Months before days, commas between thousands, a voucher's and a till's reference."""
    page = Page()
    page.add(*words(language, "Дата транзакции|Магазин|Номер транзакции|Ваучер|Погашено",
                    "Txn Date|Store|Txn ID|eVoucher|Redeemed Value"))
    for line in plan.lines:
        when = day(line)
        page.add(f"{when.month}/{when.day}/{when.year}", shop(line, language), line.sale.receipt,
                 spoilt(line, line.sale.serial, ""), grouped(line.amount_minor, ",", "."),
                 error=line.error, cure=line.cure)
    page.add("", "", "", *words(language, "Всего", "Totals"), grouped(stated(plan), ",", "."),
             error=wrong(plan))
    return finished(Document([page], "utf-8", ",", SAID), plan, stated(plan))


def sections(language: str, plan: Plan) -> Document:
    """A section for each store under its name, with a sum at its end, then all of them."""
    page = Page("Отчет")
    letterhead(page, language)
    page.add(*words(language, "Дата|Чек|Код купона|Сумма погашения",
                    "Date|Receipt|Coupon code|Redeemed amount"))
    lines = sorted(plan.lines, key=lambda line: line.sale.store)
    first = True
    for store, group in groupby(lines, key=lambda line: line.sale.store):
        own = list(group)
        page.add(STORES[store][language])
        for line in own:
            page.add(day(line), line.sale.receipt, spoilt(line, show_code(line.sale.code)),
                     number(line.amount_minor), error=line.error, cure=line.cure)
        off = 50_000 if plan.wrong_total and first else 0
        page.add(*words(language, "Итого по магазину", "Store subtotal"), None, None,
                 number(total_of(plan, own) + off), error="total" if off else "")
        first = False
    page.add(*words(language, "Итого по всем магазинам", "Total of all stores"), None, None,
             number(total_of(plan)))
    return finished(Document([page]), plan, total_of(plan))


def goods(language: str, plan: Plan) -> Document:
    """A line of goods each: what, how many, the price; the voucher at the end."""
    page = Page("Sheet1")
    letterhead(page, language)
    page.add(*words(
        language,
        "№|Дата|Наименование товара|Кол-во|Цена|Сумма|Магазин|№ чека|Серия и номер ваучера",
        "#|Date|Goods|Qty|Price|Amount|Store|Receipt no.|Voucher serial"))
    for index, line in enumerate(plan.lines, 1):
        page.add(index, dotted(line), *words(language, "Набор продуктов", "Food basket"), 2,
                 line.amount_minor / 200, number(line.amount_minor), shop(line, language),
                 line.sale.receipt, spoilt(line, line.sale.serial),
                 error=line.error, cure=line.cure)
    page.add(None, None, *words(language, "Итого", "Total"), 2 * len(plan.lines), None,
             number(stated(plan)), error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def tenders(language: str, plan: Plan) -> Document:
    """A receipt's total and what paid it: cash, card, voucher."""
    page = Page("Z")
    letterhead(page, language)
    page.add(*words(
        language, "Дата чека|Чек №|Сумма чека|Наличные|Карта|Ваучером|№ ваучера|Магазин",
        "Receipt date|Receipt no.|Receipt total|Cash|Card|By voucher|Voucher no.|Shop"))
    cash = 0
    for index, line in enumerate(plan.lines):
        change = 12_500 * (index % 3)
        cash += change
        page.add(day(line), line.sale.receipt, number(line.amount_minor + change), number(change),
                 0, number(line.amount_minor), spoilt(line, show_code(line.sale.code)),
                 shop(line, language), error=line.error, cure=line.cure)
    page.add(*words(language, "Итого", "Total"), None, number(total_of(plan) + cash), number(cash),
             0, number(stated(plan)), error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def short_serials(language: str, plan: Plan) -> Document:
    """Serials without their zeros, a sign for the sum, a payment's reference below."""
    page = Page("1")
    letterhead(page, language)
    page.add(*words(language, "Купон|Чек|Магазин|Когда|Сколько списано",
                    "Coupon|Receipt|Shop|Date|Amount spent"))
    for line in plan.lines:
        short = line.sale.serial.replace("KZ22-", "").replace("-0", "-")
        head, _, tail = short.partition("-")
        page.add(spoilt(line, f"{head}-{int(tail)}"), line.sale.receipt, shop(line, language),
                 dotted(line), line.amount_minor / 100, error=line.error, cure=line.cure)
    page.add("Σ", None, None, None, stated(plan) / 100, error=wrong(plan))
    page.add(*words(language, "Просим перечислить на счёт KZ00EXAMPLE",
                    "Please transfer to account KZ00EXAMPLE"))
    return finished(Document([page]), plan, stated(plan))


def balances(language: str, plan: Plan) -> Document:
    """A card system's log: the balance before and after, what was taken off between."""
    page = Page()
    page.add(*words(
        language, "Время операции|Номер карты-ваучера|Баланс до|Списание|Баланс после|Точка|Чек",
        "Time of operation|Voucher card number|Balance before|Debit|Balance after|Outlet|Receipt"))
    for line in plan.lines:
        page.add(f"{dotted(line)} {clock(line)}:30", spoilt(line, line.sale.code, ""),
                 "15 000,00", grouped(line.amount_minor, " ", ","),
                 grouped(1_500_000 - line.amount_minor, " ", ","), shop(line, language),
                 line.sale.receipt, error=line.error, cure=line.cure)
    page.add(*words(language, "Итого списано", "Total debit"), "", "",
             grouped(stated(plan), " ", ","), error=wrong(plan))
    return finished(Document([page], "utf-8", ";", SAID), plan, stated(plan))


def two_pages(language: str, plan: Plan) -> Document:
    """Headings on the first sheet alone, lines on two, the total at the end of the second."""
    pages = [Page("Стр1"), Page("Стр2")]
    letterhead(pages[0], language)
    pages[0].add(*words(language, "Дата|Магазин|Чек|Ваучер|Сумма, ₸",
                        "Date|Store|Receipt|Voucher|Amount, ₸"))
    half = len(plan.lines) // 2
    for index, line in enumerate(plan.lines):
        pages[index >= half].add(
            day(line), shop(line, language), line.sale.receipt, spoilt(line, line.sale.serial),
            number(line.amount_minor), error=line.error, cure=line.cure)
    pages[0].add(*words(language, "Перенос на стр. 2", "Carried forward"), None, None, None,
                 number(total_of(plan, plan.lines[:half])))
    pages[1].add(*words(language, "Всего", "Grand total"), None, None, None, number(stated(plan)),
                 error=wrong(plan))
    return finished(Document(pages), plan, stated(plan))


def kazakh(language: str, plan: Plan) -> Document:
    """Kazakh headings, months by name, tenge by word."""
    page = Page()
    page.add(*words(language, "Күні|Дүкен|Чек нөмірі|Ваучер коды|Төлем сомасы",
                    "Күні / Date|Дүкен / Shop|Чек / Receipt|Ваучер / Voucher|Сомасы / Amount"))
    for line in plan.lines:
        when = day(line)
        month = {8: "тамыз", 9: "қыркүйек"}[when.month]
        page.add(f"{when.day} {month} {when.year}", shop(line, language), line.sale.receipt,
                 spoilt(line, show_code(line.sale.code), ""),
                 grouped(line.amount_minor, " ", ",") + " теңге",
                 error=line.error, cure=line.cure)
    page.add("Барлығы:", "", "", "", grouped(stated(plan), " ", ",") + " теңге",
             error=wrong(plan))
    return finished(Document([page], "utf-8", "|", SAID), plan, stated(plan))


def refunds(language: str, plan: Plan) -> Document:
    """Refunds by a word in a column, amounts without a sign, a fee beside them."""
    page = Page("Export")
    page.add(*words(language, "Тип|Дата|Магазин|Чек|Ваучер|Сумма|Комиссия 2%",
                    "Type|Date|Store|Receipt|Voucher ref|Amount|Fee 2%"))
    sold, = words(language, "ПРОДАЖА", "SALE")
    back, = words(language, "ВОЗВРАТ", "REFUND")
    for line in plan.lines:
        page.add(sold, day(line), shop(line, language), line.sale.receipt,
                 spoilt(line, line.sale.serial), number(line.amount_minor),
                 round(line.amount_minor * 2 / 10_000, 2), error=line.error, cure=line.cure)
    sale = plan.lines[0]
    for word in (sold, back):
        page.add(word, day(sale), shop(sale, language), "77015", "KZ22-R1-000044", 12_000, 240)
    page.add(*words(language, "Итого", "Total"), None, None, None, None, number(stated(plan)),
             error=wrong(plan))
    return finished(Document([page], how=SAID), plan, stated(plan))


def stamps(language: str, plan: Plan) -> Document:
    """Receipts alone with their moment, the basket beside what vouchers paid, sums by the day."""
    page = Page("Sheet1")
    letterhead(page, language)
    page.add(*words(language, "Номер чека|Дата и время|Филиал|Сумма чека|В т.ч. ваучерами",
                    "Receipt No|Timestamp|Branch|Basket total|Voucher payment"))
    for index, (_, group) in enumerate(groupby(plan.lines, key=lambda line: line.sale.day)):
        own = list(group)
        for line in own:
            page.add(spoilt(line, line.sale.receipt), f"{dotted(line)} {clock(line)}",
                     shop(line, language), number(line.amount_minor + 30_000),
                     number(line.amount_minor), error=line.error, cure=line.cure)
        off = 50_000 if plan.wrong_total and index == 2 else 0
        page.add(*words(language, "Итого за день", "Day total"), None, None,
                 number(total_of(plan, own) + 30_000 * len(own)),
                 number(total_of(plan, own) + off), error="total" if off else "")
    page.add(*words(language, "Итого", "Total"), None, None,
             number(total_of(plan) + 30_000 * len(plan.lines)), number(total_of(plan)))
    return finished(Document([page]), plan, total_of(plan))


LATER: dict[str, Shape] = {
    "two-parties": (two_parties, Has("code")),
    "numbered-columns": (numbered_columns, Has()),
    "month-first": (month_first, Has()),
    "sections": (sections, Has("code")),
    "goods": (goods, Has()),
    "tenders": (tenders, Has("code")),
    "short-serials": (short_serials, Has()),
    "balances": (balances, Has("code")),
    "two-pages": (two_pages, Has()),
    "kazakh": (kazakh, Has("code")),
    "refunds": (refunds, Has()),
    "stamps": (stamps, Has("")),
}
