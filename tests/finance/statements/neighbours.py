"""Shapes of shops here and in the countries around, those that were not read at first; invented."""

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


def turnover_tree(language: str, plan: Plan) -> Document:
    """A bookkeeping program's turnovers: a store with its sum, under it what was sold there."""
    page = Page("TDSheet")
    page.add(*words(language, "Обороты счета 1210 за Август 2022 г.",
                    "Turnovers of account 1210, August 2022"))
    page.add()
    page.add(*words(language, "Контрагент / Документ|Дата|Чек|Оборот Дт|Оборот Кт",
                    "Party / Document|Date|Receipt|Debit turnover|Credit turnover"))
    lines = sorted(plan.lines, key=lambda line: line.sale.store)
    for _, of_store in groupby(lines, key=lambda line: line.sale.store):
        own = list(of_store)
        page.add(shop(own[0], language), None, None, number(total_of(plan, own)), None)
        for line in own:
            page.add(spoilt(line, " ".join(words(language, f"Ваучер {line.sale.serial}",
                                                 f"Voucher {line.sale.serial}"))),
                     dotted(line), line.sale.receipt, number(line.amount_minor), None,
                     error=line.error, cure=line.cure)
    page.add(*words(language, "Итого", "Total"), None, None, number(stated(plan)), None,
             error=wrong(plan))
    return finished(Document([page], how=SAID), plan, stated(plan))


def tajik_or_turkish(language: str, plan: Plan) -> Document:
    """Tajik or Turkish headings; points between thousands."""
    page = Page("Sayfa1")
    page.add(*words(language, "Ҳисобот барои моҳи августи соли 2022", "Ağustos 2022 raporu"))
    page.add(*words(language, "№|Сана|Мағоза|Рақами чек|Рақами ваучер|Маблағ",
                    "Sıra|Tarih|Mağaza|Fiş no|Kupon no|Tutar"))
    for index, line in enumerate(plan.lines, 1):
        page.add(index, dotted(line), shop(line, language), line.sale.receipt,
                 spoilt(line, line.sale.serial), grouped(line.amount_minor, ".", ","),
                 error=line.error, cure=line.cure)
    page.add(None, *words(language, "Ҳамагӣ", "Genel toplam"), None, None, None,
             grouped(stated(plan), ".", ","), error=wrong(plan))
    return finished(Document([page], how=SAID), plan, stated(plan))


def cover_first(language: str, plan: Plan) -> Document:
    """A letter on a sheet of its own with the sum to be paid, the register on the next."""
    cover, page = Page("Письмо"), Page("Реестр")
    letterhead(cover, language)
    cover.add(*words(language, "Просим оплатить принятые ваучеры согласно приложению.",
                     "Please pay the vouchers that we accepted, as listed in the annex."))
    cover.add(*words(language, "Количество", "Count"), len(plan.lines))
    cover.add(*words(language, "Сумма к оплате, тенге", "Amount to be paid, tenge"),
              number(total_of(plan)))
    cover.add(*words(language, "Директор ____________ М.П.", "Director ____________ Seal"))
    page.add(*words(language, "Дата|Магазин|Чек|Ваучер|Сумма, тенге|Кассир|Подпись",
                    "Date|Store|Receipt|Voucher|Amount, tenge|Cashier|Signature"))
    for index, line in enumerate(plan.lines):
        page.add(day(line), shop(line, language), line.sale.receipt,
                 spoilt(line, line.sale.serial), number(line.amount_minor),
                 *words(language, f"Кассир {index % 3 + 1}", f"Till {index % 3 + 1}"), None,
                 error=line.error, cure=line.cure)
    page.add(*words(language, "Всего к оплате", "Total payable"), None, None, None,
             number(stated(plan)), error=wrong(plan))
    return finished(Document([cover, page]), plan, total_of(plan))


