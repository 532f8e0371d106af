"""What a statement's headings mean: how well each fits each field, in points. Pure.

A heading is matched by the words it is made of, not as a whole: shops put them together as they
like. A field that we don't read (the purchase, the face value, tax, a running sum) is known too, so
that its column isn't taken for the one that is billed.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from cbi.base.plugins import STATEMENT_LAYOUTS, plugin_unfit, plugins

FIELDS = (
    "series", "voucher", "second", "amount", "returned", "minor", "date", "time", "store",
    "receipt", "kind", "status", "currency", "purchase",
)
"""What is read of a line; `second` is a second name of its voucher, the code beside the serial, and
`purchase` is read only where one column is it without a doubt: nobody is asked for it."""

CERTAIN, LIKELY, POSSIBLE = 6, 4, 2

_NUMBER = {"№": "номер", "#": "number", "no": "number", "nr": "number", "n": "number",
           "num": "number", "ном": "номер",
           "رقم": "number"}
_WORDS = re.compile(r"[№#]|[^\W_]+")
_ASIDE = re.compile(r"\([^)]*\)")
_ARABIC = str.maketrans("يىكةأإ", "ییکهاا")
"""Letters that Arabic and Persian write otherwise."""
ARTICLE_WORDS = 4
"""A word of more letters than these may begin with an article."""
_FOREIGN_MONEY = frozenset({"usd", "eur", "руб"})

_VOUCHER = (r"(?:ваучер|купон|талон|сертификат|серт|çek|voucher|coupon|token|certificate|"
            r"gift card|gutschein|вауч|vaucher|vchr|вчр|kupon|واوچر|وچر|کوپن|"
            r"قسیمه|قسائم|کوبون|بطاقه)\w*")
_NAMES_IT = (r"(?:номер|код|серия|серийн\w+|сери|number|code|serial|id|штрих\w*|barcode|"
             r"нөмір\w*|шифр|raqam\w*|kodi?\b|рақам\w*|номери\w*|شماره|شمېره|شمیره|کد|کوډ|رقم|رمز|nömrə\w*)")
_PAID = (r"(?:сумм\w*|amount|value|оплачен\w*|погашен\w*|списан\w*|paid|redeemed|charged|spent|"
         r"debit\w*|covered|claimed|сома\w*|sum|тг|итог\w*|total|зачтен\w*|использован\w*|"
         r"payment|tender\w*|опл\w*|снято|withdraw\w*|amt|to\W?langan|тўланган|ödenen|пардохт\w*|сплач\w*|ödəni\w*)")
_PURCHASE = (r"(?:покупк\w*|чек\w*|товар\w*|корзин\w*|purchase\w*|receipt|basket|bill|goods|"
             r"ticket|"
             r"sale|sales|alışveriş\w*|savdo|xarid\w*|харид\w*|сатып алу\w*|خرید|alış\w*)")
_SUM = (r"(?:сумм\w*|amount|amt|sum|value|total|итог\w*|всего|стоимост\w*|сома\w*|оплат\w*|paid|"
        r"betrag|montant|gross|брутто|brüt|төлем|төлөм|payment|debit|summa\w*|tutar\w*|toplam\w*|bedel\w*|mablag\w*|маблағ\w*|жами|"
        r"ҷамъ\w*|сума\w*|məbləğ\w*|möçber\w*|cəmi|jemi|قیمه|مبلغ|پیسې|پیسی|مقدار)")
MINOR = (r"(?:тиын|тиин|тыйын|tiy[iı]?n|коп(?:еек|ейки|ейка)?|cents?|дирам|diram|тийин)")
_ISSUED = r"(?:выдач\w*|выдан\w*|issue\w*|действ\w*|срок\w*|expir\w*|valid\w*|рожд\w*|birth)"

Pattern = tuple[int, str, str]
"""Points, what a heading must hold, and what it must not (either may be empty)."""

PATTERNS: Mapping[str, tuple[Pattern, ...]] = {
    "voucher": (
        (CERTAIN, rf"{_NAMES_IT}.*\b{_VOUCHER}|\b{_VOUCHER}.*{_NAMES_IT}|\be?{_VOUCHER}"
         r"(?: ref\w*)?$",
         rf"{_PAID}|ваучер(?:ом|ами)\b|\bby\b|дата|date|время|time|номинал|face|кол|count|qty|остат|balanc|"
         r"вид|тип|type|kind"),
        (LIKELY, r"\bсерийн\w+ номер|\bсерия\b|\bserial\b|\bштрих ?код\w*|\bbarcode|\bqr\b|"
                 r"сериялық",
         r"чек|receipt|касс|till|дата|date|товар|item"),
        (POSSIBLE, r"^(?:код|code|номер|number|id|идентификатор)$", ""),
    ),
    "amount": (
        (CERTAIN, rf"{_PAID}.*\b{_VOUCHER}|\b{_VOUCHER}.*{_PAID}", r"номинал|face|остат|balanc"),
        (CERTAIN, r"(?:\bк|\bдля|\bна)\b.*(?:оплат|возмещ|перечисл|выплат|погаш)|\bpayable|\bdue\b|"
                  r"reimburs|\bclaim(?:ed)?\b|списан|погашен|\bspent|redeemed|charged|debited|"
                  r"зачтен|использован|төлем сомас|ваучер(?:ом|ами)\b|"
                  r"\b(?:by|in|with) vouchers?\b|\b(?:réglé|payé)\w* par bons?\b",
         r"дата|date|номер|number|остат|balanc|код|code"),
        (POSSIBLE, rf"{_SUM}.*{_PURCHASE}|{_PURCHASE}.*{_SUM}", r"дата|date|номер|number"),
        (LIKELY, rf"\be?{_VOUCHER}",
         rf"{_NAMES_IT}|дата|date|кол|count|qty|номинал|\bface|остат|balanc"),
        (LIKELY, rf"\b{_SUM}|^(?:сколько|how much|қанша|канча|qancha|ne kadar|چقدر)\b|"
                 r"^тенге$|^kzt$|құны|^поступл\w*$|^received$|^зачислен\w*$|"
                 r"^кредит$|^credit(?:ed)?$|^дебет$|^приход$|^түсім$",
         r"дата|date|номер|number|прописью|words|чек|receipt|возвр|return|refund|қайтар|qaytar|"
         rf"\b{MINOR}\b|برگشت"),
    ),
    "returned": (
        (CERTAIN, rf"(?:возвр|сторно|return|refund|қайтар|qaytar|برگشت)\w*.*\b{_SUM}|"
                  rf"\b{_SUM}.*(?:возвр|сторно|return|refund|қайтар|qaytar|برگشت)|"
                  r"^(?:возврат\w*|сторно|returns?|returned|refunds?|refunded)$",
         r"дата|date|номер|number|причин|reason|кол|count|qty|\bбез\b|without|за вычетом|net\b|"
         r"чек"),
    ),
    "minor": ((CERTAIN, rf"(?:^|\b{_SUM} ){MINOR}$", ""),),
    "date": (
        (CERTAIN, r"(?:дата|date|күні|\bday|день).*(?:продаж|покуп|чек|опер|погаш|sale|purchase|"
                  r"trans|redem|сатып)|sold on|(?:sale|purchase|trans\w*) date|дата и время|"
                  r"date and time|дата время|date time|datetime|timestamp", _ISSUED),
        (LIKELY, r"\bдата|\bdate|^datum$|^dt$|^data$|^дт$|^kuni$|^период$|^period$|"
                 r"\bкүн|^день$|^day$|^when$|^число$|^sanasi?$|^санаси?$|^сана\b|"
                 r"^tarihi?$|^таърих\w*$|"
                 r"تاریخ|نېټه|نیټه|^tarix\w*$|^sene$|^когда$|"
                 r"(?:учетный|accounting|business) (?:день|day)|^sold on$",
         _ISSUED),
    ),
    "time": (
        (LIKELY, r"^(?:время|time|уақыт\w*|убакт\w*|вақт\w*|vaqt\w*|saat\w*|ساعت|وخت|ساعه|وقت|"
                 r"час\w*|hour)(?: .*)?$|\b(?:sale|purchase) time",
         r"дата|date"),
    ),
    "store": (
        (LIKELY, r"магазин|филиал|торгов\w+ точк|\bточк|\bstore|\bshop|branch|outlet|location|"
                 r"дүкен|сауда нүкте|адрес|address|supermarket|супермаркет|подраздел|"
                 r"объект|маркет|\bsite\b|^маг$|предприят|do ?kon|do\wkon|дўкон|дүкөн|"
                 r"мағоза|mağaza|şube|^filiale$|magasin|"
                 r"فروشگاه|مغازه|دکان|پلورنځی|هټۍ|فرع|متجر|محل|dükan|крамниц",
         r"сумм|amount|номер чек|receipt|дата|date|total"),
        (POSSIBLE, r"касс|\btill|\bpos\b|\bterminal|терминал|склад|отдел|\bcity|город",
         r"чек|receipt|cashier|кассир|сумм|amount|дата|date"),
    ),
    "receipt": (
        (CERTAIN, r"(?:номер|number|id|код|нөмір\w*|nomer).*(?:чек|receipt|cheque|квитанц|түбіртек|"
                  r"chek)|"
                  r"(?:чек|receipt|cheque|квитанц|түбіртек)\w*.*(?:номер|number|id|нөмір)|^чек$|"
                  r"^receipt$|^cheque$|кассов\w+ чек|фискальн\w+ (?:чек|номер|признак)|касс\w* чек|"
                  r"fiscal (?:receipt|number)|till receipt",
         r"сумм|amount|дата|date|время|time|total|итог|стоим|value"),
        (LIKELY, r"\bчек|receipt|cheque|квитанц|түбіртек|docket|\bslip\b|\bticket",
         r"сумм|amount|дата|date|время|time|total|итог|стоим|value|оплач|paid"),
        (LIKELY, r"^bon (?:номер|number)$|"
                 r"^chek\b|^rcpt|^fiş\b|رسید|^بل$|^بل شماره|شماره بل|فاتوره|ایصال|وصل$|^чек рақам",
         r"تاریخ|نېټه|مبلغ"),
        (POSSIBLE, r"транзакц|transaction|\btxn\b|\btrx\b|\bref\b|reference|документ|document|"
                   r"operation number|номер операц|^ссылка$|\bbill\b",
         r"сумм|amount|дата|date|время|time|type|тип|вид|total|kind"),
    ),
    "kind": (
        (LIKELY, r"^(?:операция|оп|опер|operation|тип|вид|type|kind|движение|transaction type|"
                 r"(?:doc|document|receipt|sale) type)"
                 r"(?: (?:операции|документа|чека|of operation|operation|transaction))?$|"
                 r"признак возврат|продажа возврат|sale return",
         r"товар|goods|categor|катег|оплат|payment"),
    ),
    "series": ((LIKELY, r"^(?:серия|series|serie|сер|сериясы|seriya\w*)(?: ваучера)?$", ""),),
    "status": (
        (LIKELY, r"^(?:статус|status|состояние|state|результат|result|ответ|response|күйі|holati)"
                 r"(?: (?:операции|оплаты|чека|платежа|of \w+))?$|"
                 r"^(?:operation|payment|transaction|receipt) (?:status|state|result)$", ""),
    ),
    "currency": ((LIKELY, r"^(?:валюта|currency|вал|ccy|curr?)$", ""),),
    "purchase": (
        (CERTAIN, rf"{_SUM}.*{_PURCHASE}|{_PURCHASE}.*{_SUM}", r"номер|number|ваучер|voucher"),
    ),
    "-purchase": (
        (CERTAIN, rf"{_SUM}.*{_PURCHASE}|{_PURCHASE}.*{_SUM}", r"номер|number|ваучер|voucher"),
    ),
    "-face": ((CERTAIN, r"номинал|\bface\b|denominat|лимит|\blimit|остат|сальдо|balance|чаевые|"
                        r"\btips?\b|qoldi|remain|скидк|"
                        r"discount|бонус|bonus|наличн|\bcash\b|картой|\bcard\b|сдача|\bchange\b|"
                        r"комисс|fee\b|\bmdr\b|эквайр|долг|debt|аванс",
               r"gift card|(?:со|с учетом|за вычетом) скид|(?:after|net of|less) discount"),),
    "-price": ((CERTAIN, r"цена|\bprice|тариф|\brate\b|курс", ""),),
    "-tax": ((CERTAIN, r"\bндс\b|\bvat\b|налог|\btax|ққс|\bпдв\b|ضریبه",
              r"\bс ндс|\bз пдв|with vat|without|без ндс|сумма с|"
              r"(?:amount|sum|total|сумма).*\bincl|exclud|\bexcl"),),
    "-account": ((CERTAIN, r"\b(?:счет|account|шот|hesap|hisob)$", r"сумм|amount|sum"),),
    "-issued": ((CERTAIN, _ISSUED, ""),),
    "-shift": ((CERTAIN, r"^(?:номер )?(?:смен\w*|shift\w*|vardiya|касс\w*|till|терминал\w*|"
                         r"terminal\w*|pos|стол\w*|table|kasa)(?: (?:номер|number|id))?$", ""),),
    "-running": ((CERTAIN, r"нараст|накоп|cumul|running", ""),),
    "-index": ((CERTAIN, r"^(?:номер|number|номер п п|п п|номер строки|строка|line|row|line number|"
                         r"number line|рет номер\w*|sr|s number|index)$", ""),),
    "-count": ((CERTAIN, r"кол во|количеств|\bqty|quantity|\bcount\b|штук|\bшт\b|pieces|"
                         r"units|^(?:ваучеров|талонов|купонов|чеков|vouchers|coupons|receipts)$",
                ""),),
    "-item": ((LIKELY, r"товар|наименован|продукт|\bitem|product|goods|descript|артикул|\bsku",
               r"сумм|amount|стоим|price|цена"),),
    "-person": ((LIKELY, r"кассир|cashier|оператор|operator|продавец|\bфио\b|клиент|"
                         r"customer", ""),),
}


class Heading(NamedTuple):
    """A column's heading as it stands, and its points by field."""

    text: str
    points: Mapping[str, int]

    def best(self) -> int:
        """The points of the field that it fits best."""
        return max((points for field, points in self.points.items() if field in FIELDS), default=0)


