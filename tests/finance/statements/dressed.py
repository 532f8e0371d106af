"""Shapes by somebody who never saw the reader, by their kinds: what stands beside the lines that
looks like them, what is told twice or elsewhere, what does not count. All invented."""

from itertools import groupby

from cbi.ledger.vouchers.codes import show_code
from tests.finance.statements.campaign import STORES
from tests.finance.statements.documents import Document, Page, grouped, number
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


def short(line: Line) -> str:
    """A serial in short: `R1-7`."""
    return f"R1-{int(line.sale.serial.rpartition('-')[2])}"


def till_number(line: Line) -> str:
    """A receipt as a till prints it, which looks like a serial."""
    return f"A1-{line.sale.receipt:0>6}"


def code_beside_serial(language: str, plan: Plan) -> Document:
    """Serial and code on every line, a till's receipts that look like serials."""
    page = Page("Annex A")
    letterhead(page, language)
    page.add(*words(language, "№|№ ваучера|Код ваучера|Точка|Дата|Документ (чек ККМ)|Сумма",
                    "No.|Voucher No.|Voucher code|Point of sale|Date|Receipt|Voucher amount"))
    for index, line in enumerate(plan.lines, 1):
        page.add(index, spoilt(line, short(line)), show_code(line.sale.code), shop(line, language),
                 day(line), till_number(line), number(line.amount_minor),
                 error=line.error, cure=line.cure)
    page.add(None, *words(language, "Итого", "Total claimed"), None, None, None, None,
             number(stated(plan)), error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def punched_again(language: str, plan: Plan) -> Document:
    """A journal of a till: what was punched wrongly and cancelled stands before its sale."""
    page = Page()
    page.add(*words(language, "МАГАЗИН;СМЕНА;ДАТА;ВРЕМЯ;ЧЕК;ТИП_ОПЕР;КОД_СЕРТ;СУММА_ЧЕКА;ОПЛ_СЕРТ"
                    .replace(";", "|"),
                    "STORE|SHIFT|DATE|TIME|RECEIPT|OPERATION_TYPE|VOUCHER_CODE|RECEIPT_TOTAL|"
                    "TENDER_VOUCHER"))
    sold, gone = words(language, "ПРОДАЖА|АННУЛ", "SALE|VOID")
    for index, line in enumerate(plan.lines):
        cells = [shop(line, language), 180 + day(line).day, dotted(line), clock(line)]
        amounts = [grouped(line.amount_minor + 50_000, "", ","),
                   grouped(line.amount_minor, "", ",")]
        if index in (3, 9) and not line.error:
            page.add(*cells, f"{line.sale.receipt}9", gone, line.sale.code, *amounts)
        page.add(*cells, line.sale.receipt, sold, spoilt(line, line.sale.code), *amounts,
                 error=line.error, cure=line.cure)
    return _without_total(Document([page], "cp1251", ";", SAID), plan)


def struck_out(language: str, plan: Plan) -> Document:
    """A list by the week in which a remark beside a line says that it does not count."""
    page = Page("16-31.08")
    page.add(*words(language, "Магазин: приём ваучеров", "Shop: vouchers taken"))
    page.add(*words(language, "Дата|Магазин|Ваучер|Код|Чек|По ваучеру|Кассир|Отметка",
                    "Date|Shop|Voucher|Code|Receipt|By voucher|Cashier|Remark"))
    remark, other = words(language, "аннул.|без сдачи", "cancelled|no change")
    for index, line in enumerate(plan.lines):
        cells = [day(line), shop(line, language), spoilt(line, line.sale.serial),
                 show_code(line.sale.code), line.sale.receipt, number(line.amount_minor), "А.К."]
        page.add(*cells, other if index % 3 == 1 else None, error=line.error, cure=line.cure)
        if index in (4, 11) and not line.error:
            page.add(*cells, remark)
    page.add(*words(language, "Итого", "Total"), None, None, None, None, number(stated(plan)),
             error=wrong(plan))
    return finished(Document([page], how=SAID), plan, stated(plan))


def said_in_purpose(language: str, plan: Plan) -> Document:
    """A terminal's export: its own number of each operation, serial and receipt in the purpose."""
    page = Page("Операции")
    letterhead(page, language)
    page.add(*words(language, "#|Дата операции|Адрес точки|Номер операции|Сумма операции (т)|"
                    "К зачислению (т)|Назначение",
                    "#|Operation date|Address of outlet|Operation number|Operation amount (T)|"
                    "To be credited (T)|Purpose"))
    for index, line in enumerate(plan.lines, 1):
        told, = words(language, f"Оплата ваучером {short(line)}, чек {line.sale.receipt}",
                      f"Paid by voucher {short(line)}, receipt {line.sale.receipt}")
        page.add(index, dotted(line), f"011 {shop(line, language)}, -1",
                 8_840_100_000 + 317 * index, number(line.amount_minor),
                 round(line.amount_minor * 0.0099, 2), spoilt(line, told),
                 error=line.error, cure=line.cure)
    page.add(*words(language, "Итого:", "Total:"), None, None, len(plan.lines),
             number(stated(plan)), None, None, error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def by_hand(language: str, plan: Plan) -> Document:
    """A list kept by hand: its title right above the headings, stores in short, a Cyrillic Р."""
    page = Page("Лист1")
    page.add(*words(language, "Ваучеры которые приняли в августе", "Vouchers taken in August"))
    page.add(*words(language, "|число|№ ваучера|чек|магазин|сколько|примечание",
                    "|day|voucher no.|receipt|shop|how much|note"))
    places = {"magnum-almaty-1": words(language, "Яблоневая", "Apple")[0],
              "magnum-almaty-2": words(language, "Весенний-5", "Spring 5")[0]}
    for index, line in enumerate(plan.lines, 1):
        serial = (short(line), short(line).replace("R", "Р"), short(line).replace("-", " – "))
        page.add(index, dotted(line), spoilt(line, serial[index % 3]), line.sale.receipt,
                 places[line.sale.store], f"{line.amount_minor // 100} тенге "
                 f"{line.amount_minor % 100:02d} тиын", error=line.error, cure=line.cure)
    page.add(None, None, None, None, *words(language, "ИТОГО", "TOTAL"),
             f"{grouped(stated(plan), ' ', ',')} тенге", error=wrong(plan))
    return finished(Document([page], how=SAID), plan, stated(plan))


def sold_returned_net(language: str, plan: Plan) -> Document:
    """Uzbek or English headings over two rows: what was sold, what came back, what is left."""
    page = Page("Hisobot")
    letterhead(page, language)
    page.add(*words(language, "T/r|Chek|||Do‘kon|Vaucher raqami|Summa, tenge||",
                    "No.|Receipt|||Store|Voucher number|Amount, tenge||"))
    page.add(*words(language, "|sanasi|vaqti|raqami|||Sotilgan|Qaytarilgan|Jami",
                    "|date|time|number|||Sold|Returned|Net"))
    for index, line in enumerate(plan.lines, 1):
        head = [index, dotted(line), clock(line), line.sale.receipt, shop(line, language),
                spoilt(line, line.sale.serial)]
        amount = number(line.amount_minor)
        if line is plan.lines[5]:
            more = number(line.amount_minor + 45_000)
            page.add(*head, more, None, more, error=line.error, cure=line.cure)
            page.add(*head, None, 450, -450)
        else:
            page.add(*head, amount, None, amount, error=line.error, cure=line.cure)
    page.add(None, *words(language, "Jami:", "Total:"), None, None, None, None,
             number(total_of(plan) + 45_000), 450, number(stated(plan)), error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def outline(language: str, plan: Plan) -> Document:
    """A report in an outline: the store once, under it days that are summed, then the store."""
    page = Page("Отчет")
    letterhead(page, language)
    page.add(*words(language, "Предприятие|Учетный день|Номер чека|Номер карты|Сумма оплаты, тг.",
                    "Outlet|Business day|Receipt number|Card number|Amount paid, KZT"))
    summed, = words(language, "всего", "total")
    off = 50_000 if plan.wrong_total else 0
    lines = sorted(plan.lines, key=lambda line: (line.sale.store, line.sale.day))
    for _, of_store in groupby(lines, key=lambda line: line.sale.store):
        of_one, first = list(of_store), True
        for _, of_day in groupby(of_one, key=lambda line: line.sale.day):
            own = list(of_day)
            for line in own:
                page.add(shop(line, language) if first else None,
                         dotted(line) if line is own[0] else None, till_number(line),
                         spoilt(line, show_code(line.sale.code)), number(line.amount_minor),
                         error=line.error, cure=line.cure)
                first = False
            page.add(None, f"{dotted(own[0])} {summed}", None, None,
                     number(total_of(plan, own) + off), error="total" if off else "")
            off = 0
        page.add(f"{shop(of_one[0], language)} {summed}", None, None, None,
                 number(total_of(plan, of_one)))
    page.add(*words(language, "Итого", "Grand total"), None, None, None, number(total_of(plan)))
    return finished(Document([page]), plan, total_of(plan))


def days_over_lines(language: str, plan: Plan) -> Document:
    """Kyrgyz or Turkish: the day in a row over its lines and their sum under them, the time by a
    word that no list knows."""
    page = Page("Тизме")
    page.add(*words(language, "Тизме, 2022-жылдын 16–31 августу", "Liste, 16–31 Ağustos 2022"))
    page.add(*words(language, "№|Убактысы|Ваучердин №|Чектин №|Дүкөн|Суммасы (теңге)",
                    "Sıra|Saati|Kupon no|Fiş no|Mağaza|Tutar (KZT)"))
    off = 50_000 if plan.wrong_total else 0
    lines = sorted(plan.lines, key=lambda line: line.sale.day)
    for number_of, (_, group) in enumerate(groupby(lines, key=lambda line: line.sale.day)):
        own = list(group)
        page.add(dotted(own[0]))
        for line in own:
            page.add(line.sale.receipt[-2:], clock(line), spoilt(line, line.sale.serial),
                     line.sale.receipt, shop(line, "ru" if language == "ru" else "en"),
                     number(line.amount_minor), error=line.error, cure=line.cure)
        fault = off if number_of == 2 else 0
        page.add(None, *words(language, "Күн боюнча жыйынтык", "Gün toplamı"), None, None, None,
                 number(total_of(plan, own) + fault), error="total" if fault else "")
    page.add(None, *words(language, "БАРДЫГЫ", "GENEL TOPLAM"), None, None, None,
             number(total_of(plan)))
    return finished(Document([page]), plan, total_of(plan))


def account_card(language: str, plan: Plan) -> Document:
    """A card of an account: the account's number beside each sum, the voucher among its parties."""
    page = Page("TDSheet")
    letterhead(page, language)
    page.add(*words(language, "Период|Документ|Аналитика|Место|Дебет||Кредит|",
                    "Date|Document|Party|Place|Debit||Credit|"))
    page.add(*words(language, "||||Счет|Сумма|Счет|Сумма", "||||Account|Amount|Account|Amount"))
    for line in plan.lines:
        told, = words(language, f"Отчет о продажах {clock(line)}\nЧек {line.sale.receipt}",
                      f"Report of sales {clock(line)}\nReceipt {line.sale.receipt}")
        party, = words(language, f"Программа\nВаучер {short(line)}",
                       f"Programme\nVoucher {short(line)}")
        page.add(dotted(line), told, spoilt(line, party), f"{shop(line, language)}\n№ 1", "1210",
                 number(line.amount_minor), "6010", None, error=line.error, cure=line.cure)
    page.add(*words(language, "Обороты за период", "Turnover of the period"), None, None, None,
             None, number(stated(plan)), None, None, error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def by_cashiers(language: str, plan: Plan) -> Document:
    """A cashier, their store, how many and how much in a row over the lines of it."""
    page = Page("1")
    letterhead(page, language)
    page.add(*words(language, "Кассир / Чек|Код ваучера|Дата, время|Сумма, тг|Операций",
                    "Cashier / Receipt|Voucher code|Date, time|Amount, KZT|Operations"))
    off = 50_000 if plan.wrong_total else 0
    lines = sorted(plan.lines, key=lambda line: line.sale.store)
    for store, group in groupby(lines, key=lambda line: line.sale.store):
        own = list(group)
        page.add(f"Ким Л. ({STORES[store][language]})", None, None,
                 number(total_of(plan, own) + off), len(own), error="total" if off else "")
        off = 0
        for line in own:
            page.add(f"    {till_number(line)}", spoilt(line, show_code(line.sale.code)),
                     f"{dotted(line)} {clock(line)}", number(line.amount_minor), None,
                     error=line.error, cure=line.cure)
    page.add(*words(language, "Итого", "Total"), None, None, number(total_of(plan)), len(lines))
    return finished(Document([page]), plan, total_of(plan))


def bare_receipts(language: str, plan: Plan) -> Document:
    """Receipts alone, with the letters that the shop's tills write before them; a block a store."""
    page = Page("Чеки")
    letterhead(page, language)
    off = 50_000 if plan.wrong_total else 0
    lines = sorted(plan.lines, key=lambda line: line.sale.store)
    for store, group in groupby(lines, key=lambda line: line.sale.store):
        own = list(group)
        page.add(STORES[store][language])
        page.add(*words(language, "Чек №|Дата|Сумма чека|в т.ч. ваучером",
                        "Receipt no.|Date|Receipt total|of it by voucher"))
        for line in own:
            page.add(spoilt(line, till_number(line)), dotted(line),
                     number(line.amount_minor + 30_000), number(line.amount_minor),
                     error=line.error, cure=line.cure)
        page.add(*words(language, "Итого по магазину", "Store total"), None,
                 number(total_of(plan, own) + 30_000 * len(own)),
                 number(total_of(plan, own) + off), error="total" if off else "")
        off = 0
    page.add(*words(language, "ВСЕГО", "GRAND TOTAL"), None,
             number(total_of(plan) + 30_000 * len(lines)), number(total_of(plan)))
    return finished(Document([page]), plan, total_of(plan))


def invoice(language: str, plan: Plan) -> Document:
    """An invoice in the form of the law: no heading names a voucher, all is among the goods; sums
    without and with a tax."""
    page = Page("1")
    page.add(*words(language, "СЧЕТ-ФАКТУРА № 1184 от 31 августа 2022 г.",
                    "INVOICE No. 1184 of 31 August 2022"))
    page.add(*words(language, "Период: 16.08.2022 - 31.08.2022", "Period: 16.08.2022 - 31.08.2022"))
    page.add(*words(language, "№ п/п|Наименование товаров (работ, услуг)|Ед. изм.|Кол-во|"
                    "Цена (тариф)|Стоимость без НДС|НДС|Всего стоимость реализации",
                    "No.|Description of goods|Units|Qty|Price|Amount without VAT|VAT|"
                    "Total amount"))
    for index, line in enumerate(plan.lines, 1):
        net = round(line.amount_minor / 112, 2)
        told, = words(
            language, f"Продукты по ваучеру {short(line)}, {shop(line, language)}, "
            f"чек {line.sale.receipt} от {dotted(line)}",
            f"Food for voucher {short(line)}, {shop(line, language)}, "
            f"receipt {line.sale.receipt} of {dotted(line)}")
        page.add(index, spoilt(line, told), *words(language, "шт", "pcs"), 1, net, net,
                 round(line.amount_minor / 100 - net, 2), number(line.amount_minor),
                 error=line.error, cure=line.cure)
    page.add(*words(language, "Всего по счету", "Total"), None, None, None, None, None, None,
             number(stated(plan)), error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def both_sides(language: str, plan: Plan) -> Document:
    """A reconciliation act: what the shop has, beside it an empty half for the other side."""
    page = Page("Акт")
    letterhead(page, language)
    page.add(*words(language, "№ п/п|Дата|Документ|Дебет|Кредит||Дата|Документ|Дебет|Кредит",
                    "No.|Date|Document|Debit|Credit||Date|Document|Debit|Credit"))
    page.add(None, None, *words(language, "Сальдо начальное", "Opening balance"), 0)
    for index, line in enumerate(plan.lines, 1):
        told, = words(language, f"Продажа ({short(line)}, {shop(line, language)}, "
                      f"чек {line.sale.receipt} от {dotted(line)})",
                      f"Sale ({short(line)}, {shop(line, language)}, "
                      f"receipt {line.sale.receipt} of {dotted(line)})")
        page.add(index, dotted(line), spoilt(line, told), number(line.amount_minor), None,
                 error=line.error, cure=line.cure)
    page.add(None, None, *words(language, "Обороты за период", "Turnover of the period"),
             number(stated(plan)), 0, error=wrong(plan))
    page.add(None, None, *words(language, "Сальдо конечное", "Closing balance"),
             number(stated(plan)))
    return finished(Document([page]), plan, stated(plan))


def column_a_store(language: str, plan: Plan) -> Document:
    """A column for each store under one heading, then what all come to."""
    page = Page("Август")
    page.add(*words(language, "Шахматка по ваучерам", "Vouchers by store"))
    page.add()
    page.add(*words(language, "Ваучер|Дата|Чек|Принято в магазине, тенге||Итого",
                    "Voucher|Date|Receipt|Taken in the store, tenge||Total"))
    places = list(STORES)[:2]
    names = words(language, "Яблоневая, 12|Весенний, 5", "Apple St. 12|Spring Ave. 5")
    page.add(None, None, None, *names)
    for line in plan.lines:
        amount = number(line.amount_minor)
        page.add(spoilt(line, short(line)), dotted(line), line.sale.receipt,
                 *(amount if line.sale.store == place else None for place in places), amount,
                 error=line.error, cure=line.cure)
    sums = [total_of(plan, [line for line in plan.lines if line.sale.store == place])
            for place in places]
    page.add(*words(language, "Всего", "Total"), None, None, *map(number, sums),
             number(stated(plan)), error=wrong(plan))
    return finished(Document([page], how=SAID), plan, stated(plan))


def summed_up_first(language: str, plan: Plan) -> Document:
    """A summary of stores on a sheet of its own, what was sold, came back and is due: its total is
    the statement's."""
    sums, page = Page("Свод"), Page("Продажи")
    page.add(*words(language, "Дата|Магазин|Чек|Ваучер|Сумма", "Date|Store|Receipt|Voucher|Amount"))
    for line in plan.lines:
        page.add(dotted(line), shop(line, language), line.sale.receipt,
                 spoilt(line, line.sale.serial), number(line.amount_minor),
                 error=line.error, cure=line.cure)
    sums.add(*words(language, "Магазин|Продажи|Возвраты|К оплате",
                    "Store|Sales|Returns|Amount due"))
    for place in list(STORES)[:2]:
        own = total_of(plan, [line for line in plan.lines if line.sale.store == place])
        sums.add(STORES[place][language], number(own), 0, number(own))
    sums.add(*words(language, "Всего к оплате", "Total due"), number(total_of(plan)), 0,
             number(stated(plan)), error=wrong(plan))
    return finished(Document([sums, page], how=SAID), plan, stated(plan))


def form_answers(language: str, plan: Plan) -> Document:
    """Answers to a form in the web: months first, numbers as each cashier writes them."""
    page = Page()
    page.add(*words(language, "Отметка времени|Ваш магазин|Номер ваучера (с карточки)|"
                    "Дата и время покупки|Номер чека|Сумма, оплаченная ваучером|Комментарий",
                    "Timestamp|Your shop|Voucher number (from the card)|Date and time of purchase|"
                    "Receipt number|Amount paid by voucher|Comment"))
    for index, line in enumerate(plan.lines):
        number_of = int(line.sale.serial.rpartition("-")[2])
        serial = (short(line).lower(), f"R1-{number_of:03d}", f"R1 {number_of}")[index % 3]
        mixed = shop(line, language) if index % 2 else shop(line, "en").replace("Magnum", "Магнум")
        when = f"{day(line).month}/{day(line).day}/2022"
        hour = f"{line.sale.hour % 12 or 12}:{line.sale.minute:02d} " \
               f"{'AM' if line.sale.hour < 12 else 'PM'}"
        page.add(f"{when} 11:5{index % 10}:00 PM", f"{mixed} ", spoilt(line, serial),
                 f"{when} {hour}", line.sale.receipt, grouped(line.amount_minor, ",", "."), None,
                 error=line.error, cure=line.cure)
    return _without_total(Document([page], "utf-8", ",", SAID), plan)


def _without_total(document: Document, plan: Plan) -> Document:
    plan.errors.remove("total")
    return finished(document, plan, None)


DRESSED: dict[str, Shape] = {
    "code-beside-serial": (code_beside_serial, Has()),
    "punched-again": (punched_again, Has("code")),
    "struck-out": (struck_out, Has()),
    "said-in-purpose": (said_in_purpose, Has()),
    "by-hand": (by_hand, Has()),
    "sold-returned-net": (sold_returned_net, Has()),
    "outline": (outline, Has("code")),
    "days-over-lines": (days_over_lines, Has()),
    "account-card": (account_card, Has()),
    "by-cashiers": (by_cashiers, Has("code")),
    "bare-receipts": (bare_receipts, Has("")),
    "invoice": (invoice, Has()),
    "both-sides": (both_sides, Has()),
    "form-answers": (form_answers, Has()),
    "column-a-store": (column_a_store, Has()),
    "summed-up-first": (summed_up_first, Has()),
}
