"""Shapes that hands type and paper is copied into; all invented."""

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
    spelt,
    spoilt,
    stated,
    total_of,
    words,
    wrong,
)


def fee_below(language: str, plan: Plan) -> Document:
    """Under the total, what the shop leaves the programme, and what is to be paid after it."""
    page = Page("Реестр")
    letterhead(page, language)
    page.add(*words(language, "№|Дата|Чек|Магазин|Ваучер|Сумма",
                    "No.|Date|Receipt|Store|Voucher|Amount"))
    for index, line in enumerate(plan.lines, 1):
        page.add(index, dotted(line), line.sale.receipt, shop(line, language),
                 spoilt(line, line.sale.serial), number(line.amount_minor),
                 error=line.error, cure=line.cure)
    off = stated(plan) * 2 // 100
    page.add(None, *words(language, "Итого", "Total"), None, None, None, number(stated(plan)),
             error=wrong(plan))
    page.add(None, *words(language, "Скидка по договору 2 %", "Discount by contract 2 %"), None,
             None,
             None, number(off))
    page.add(None, *words(language, "К перечислению", "To be transferred"), None, None, None,
             number(stated(plan) - off))
    return finished(Document([page]), plan, stated(plan))


def day_sections(language: str, plan: Plan) -> Document:
    """A sheet a store; days stand as lines of their own over what was sold on them."""
    pages = []
    off = 50_000 if plan.wrong_total else 0
    for store, names in list(STORES.items())[:2]:
        page = Page(names[language].replace("/", " ")[:31])
        page.add(*words(language, "Чек|Ваучер|Сумма", "Receipt|Voucher|Amount"))
        own = [line for line in plan.lines if line.sale.store == store]
        for _, group in groupby(own, key=lambda line: line.sale.day):
            lines = list(group)
            page.add(dotted(lines[0]))
            for line in lines:
                page.add(line.sale.receipt, spoilt(line, show_code(line.sale.code)),
                         number(line.amount_minor), error=line.error, cure=line.cure)
        page.add(*words(language, "Итого", "Total"), None, number(total_of(plan, own) + off),
                 error="total" if off else "")
        pages.append(page)
        off = 0
    whole = total_of(plan) + (50_000 if plan.wrong_total else 0)
    return finished(Document(pages, how=SAID), plan, whole)


