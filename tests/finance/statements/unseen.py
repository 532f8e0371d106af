"""Twelve shapes more, of tables that are put together in other ways; all invented."""

from itertools import groupby

from cbi.ledger.vouchers.codes import show_code
from tests.finance.statements.campaign import BIN, STORES
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
    persian,
    shop,
    spoilt,
    stated,
    tax,
    total_of,
    words,
    wrong,
)


def returns_below(language: str, plan: Plan) -> Document:
    """Sales, then a second table of the same columns for what was returned."""
    page = Page("Отчет")
    letterhead(page, language)
    headings = words(language, "Дата|Магазин|Чек|Ваучер|Сумма", "Date|Store|Receipt|Voucher|Amount")
    page.add(*words(language, "Продажи", "Sales"))
    page.add(*headings)
    for line in plan.lines:
        page.add(dotted(line), shop(line, language), line.sale.receipt,
                 spoilt(line, line.sale.serial), number(line.amount_minor),
                 error=line.error, cure=line.cure)
    sale = plan.lines[0]
    told = dotted(sale), shop(sale, language), "77015", "KZ22-R1-000044", 12_000
    page.add(*told)
    page.add(*words(language, "Итого продажи", "Total sales"), None, None, None,
             number(stated(plan) + 1_200_000), error=wrong(plan))
    page.add()
    page.add(*words(language, "Возвраты", "Returns"))
    page.add(*headings)
    page.add(*told)
    page.add(*words(language, "Итого возвраты", "Total returns"), None, None, None, 12_000)
    return finished(Document([page]), plan, stated(plan))


def group_sums_first(language: str, plan: Plan) -> Document:
    """A bookkeeping program's groups: a store with its sum over its lines, the whole last."""
    page = Page("TDSheet")
    letterhead(page, language)
    page.add(*words(language, "Магазин / Ваучер|Дата|Чек|Сумма",
                    "Store / Voucher|Date|Receipt|Amount"))
    off = 50_000 if plan.wrong_total else 0
    for store, group in groupby(sorted(plan.lines, key=lambda one: one.sale.store),
                                key=lambda one: one.sale.store):
        own = list(group)
        page.add(STORES[store][language], None, None, number(total_of(plan, own) + off),
                 error="total" if off else "")
        off = 0
        for line in own:
            page.add(spoilt(line, line.sale.serial), dotted(line), line.sale.receipt,
                     number(line.amount_minor), error=line.error, cure=line.cure)
    page.add(*words(language, "Итого", "Total"), None, None, number(total_of(plan)))
    return finished(Document([page]), plan, total_of(plan))


def total_first(language: str, plan: Plan) -> Document:
    """The sum of all directly under the headings, the lines below it."""
    page = Page("Sheet1")
    page.add(*words(language, "Дата|Точка продаж|Чек|Код сертификата|Сумма",
                    "Date|Point of sale|Receipt|Certificate code|Amount"))
    page.add(*words(language, "Итого", "Total"), None, None, None, number(stated(plan)),
             error=wrong(plan))
    for line in plan.lines:
        page.add(dotted(line), shop(line, language), line.sale.receipt,
                 spoilt(line, show_code(line.sale.code)), number(line.amount_minor),
                 error=line.error, cure=line.cure)
    return finished(Document([page], how=SAID), plan, stated(plan))


def zoned(language: str, plan: Plan) -> Document:
    """Moments with their zone, names as programs write them."""
    page = Page()
    page.add(*words(language, "created_at|store_name|receipt_no|voucher_code|amount_kzt|currency",
                    "createdAt|storeName|receiptNumber|voucherCode|voucherAmount|currencyCode"))
    for line in plan.lines:
        page.add(f"{line.sale.day}T{clock(line)}:21+06:00", shop(line, language), line.sale.receipt,
                 spoilt(line, line.sale.code, ""), f"{line.amount_minor / 100:.2f}", "KZT",
                 error=line.error, cure=line.cure)
    page.add("TOTAL", "", "", "", f"{stated(plan) / 100:.2f}", "KZT", error=wrong(plan))
    return finished(Document([page], "utf-8", ",", SAID), plan, stated(plan))