def split_tenders(language: str, plan: Plan) -> Document:
    """Each receipt's payments a row each: what was paid by cash or card has no voucher."""
    page = Page("Оплаты")
    letterhead(page, language)
    page.add(*words(language, "Дата|Магазин|Чек|Вид оплаты|Номер ваучера|Сумма оплаты",
                    "Date|Store|Receipt|Tender|Voucher number|Amount paid"))
    voucher, *others = words(language, "Ваучер|Наличные|Карта", "Voucher|Cash|Card")
    for index, line in enumerate(plan.lines):
        told = dotted(line), shop(line, language), line.sale.receipt
        page.add(*told, voucher, spoilt(line, line.sale.serial), number(line.amount_minor),
                 error=line.error, cure=line.cure)
        if index % 4 == 1:
            page.add(*told, others[index % 2], None, 1_000 + index)
    page.add(*words(language, "Итого ваучеры", "Total vouchers"), *[None] * 4,
             number(stated(plan)), error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def side_by_side(language: str, plan: Plan) -> Document:
    """To save paper, the list goes on beside itself: two tables in one row of headings."""
    page = Page("Лист1")
    letterhead(page, language)
    own = words(language, "Дата|Магазин|Чек|Ваучер|Сумма", "Date|Store|Receipt|Voucher|Amount")
    page.add(*own, None, *own)
    half = (len(plan.lines) + 1) // 2
    left, right = plan.lines[:half], plan.lines[half:]
    while left or right:
        here: list[Line | None] = [*left[:1]] or [None]
        here += right[:1] if right and not (here[0] and here[0].error and right[0].error) else []
        left, right = left[1:], right[len(here) - 1:]
        cells: list[object] = []
        for line in here:
            cells += [*([None] if cells else []), *([None] * 5 if line is None else [
                dotted(line), shop(line, language), line.sale.receipt,
                spoilt(line, line.sale.serial), number(line.amount_minor)])]
        wrongs = [line for line in here if line and line.error]
        page.add(*cells, error=wrongs[0].error if wrongs else "",
                 cure=wrongs[0].cure if wrongs else None)
    page.add(*words(language, "Итого", "Total"), *[None] * 9, number(stated(plan)),
             error=wrong(plan))
    return finished(Document([page]), plan, stated(plan))


def guarded(language: str, plan: Plan) -> Document:
    """Numbers kept from a spreadsheet's hands as `="…"`, in the old encoding of Windows."""
    page = Page()
    page.add(*words(language, "Дата и время|Подразделение|Чек №|Ваучер №|Сумма (тг)",
                    "Date and time|Unit|Receipt #|Voucher #|Sum (KZT)"))
    for line in plan.lines:
        page.add(f"{dotted(line)} {clock(line)}:00", shop(line, language),
                 f'="{line.sale.receipt}"', spoilt(line, f'="{line.sale.code}"', ""),
                 grouped(line.amount_minor, " ", ","), error=line.error, cure=line.cure)
    page.add(*words(language, "ИТОГО", "TOTAL"), "", "", "", grouped(stated(plan), " ", ","),
             error=wrong(plan))
    return finished(Document([page], "cp1251", ";", SAID), plan, stated(plan))


def chain_summary(language: str, plan: Plan) -> Document:
    """A chain's export: the store's code in brackets, sums over stores on a last sheet."""
    page, sums = Page("Детально"), Page("Свод")
    page.add(*words(language, "Период|01.08.2022|31.08.2022", "Period|01.08.2022|31.08.2022"))
    page.add(*words(language, "Дата операции|Объект|ФД|Носитель|Сумма списания",
                    "Operation day|Site|Fiscal doc|Carrier|Amount written off"))
    for line in plan.lines:
        page.add(dotted(line), f"{shop(line, language)} [{line.sale.store}]", line.sale.receipt,
                 spoilt(line, show_code(line.sale.code)), number(line.amount_minor),
                 error=line.error, cure=line.cure)
    page.add(*words(language, "Итого", "Total"), None, None, None, number(stated(plan)),
             error=wrong(plan))
    sums.add(*words(language, "Объект|Количество|Сумма", "Site|Count|Amount"))
    for store, names in list(STORES.items())[:2]:
        own = [line for line in plan.lines if line.sale.store == store]
        sums.add(names[language], len(own), number(total_of(plan, own)))
    sums.add(*words(language, "Итого", "Total"), len(plan.lines), number(total_of(plan)))
    return finished(Document([page, sums], how=SAID), plan, total_of(plan))


NEIGHBOURS: dict[str, Shape] = {
    "turnover-tree": (turnover_tree, Has()),
    "tajik-or-turkish": (tajik_or_turkish, Has()),
    "cover-first": (cover_first, Has()),
    "split-tenders": (split_tenders, Has()),
    "side-by-side": (side_by_side, Has()),
    "guarded": (guarded, Has("code")),
    "chain-summary": (chain_summary, Has("code")),
}
