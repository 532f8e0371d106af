"""Twelve more shapes, of programs and hands that shops here export from; all invented."""

from itertools import groupby

from cbi.ledger.vouchers.codes import show_code
from tests.finance.statements.campaign import STORES
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
    total_of,
    words,
    wrong,
)


def retail_report(language: str, plan: Plan) -> Document:
    """A bookkeeping program's retail report: headings over two rows, the sum first, then stores."""
    page = Page("TDSheet")
    page.add(*words(language, "Отчет по оплатам подарочными сертификатами",
                    "Report of payments by gift certificate"))
    page.add(*words(language, "Параметры:||Период: 16.08.2022 - 31.08.2022",
                    "Parameters:||Period: 16.08.2022 - 31.08.2022"))
    page.add()
    page.add(*words(language, "Магазин|Чек ККМ||Сертификат|Оплата сертификатом",
                    "Store|Till receipt||Certificate|Paid by certificate"))
    page.add(*words(language, "|Дата|Номер|Номер|Сумма", "|Date|Number|Number|Amount"))
    lines = sorted(plan.lines, key=lambda line: line.sale.store)
    for line in lines:
        page.add(shop(line, language), f"{dotted(line)} {line.sale.hour}:{clock(line)[3:]}:00",
                 line.sale.receipt, spoilt(line, line.sale.serial), number(line.amount_minor),
                 error=line.error, cure=line.cure)
    page.add(*words(language, "Итого", "Total"), None, None, None, number(stated(plan)),
             error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def acquiring(language: str, plan: Plan) -> Document:
    """A bank's till: date and time apart, kinds of operation, the means of payment, a fee."""
    page = Page()
    page.add(*words(
        language,
        "Дата операции|Время операции|Адрес точки продаж|Номер чека|Тип операции|Способ оплаты|"
        "Электронный сертификат|Сумма операции (₸)|Комиссия (₸)",
        "Operation date|Operation time|Outlet address|Receipt number|Operation type|"
        "Payment method|E-certificate|Operation amount (₸)|Fee (₸)"))
    buy, means = words(language, "Покупка|Сертификат", "Purchase|Certificate")
    for line in plan.lines:
        page.add(day(line).isoformat(), clock(line), shop(line, language), line.sale.receipt, buy,
                 means, spoilt(line, line.sale.code, ""), grouped(line.amount_minor, "", "."),
                 grouped(line.amount_minor // 100, "", "."), error=line.error, cure=line.cure)
    page.add(*words(language, "Итого", "Total"), "", "", "", "", "", "",
             grouped(stated(plan), "", "."), "", error=wrong(plan))
    return finished(Document([page], "utf-8-sig", ";", SAID), plan, stated(plan))


def restaurant(language: str, plan: Plan) -> Document:
    """A café's system: a day told once over its lines, its sum named by the day."""
    page = Page("OLAP")
    letterhead(page, language)
    page.add(*words(
        language,
        "Учетный день|Торговое предприятие|Номер чека|Тип оплаты|Номер карты|Сумма со скидкой, т.",
        "Accounting day|Outlet|Receipt number|Payment type|Voucher card no.|Sum after discount"))
    means, all_of = words(language, "Ваучер|всего", "Voucher|total")
    for index, (_, group) in enumerate(groupby(plan.lines, key=lambda line: line.sale.day)):
        own = list(group)
        for place, line in enumerate(own):
            page.add(None if place else dotted(line), shop(line, language), line.sale.receipt,
                     means, spoilt(line, show_code(line.sale.code)), number(line.amount_minor),
                     error=line.error, cure=line.cure)
        off = 50_000 if plan.wrong_total and index == 1 else 0
        page.add(f"{dotted(own[0])} {all_of}", None, None, None, None,
                 number(total_of(plan, own) + off), error="total" if off else "")
    page.add(*words(language, "Всего", "Grand total"), *[None] * 4, number(total_of(plan)))
    return finished(Document([page]), plan, total_of(plan))


def by_hand(language: str, plan: Plan) -> Document:
    """Typed by hand: short headings and years, currencies on figures, empty rows between days."""
    page = Page("Лист1")
    page.add(*words(language, "Ваучеры август", "Vouchers August"))
    page.add(*words(language, "Дата|Маг.|Чек|Ваучер №|Сумма тг.",
                    "Date|Shop|Receipt|Voucher #|Sum tg."))
    for _, group in groupby(plan.lines, key=lambda line: line.sale.day):
        own = list(group)
        for line in own:
            when = day(line)
            page.add(f"{when.day}.{when.month}.{when.year % 100}", shop(line, language),
                     f"№{line.sale.receipt}",
                     spoilt(line, line.sale.serial.replace("KZ22-", "").lower()),
                     grouped(line.amount_minor, " ", ",") + "тг",
                     error=line.error, cure=line.cure)
        page.add(None, None, None, None, grouped(total_of(plan, own), " ", ",") + "тг")
        page.add()
    page.add(*words(language, "ИТОГ", "TOTAL"), None, None, None,
             grouped(stated(plan), " ", ",") + "тг", error=wrong(plan))
    page.add(*words(language, "сдал ______ принял ______", "given ______ taken ______"))
    return finished(Document([page], how=SAID), plan, stated(plan))


def sheet_a_day(language: str, plan: Plan) -> Document:
    """A sheet a day, the day in its name and title alone."""
    pages: list[Page] = []
    for _, group in groupby(plan.lines, key=lambda line: line.sale.day):
        own = list(group)
        page = Page(dotted(own[0])[:5])
        page.add(*words(language, f"Ваучеры за {dotted(own[0])}", f"Vouchers of {dotted(own[0])}"))
        page.add(*words(language, "Ваучер|Чек|Магазин|Сумма", "Voucher|Receipt|Store|Amount"))
        for line in own:
            page.add(spoilt(line, line.sale.serial), line.sale.receipt, shop(line, language),
                     number(line.amount_minor), error=line.error, cure=line.cure)
        off = 50_000 if plan.wrong_total and len(pages) == 1 else 0
        page.add(*words(language, "Итого за день", "Day total"), None, None,
                 number(total_of(plan, own) + off), error="total" if off else "")
        pages.append(page)
    return finished(Document(pages, how=SAID), plan,
                    total_of(plan) + (50_000 if plan.wrong_total else 0))


def returns_aside(language: str, plan: Plan) -> Document:
    """What was taken back stands in a column of its own, beside what was sold."""
    page = Page("Sheet1")
    letterhead(page, language)
    page.add(*words(language, "Дата|Магазин|Чек|Ваучер|Продажа, тенге|Возврат, тенге",
                    "Date|Store|Receipt|Voucher|Sale amount|Return amount"))
    for line in plan.lines:
        page.add(dotted(line), shop(line, language), line.sale.receipt,
                 spoilt(line, show_code(line.sale.code)), number(line.amount_minor), None,
                 error=line.error, cure=line.cure)
    sale = plan.lines[0]
    page.add(dotted(sale), shop(sale, language), "77015", "KZ22-R1-000044", 12_000, None)
    page.add(dotted(sale), shop(sale, language), "77015", "KZ22-R1-000044", None, 12_000)
    page.add(*words(language, "Итого", "Total"), None, None, None,
             number(stated(plan) + 1_200_000), 12_000, error=wrong(plan))
    return finished(Document([page], how=SAID), plan, stated(plan) + 1_200_000)


def afghan(language: str, plan: Plan) -> Document:
    """Dari or Pashto headings, Persian digits, days of the Solar Hijri year by name."""
    from persiantools.jdatetime import JalaliDate

    page = Page("1")
    page.add(*("تاریخ|فروشگاه|شماره رسید|شماره واوچر|مبلغ" if language == "ru" else
               "نېټه|پلورنځی|د رسید شمېره|د واوچر شمېره|پیسې").split("|"))
    for line in plan.lines:
        solar = JalaliDate.to_jalali(day(line))
        month = {5: ("اسد", "زمری"), 6: ("سنبله", "وږی")}[solar.month][language == "en"]
        page.add(persian(f"{solar.day} {month} {solar.year}"), shop(line, "en"),
                 persian(line.sale.receipt), spoilt(line, line.sale.serial),
                 persian(f"{line.amount_minor / 100:,.2f}".replace(",", "٬").replace(".", "٫")),
                 error=line.error, cure=line.cure)
    page.add("مجموع", None, None, None,
             persian(f"{stated(plan) / 100:,.2f}".replace(",", "٬").replace(".", "٫")),
             error=wrong(plan))
    return finished(Document([page], how=SAID), plan, stated(plan))


def uzbek(language: str, plan: Plan) -> Document:
    """Uzbek in Cyrillic or Latin letters, days with a slash."""
    page = Page()
    page.add(*("Сана|Дўкон|Чек рақами|Ваучер рақами|Суммаси" if language == "ru" else
               "Sana|Do‘kon|Chek raqami|Vaucher raqami|Summasi").split("|"))
    for line in plan.lines:
        page.add(day(line).strftime("%d/%m/%Y"), shop(line, language), line.sale.receipt,
                 spoilt(line, line.sale.code, ""), grouped(line.amount_minor, " ", ","),
                 error=line.error, cure=line.cure)
    page.add("Жами" if language == "ru" else "Jami", "", "", "", grouped(stated(plan), " ", ","),
             error=wrong(plan))
    return finished(Document([page], "utf-8", ";", SAID), plan, stated(plan))


def signs(language: str, plan: Plan) -> Document:
    """Signs before the figures and receipts, weekdays before the day, dashes that don't break."""
    page = Page("Export")
    page.add(*words(language, "Когда|Филиал|Квитанция|Подарочный ваучер|Погашено ваучером",
                    "Sold on|Branch|Slip|Gift voucher|Voucher tender"))
    for line in plan.lines:
        when = day(line)
        weekday = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][when.weekday()]
        month = {8: "Aug", 9: "Sep"}[when.month]
        page.add(f"{weekday} {when.day:02d} {month} {when.year}", shop(line, language),
                 f"#{line.sale.receipt}", spoilt(line, line.sale.serial.replace("-", "‑")),
                 f"₸ {grouped(line.amount_minor, ',', '.')}", error=line.error, cure=line.cure)
    page.add(*words(language, "ИТОГО:", "TOTAL:"), None, None, None,
             f"₸ {grouped(stated(plan), ',', '.')}", error=wrong(plan))
    return finished(Document([page], how=SAID), plan, stated(plan))


def fractions_apart(language: str, plan: Plan) -> Document:
    """A printed form: whole tenge and tiyn in columns of their own under one heading."""
    page = Page("Форма")
    letterhead(page, language)
    page.add(*words(language, "№|Дата|Магазин|№ чека|№ ваучера|Сумма|",
                    "No.|Date|Store|Receipt no.|Voucher no.|Amount|"))
    page.add(None, None, None, None, None, *words(language, "тенге|тиын", "tenge|tiyn"))
    for index, line in enumerate(plan.lines, 1):
        page.add(index, dotted(line), shop(line, language), line.sale.receipt,
                 spoilt(line, line.sale.serial), line.amount_minor // 100,
                 f"{line.amount_minor % 100:02d}", error=line.error, cure=line.cure)
    page.add(None, *words(language, "Итого", "Total"), None, None, None, stated(plan) // 100,
             f"{stated(plan) % 100:02d}", error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def act_of_services(language: str, plan: Plan) -> Document:
    """An act: voucher, receipt and day in one text, the sum beside it."""
    page = Page("Акт")
    letterhead(page, language)
    page.add(*words(language, "№|Наименование (ваучер, чек)|Кол-во|Дата|Магазин|Сумма, тенге",
                    "No.|Description (voucher, receipt)|Qty|Date|Store|Amount, tenge"))
    for index, line in enumerate(plan.lines, 1):
        page.add(index, spoilt(line, " ".join(words(
            language, f"Ваучер {line.sale.serial}, чек {line.sale.receipt}",
            f"Voucher {line.sale.serial}, receipt {line.sale.receipt}"))), 1, dotted(line),
            shop(line, language), number(line.amount_minor), error=line.error, cure=line.cure)
    page.add(None, *words(language, "Итого", "Total"), len(plan.lines), None, None,
             number(stated(plan)), error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def store_a_column(language: str, plan: Plan) -> Document:
    """A column of amounts for each store, and their sum in the last."""
    page = Page("Свод")
    letterhead(page, language)
    names = [STORES[store][language] for store in list(STORES)[:2]]
    date_, receipt, voucher, whole = words(language, "Дата|Чек|Ваучер|Итого",
                                           "Date|Receipt|Voucher|Total")
    page.add(date_, receipt, voucher, *names, whole)
    sums = [0, 0]
    for line in plan.lines:
        place = int(line.sale.store == "magnum-almaty-2")
        sums[place] += line.amount_minor
        cells: list[object] = [None, None]
        cells[place] = number(line.amount_minor)
        page.add(dotted(line), line.sale.receipt, spoilt(line, line.sale.serial), *cells,
                 number(line.amount_minor), error=line.error, cure=line.cure)
    page.add(whole, None, None, *map(number, sums), number(stated(plan)), error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


NEWEST: dict[str, Shape] = {
    "retail-report": (retail_report, Has()),
    "acquiring": (acquiring, Has("code")),
    "restaurant": (restaurant, Has("code", date=False)),
    "by-hand": (by_hand, Has()),
    "sheet-a-day": (sheet_a_day, Has(date=False)),
    "returns-aside": (returns_aside, Has("code")),
    "afghan": (afghan, Has()),
    "uzbek": (uzbek, Has("code")),
    "signs": (signs, Has()),
    "fractions-apart": (fractions_apart, Has()),
    "act-of-services": (act_of_services, Has(receipt=False)),
    "store-a-column": (store_a_column, Has(store=False)),
}