def tax_parts(language: str, plan: Plan) -> Document:
    """Without tax, the tax, with it: the last is what is billed."""
    page = Page("Счет")
    letterhead(page, language)
    page.add(*words(language, "№|Дата|Магазин|Чек|Ваучер|Сумма без НДС|НДС 12 %|Сумма с НДС",
                    "No.|Date|Store|Receipt|Voucher|Net amount|VAT 12 %|Amount incl. VAT"))
    for index, line in enumerate(plan.lines, 1):
        share = tax(line.amount_minor)
        page.add(index, dotted(line), shop(line, language), line.sale.receipt,
                 spoilt(line, line.sale.serial), round(line.amount_minor / 100 - share, 2), share,
                 number(line.amount_minor), error=line.error, cure=line.cure)
    share = tax(stated(plan))
    page.add(None, *words(language, "Итого", "Total"), None, None, None,
             round(stated(plan) / 100 - share, 2), share, number(stated(plan)), error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def receipt_with_day(language: str, plan: Plan) -> Document:
    """The receipt and its moment in one cell."""
    page = Page("Лист1")
    letterhead(page, language)
    page.add(*words(language, "Магазин|Чек (номер, дата)|Ваучер|Сумма, тг",
                    "Store|Receipt (number, date)|Voucher|Amount, KZT"))
    of, = words(language, "от", "of")
    for line in plan.lines:
        page.add(shop(line, language), f"№ {line.sale.receipt} {of} {dotted(line)} {clock(line)}",
                 spoilt(line, line.sale.serial), grouped(line.amount_minor, " ", ","),
                 error=line.error, cure=line.cure)
    page.add(*words(language, "Всего", "Total"), None, None, grouped(stated(plan), " ", ","),
             error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def days_and_summary(language: str, plan: Plan) -> Document:
    """A sheet a day and a last one with each day's sum."""
    pages: list[Page] = []
    summary = Page(words(language, "Итоги", "Summary")[0])
    summary.add(*words(language, "Дата|Ваучеров|Сумма", "Date|Vouchers|Amount"))
    off = 50_000 if plan.wrong_total else 0
    for _, group in groupby(plan.lines, key=lambda line: line.sale.day):
        own = list(group)
        page = Page(own[0].sale.day)
        page.add(*words(language, "Время|Магазин|Чек|Ваучер|Сумма",
                        "Time|Store|Receipt|Voucher|Amount"))
        for line in own:
            page.add(clock(line), shop(line, language), line.sale.receipt,
                     spoilt(line, line.sale.serial), number(line.amount_minor),
                     error=line.error, cure=line.cure)
        summary.add(day(own[0]), len(own), number(total_of(plan, own)))
        pages.append(page)
    summary.add(*words(language, "Итого", "Total"), len(plan.lines), number(total_of(plan) + off),
                error="total" if off else "")
    return finished(Document([*pages, summary], how=SAID), plan, total_of(plan) + off)


def both_languages(language: str, plan: Plan) -> Document:
    """Headings in two languages, one row under the other, and letters of columns below."""
    page = Page("Реестр-Register")
    letterhead(page, language)
    rows = [
        "Күні|Дүкен|Түбіртек|Ваучер|Сомасы" if language == "ru" else
        "تاریخ|فروشگاه|رسید|واوچر|مبلغ",
        *words(language, "Дата/Магазин/Чек/Ваучер/Сумма", "Date/Store/Receipt/Voucher/Amount"),
    ]
    for row in rows:
        page.add(*row.replace("/", "|").split("|"))
    page.add("А", "Б", "В", "Г", "Д")
    for line in plan.lines:
        page.add(day(line), shop(line, language), line.sale.receipt,
                 spoilt(line, line.sale.code), number(line.amount_minor),
                 error=line.error, cure=line.cure)
    page.add(*words(language, "Барлығы / Итого", "Total / مجموع"), None, None, None,
             number(stated(plan)), error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def unnamed_column(language: str, plan: Plan) -> Document:
    """A hand's table: nothing stands over the vouchers, a remark behind the sum."""
    page = Page("1")
    page.add(*words(language, "магазин|дата|чек||сумма|примечание",
                    "shop|date|receipt||sum|remark"))
    for index, line in enumerate(plan.lines):
        page.add(shop(line, language), day(line), line.sale.receipt, spoilt(line, line.sale.serial),
                 number(line.amount_minor), "ok" if index % 3 else None,
                 error=line.error, cure=line.cure)
    page.add(*words(language, "итого за август", "total august"), None, None, None,
             number(stated(plan)),
             error=wrong(plan))
    return finished(Document([page], how=SAID), plan, stated(plan))


def right_to_left(language: str, plan: Plan) -> Document:
    """Columns from the right, codes and all figures in Persian digits."""
    from persiantools.jdatetime import JalaliDate

    page = Page("1")
    page.add(*("مبلغ پرداخت شده|کد واوچر|نمبر رسید|نام فروشگاه|تاریخ" if language == "ru" else
               "ورکړل شوې پیسې|د واوچر کوډ|د رسید نمبر|د پلورنځي نوم|نېټه").split("|"))
    for line in plan.lines:
        solar = JalaliDate(day(line)).strftime("%Y/%m/%d")
        page.add(persian(f"{line.amount_minor / 100:.2f}".replace(".", "٫")),
                 spoilt(line, persian(show_code(line.sale.code))), persian(line.sale.receipt),
                 shop(line, "en"), persian(solar), error=line.error, cure=line.cure)
    page.add(persian(f"{stated(plan) / 100:.2f}".replace(".", "٫")), None, None, "جمع کل",
             error=wrong(plan))
    return finished(Document([page], how=SAID), plan, stated(plan))


def requisites(language: str, plan: Plan) -> Document:
    """An act with both sides' details above, an advance and signatures below."""
    page = Page("Акт сверки")
    page.add(*words(language, f"Исполнитель: ТОО «Магнум» (пример), БИН {BIN}",
                    f"Contractor: Magnum LLP (example), BIN {BIN}"))
    page.add("IBAN KZ00EXAMPLE0000000000, BIC EXAMPLE")
    page.add(*words(language, "Договор № CBI-2022-000123 от 01.08.2022|лимит 900 000,00",
                    "Contract no. CBI-2022-000123 of 01.08.2022|limit 900 000,00"))
    page.add(*words(language, "Период: август 2022 г.", "Period: August 2022"))
    page.add(*words(language,
                    "№ п/п|Дата операции|Магазин|№ чека|№ ваучера|Сумма, тенге|Сумма прописью",
                    "No.|Date of sale|Store|Receipt no.|Voucher no.|Amount, tenge|Amount in words"))
    for index, line in enumerate(plan.lines, 1):
        page.add(f"{index}.", dotted(line), shop(line, language), line.sale.receipt,
                 spoilt(line, line.sale.serial), grouped(line.amount_minor, " ", ","),
                 *words(language, "столько-то тенге", "so many tenge"),
                 error=line.error, cure=line.cure)
    page.add(None, *words(language, "Итого к оплате", "Total payable"), None, None, None,
             grouped(stated(plan), " ", ","), error=wrong(plan))
    page.add(None, *words(language, "Остаток аванса", "Balance of the advance"), None, None, None,
             "100 000,00")
    page.add(*words(language, "От исполнителя: директор ______ М.П.", "For the contractor: ______"))
    return finished(Document([page]), plan, stated(plan))


UNSEEN: dict[str, Shape] = {
    "returns-below": (returns_below, Has()),
    "group-sums-first": (group_sums_first, Has(store=False)),
    "total-first": (total_first, Has("code")),
    "zoned": (zoned, Has("code")),
    "tax-parts": (tax_parts, Has()),
    "receipt-with-day": (receipt_with_day, Has(date=False)),
    "days-and-summary": (days_and_summary, Has(date=False)),
    "both-languages": (both_languages, Has("code")),
    "unnamed-column": (unnamed_column, Has()),
    "right-to-left": (right_to_left, Has("code")),
    "requisites": (requisites, Has()),
}