def heading_words(text: object, money: frozenset[str] = frozenset()) -> str:
    """A heading without what does not tell it from another: case, signs, brackets, currencies."""
    return " ".join(_told(_ASIDE.sub(" ", _plain(text)), money))


def heading_of(text: object, money: frozenset[str] = frozenset(), *, but: str = "") -> Heading:
    """A heading with its points, but those of one field; what stands in brackets counts too."""
    words = " ".join(_told(_plain(text), money))
    points = _points(words, heading_words(text, money))
    return Heading(" ".join(str(text or "").split()),
                   {field: many for field, many in points.items() if field != but})


def _plain(text: object) -> str:
    return str(text or "").casefold().replace("ё", "е").replace("\u00ad", "").translate(_ARABIC)


def _told(plain: str, money: frozenset[str]) -> list[str]:
    words = [_NUMBER.get(word, word) for word in map(_bare, _WORDS.findall(plain))]
    telling = [word for word in words if word not in money and word not in _FOREIGN_MONEY]
    return telling or words


def _bare(word: str) -> str:
    """A word without the Arabic article."""
    return word[2:] if word.startswith("ال") and len(word) > ARTICLE_WORDS else word


@cache
def _points(words: str, short: str) -> Mapping[str, int]:
    found = {}
    if len(words) > 120:
        return {}
    for field, patterns in _compiled().items():
        for points, holds, lacks in patterns:
            if holds.search(words) and not (lacks and lacks.search(words)):
                found[field] = points
                break
    for field, known in _brought().items():
        if short in known:
            found[field] = max(found.get(field, 0), CERTAIN)
    return found


@cache
def _compiled() -> Mapping[str, list[tuple[int, re.Pattern[str], re.Pattern[str] | None]]]:
    return {
        field: [(points, re.compile(holds), re.compile(lacks) if lacks else None)
                for points, holds, lacks in patterns]
        for field, patterns in PATTERNS.items()
    }


@cache
def _brought() -> Mapping[str, frozenset[str]]:
    """Headings that other packages bring, by field."""
    known: dict[str, frozenset[str]] = {}
    for name, layout in plugins(STATEMENT_LAYOUTS).items():
        for field, headings in dict(layout).items():
            if field not in FIELDS:
                raise plugin_unfit(STATEMENT_LAYOUTS, name, f"{field}?")
            known[field] = known.get(field, frozenset()) | frozenset(map(heading_words, headings))
    return known
