"""Whether a line is a sale or a return, by the words that shops write. Pure."""

import re
from functools import lru_cache

_RETURN = re.compile(
    r"возвр|^взв(?:р|рт)?\.?$|сторно|отмен|аннул|^анн\.?$|"
    r"refund|return|revers|\bvoid|cancel|chargeback|credit note|payback|"
    r"\bavoirs?\b|gutschrift|"
    r"қайтар|қайтыл|кайтар|кайтыл|баргардон|бозгашт|مسترد|برگشت|لغو|باطل|qaytar|қайтариш|"
    r"\biade|iptal|bekor|бекор|поверн|скасов|qaytarma|geri qaytar|مرتجع|إرجاع|استرجاع"
)
_SALE = re.compile(
    r"продаж|^прод\b|^прд\.?$|"
    r"реализ|погаш|оплат|покупк|списан|приход|sale|sold|redeem|redempt|purchase|payment|"
    r"spent|debit|\bsell\b|сату|сатып|төлем|төлөм|фурӯш|فروش|sotuv|sotil|satış|satis\b|بيع|شراء|придбан"
)

_UNDONE = re.compile(
    r"отклон|отказ|неусп|не прош|не пров|ошибк|отмен|аннул|^анн\.?$|"
    r"declin|reject|refus|fail|error|cancel|"
    r"\bvoid|not approved|unsuccess|қабылданбад|rad etil"
)

_CANCELLED = re.compile(
    r"аннул|^анн\.?$|"
    r"отменен|^отмена\b|погашен[ао]? ошибочн|\bvoid|cancell?ed|^cancel|iptal|bekor|бекор|"
    r"жарамсыз|жойылған|жокко чыгар|باطل|لغو"
)

_NO_SALE = re.compile(
    r"активац|выпуск|эмисси|пополн|зачислени|(?:запрос|проверка) (?:баланса|остатка)|activat|"
    r"\bissu(?:e|ance)|top.?up|\bload|balance (?:inquiry|check|enquiry)|yükleme|"
    r"aktivasyon|faollashtir"
)

_OTHER_TENDER = re.compile(
    r"нал|нал\.|наличн(?:ые|ыми|ая оплата)|безнал\w*|(?:банковск(?:ая|ой) )?карт(?:а|ой)|cash|"
    r"(?:(?:bank|credit|debit) )?card|қолма.қол|карточка"
)


@lru_cache(maxsize=512)
def is_other_tender(text: str) -> bool:
    """Whether a cell names a means of payment that is no voucher, and nothing else."""
    return bool(_OTHER_TENDER.fullmatch(text.strip().casefold()))


@lru_cache(maxsize=512)
def kind_of(text: str) -> str | None:
    """`sale`, `return`, or None where the words say neither."""
    folded = text.casefold().replace("ё", "е")
    if _RETURN.search(folded):
        return "return"
    return "sale" if _SALE.search(folded) else None


@lru_cache(maxsize=512)
def is_undone(status: str) -> bool:
    """Whether a line's status says that nothing was sold: declined, failed, cancelled."""
    return bool(_UNDONE.search(status.casefold().replace("ё", "е")))


@lru_cache(maxsize=512)
def is_no_sale(kind: str) -> bool:
    """Whether a kind of operation is of a card's own life: nothing was sold or taken back."""
    return bool(_NO_SALE.search(kind.casefold().replace("ё", "е"))) and kind_of(kind) is None


@lru_cache(maxsize=4096)
def is_cancelled(text: str) -> bool:
    """Whether a text says that a line, or another one, does not count."""
    return bool(_CANCELLED.search(text.strip().casefold().replace("ё", "е")))