def same_names(language: str, plan: Plan) -> Document:
    """Two numbers and two sums of one name each, told apart by the row above them alone."""
    page = Page("1")
    letterhead(page, language)
    page.add(*words(language, "Чек||||Ваучер||", "Receipt||||Voucher||"))
    page.add(*words(language, "номер|дата|магазин|сумма|номер|номинал|сумма",
                    "number|date|store|amount|number|face value|amount"))
    for index, line in enumerate(plan.lines):
        page.add(line.sale.receipt, day(line), shop(line, language),
                 number(line.amount_minor + 33_100 * (index % 4)),
                 spoilt(line, line.sale.serial), 15_000, number(line.amount_minor),
                 error=line.error, cure=line.cure)
    page.add(*words(language, "Итого", "Total"), *[None] * 5, number(stated(plan)),
             error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def status_told(language: str, plan: Plan) -> Document:
    """A column says which operations went through; one was declined and isn't in the sum."""
    page = Page("Операции")
    letterhead(page, language)
    page.add(*words(language, "Дата|Магазин|Чек|Ваучер|Сумма|Статус",
                    "Date|Store|Receipt|Voucher|Amount|Status"))
    done, refused = words(language, "Успешно|Отклонено", "Approved|Declined")
    for index, line in enumerate(plan.lines):
        if index == 3:
            page.add(dotted(line), shop(line, language), "77020", "KZ22-R1-000043", 9_100, refused)
        page.add(dotted(line), shop(line, language), line.sale.receipt, spoilt(line,
                                                                               line.sale.serial),
                 number(line.amount_minor), done, error=line.error, cure=line.cure)
    page.add(*words(language, "Итого успешных", "Total approved"), None, None, None,
             number(stated(plan)),
             error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def in_latin(language: str, plan: Plan) -> Document:
    """Russian in Latin letters, or English cut short; figures with points between thousands."""
    page = Page("List1")
    page.add(*words(language, "Data|Magazin|Nomer cheka|Vaucher|Summa, tenge",
                    "Dt|Loc.|Rcpt|Vchr|Amt"))
    for line in plan.lines:
        page.add(dotted(line), shop(line, language), line.sale.receipt,
                 spoilt(line, line.sale.serial.lower()), grouped(line.amount_minor, ".", ","),
                 error=line.error, cure=line.cure)
    page.add(*words(language, "Itogo", "Ttl"), None, None, None, grouped(stated(plan), ".", ","),
             error=wrong(plan))
    return finished(Document([page], how=SAID), plan, stated(plan))


def series_apart(language: str, plan: Plan) -> Document:
    """A voucher's series and number in columns of their own; tenge in words of money."""
    page = Page("Ведомость")
    letterhead(page, language)
    page.add(*words(language, "Дата|Чек|Магазин|Серия|Номер ваучера|Сумма",
                    "Date|Receipt|Store|Series|Voucher number|Amount"))
    for line in plan.lines:
        head, _, tail = line.sale.serial.rpartition("-")
        page.add(dotted(line), line.sale.receipt, shop(line, language), head, spoilt(line, tail),
                 spelt(line.amount_minor, "ru"), error=line.error, cure=line.cure)
    page.add(*words(language, "Итого", "Total"), None, None, None, None, spelt(stated(plan), "ru"),
             error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def other_dress(language: str, plan: Plan) -> Document:
    """Codes with points, strokes or low lines between their parts; returns below zero."""
    page = Page("Лист1")
    letterhead(page, language)
    page.add(*words(language, "Дата продажи|ТТ|Чек|Код|Сумма оплаты",
                    "Sold|Point of sale|Receipt|Code|Payment amount"))
    for index, line in enumerate(plan.lines):
        mark = ".", "/", "_"
        dressed = mark[index % 3].join(show_code(line.sale.code).lower().split("-"))
        page.add(dotted(line), shop(line, language), line.sale.receipt, spoilt(line, dressed),
                 number(line.amount_minor), error=line.error, cure=line.cure)
    sale = plan.lines[0]
    for amount in (12_000, -12_000):
        page.add(dotted(sale), shop(sale, language), "77015", "KZ22-R1-000044", amount)
    page.add(*words(language, "Итого", "Total"), None, None, None, number(stated(plan)),
             error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def two_moneys(language: str, plan: Plan) -> Document:
    """Tenge and what they are in dollars, with the rate of the day."""
    page = Page("Export")
    page.add(*words(language, "Дата|Магазин|Чек|Ваучер|Сумма, KZT|Курс|Сумма, USD",
                    "Date|Store|Receipt|Voucher|Amount, KZT|Rate|Amount, USD"))
    for index, line in enumerate(plan.lines):
        rate = 470 + index % 5
        page.add(day(line), shop(line, language), line.sale.receipt, spoilt(line,
                                                                            show_code(line.sale.code)),
                 number(line.amount_minor), rate, round(line.amount_minor / 100 / rate, 2),
                 error=line.error, cure=line.cure)
    page.add(*words(language, "Итого", "Total"), None, None, None, number(stated(plan)), None,
             round(stated(plan) / 47_200, 2), error=wrong(plan))
    return finished(Document([page], how=SAID), plan, stated(plan))


def dari_days(language: str, plan: Plan) -> Document:
    """A sheet a day with the Solar Hijri day over it; Dari or Pashto, Persian digits."""
    from persiantools.jdatetime import JalaliDate

    pages: list[Page] = []
    off = 50_000 if plan.wrong_total else 0
    for number_, (_, group) in enumerate(groupby(plan.lines, key=lambda line: line.sale.day)):
        own = list(group)
        told = persian(JalaliDate(day(own[0])).strftime("%Y/%m/%d"))
        page = Page(told.replace("/", "-"))
        page.add(("تاریخ: " if language == "ru" else "نېټه: ") + told)
        page.add(*("شماره|فروشگاه|رسید|کد واوچر|مبلغ به تنگه" if language == "ru"
                   else "شمېره|پلورنځی|رسید|د واوچر کوډ|پیسې").split("|"))
        for index, line in enumerate(own, 1):
            page.add(persian(str(index)), shop(line, "en"), persian(line.sale.receipt),
                     spoilt(line, line.sale.code),
                     persian(f"{line.amount_minor / 100:,.2f}".replace(",", "٬").replace(".", "٫")),
                     error=line.error, cure=line.cure)
        bad = off if number_ == 2 else 0
        page.add("جمع کل" if language == "ru" else "ټولټال", None, None, None, persian(
            f"{(total_of(plan, own) + bad) / 100:,.2f}".replace(",", "٬").replace(".", "٫")),
            error="total" if bad else "")
        pages.append(page)
    return finished(Document(pages, how=SAID), plan, total_of(plan) + off)


def kazakh_register(language: str, plan: Plan) -> Document:
    """A Kazakh register with tax beside the sum, or with both languages in each heading."""
    page = Page("Тізілім")
    page.add(f"«Магнум» ЖШС (мысал), БСН {BIN}")
    page.add("16.08.2022 – 31.08.2022 аралығында қабылданған ваучерлер")
    page.add(*words(language, "Р/с №|Күні|Сауда нүктесі|Фискалдық чек|Ваучер №|Сомасы, теңге|ҚҚС",
                    "№|Күні/Дата|Дүкен/Магазин|Түбіртек/Чек|Ваучер нөмірі/Номер ваучера|"
                    "Сомасы/Сумма|ҚҚС/НДС"))
    for index, line in enumerate(plan.lines, 1):
        page.add(index, dotted(line), shop(line, language), line.sale.receipt,
                 spoilt(line, line.sale.serial), grouped(line.amount_minor, " ", ","),
                 grouped(line.amount_minor * 12 // 112, " ", ","), error=line.error, cure=line.cure)
    page.add(None, "Жиынтығы", None, None, None, grouped(stated(plan), " ", ","),
             grouped(stated(plan) * 12 // 112, " ", ","), error=wrong(plan))
    page.add("Бас бухгалтер ____________")
    return finished(Document([page]), plan, stated(plan))


def uzbek_stores(language: str, plan: Plan) -> Document:
    """Uzbek, a section a store with its sum, the day and the minute in columns of their own."""
    page = Page("Hisobot")
    page.add(*("Сана|Вақти|Чек №|Ваучер коди|Тўланган сумма" if language == "ru" else
               "Sana|Vaqti|Chek №|Vaucher kodi|To‘langan summa").split("|"))
    off = 50_000 if plan.wrong_total else 0
    for store, group in groupby(sorted(plan.lines, key=lambda one: one.sale.store),
                                key=lambda one: one.sale.store):
        own = list(group)
        page.add(STORES[store][language])
        for line in own:
            page.add(dotted(line), clock(line), line.sale.receipt, spoilt(line, line.sale.code),
                     number(line.amount_minor), error=line.error, cure=line.cure)
        page.add("Дўкон бўйича жами" if language == "ru" else "Do‘kon bo‘yicha jami", None, None,
                 None,
                 number(total_of(plan, own) + off), error="total" if off else "")
        off = 0
    page.add("Ҳаммаси" if language == "ru" else "Hammasi", None, None, None, number(total_of(plan)))
    return finished(Document([page], how=SAID), plan, total_of(plan))


def receipts_by_day(language: str, plan: Plan) -> Document:
    """Receipts alone, dates as days of the week and figures, sums by the day and of all."""
    page = Page("Z-отчеты")
    letterhead(page, language)
    page.add(*words(language, "Дата|Время|Касса|Чек|Итого чек|Ваучер",
                    "Date|Time|Till|Receipt|Receipt total|Voucher"))
    for _, group in groupby(plan.lines, key=lambda line: line.sale.day):
        own = list(group)
        for line in own:
            page.add(f"{dotted(line)[:6]}22", clock(line), shop(line, language),
                     spoilt(line, line.sale.receipt), grouped(line.amount_minor + 12_345, " ", ","),
                     grouped(line.amount_minor, " ", ","), error=line.error, cure=line.cure)
        page.add(*words(language, "За день", "Day"), None, None, None,
                 grouped(total_of(plan, own) + 12_345 * len(own), " ", ","),
                 grouped(total_of(plan, own), " ", ","))
    page.add(*words(language, "За период", "Period"), None, None, None, None,
             grouped(stated(plan), " ", ","), error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


HANDS: dict[str, Shape] = {
    "fee-below": (fee_below, Has()),
    "day-sections": (day_sections, Has("code", date=False)),
    "same-names": (same_names, Has()),
    "status-told": (status_told, Has()),
    "in-latin": (in_latin, Has()),
    "series-apart": (series_apart, Has()),
    "other-dress": (other_dress, Has("code")),
    "two-moneys": (two_moneys, Has("code")),
    "dari-days": (dari_days, Has("code", date=False)),
    "kazakh-register": (kazakh_register, Has()),
    "uzbek-stores": (uzbek_stores, Has("code")),
    "receipts-by-day": (receipts_by_day, Has("")),
}
