"""Amounts in words, whole units only: figures can be altered with a pen, words hardly.

Each language says a number below one thousand in its own way and joins thousands and millions.
"""

from collections.abc import Callable
from typing import Final

from cbi.base.money import EXPONENTS
from cbi.messages.figures import currency_word


def _list(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_EN_ONES: Final = _list(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_EN_TENS: Final = _list("- - twenty thirty forty fifty sixty seventy eighty ninety")
_RU_ONES: Final = _list(
    "ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать "
    "тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать"
)
_RU_TENS: Final = _list(
    "- - двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто"
)
_RU_HUNDREDS: Final = _list(
    "- сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот"
)
_KK_ONES: Final = _list("нөл бір екі үш төрт бес алты жеті сегіз тоғыз")
_KK_TENS: Final = _list("- он жиырма отыз қырық елу алпыс жетпіс сексен тоқсан")
_UZ_ONES: Final = _list("nol bir ikki uch toʻrt besh olti yetti sakkiz toʻqqiz")
_UZ_TENS: Final = _list("- oʻn yigirma oʻttiz qirq ellik oltmish yetmish sakson toʻqson")
_FA_ONES: Final = _list(
    "صفر یک دو سه چهار پنج شش هفت هشت نه ده یازده دوازده سیزده چهارده پانزده شانزده هفده هجده "
    "نوزده"
)
_FA_TENS: Final = _list("- - بیست سی چهل پنجاه شصت هفتاد هشتاد نود")
_FA_HUNDREDS: Final = _list("- صد دوصد سه‌صد چهارصد پنج‌صد شش‌صد هفت‌صد هشت‌صد نه‌صد")
_PS_ONES: Final = _list(
    "صفر یو دوه درې څلور پنځه شپږ اووه اته نهه لس یوولس دوولس دیارلس څوارلس پنځلس شپاړس اووه‌لس "
    "اتلس نولس"
)
_PS_TENS: Final = _list("- - شل دېرش څلوېښت پنځوس شپېته اویا اتیا نوي")


def amount_words(amount_minor: int, currency: str, language: str) -> str:
    """`fifteen thousand tenge`; empty for fractions, a billion and more, or another language."""
    whole, fraction = divmod(amount_minor, 10 ** EXPONENTS.get(currency, 2))
    join = _JOINERS.get(language)
    if fraction or join is None or not 0 < whole < 10**9:
        return ""
    said = join(whole // 10**6, whole // 1000 % 1000, whole % 1000)
    return f"{said} {currency_word(currency, language)}"


def _english(millions: int, thousands: int, rest: int) -> str:
    def below(number: int) -> str:
        hundreds, number = divmod(number, 100)
        parts = [f"{_EN_ONES[hundreds]} hundred"] if hundreds else []
        if number >= 20:
            ones = f"-{_EN_ONES[number % 10]}" if number % 10 else ""
            parts.append(_EN_TENS[number // 10] + ones)
        elif number:
            parts.append(_EN_ONES[number])
        return " and ".join(parts)

    parts = [f"{below(millions)} million"] if millions else []
    parts += [f"{below(thousands)} thousand"] if thousands else []
    return " ".join([*parts, below(rest)] if rest else parts)


def _russian(millions: int, thousands: int, rest: int) -> str:
    def below(number: int, *, feminine: bool = False) -> list[str]:
        hundreds, number = divmod(number, 100)
        parts = [_RU_HUNDREDS[hundreds]] if hundreds else []
        if number >= 20:
            parts.append(_RU_TENS[number // 10])
            number %= 10
        if number:
            changed = {1: "одна", 2: "две"} if feminine else {}
            parts.append(changed.get(number, _RU_ONES[number]))
        return parts

    def form(number: int, one: str, few: str, many: str) -> str:
        if 11 <= number % 100 <= 14:
            return many
        return {1: one, 2: few, 3: few, 4: few}.get(number % 10, many)

    parts: list[str] = []
    if millions:
        parts += [*below(millions), form(millions, "миллион", "миллиона", "миллионов")]
    if thousands:
        parts += [*below(thousands, feminine=True), form(thousands, "тысяча", "тысячи", "тысяч")]
    return " ".join(parts + below(rest))


def _kazakh(millions: int, thousands: int, rest: int) -> str:
    def below(number: int) -> list[str]:
        hundreds, number = divmod(number, 100)
        parts = [*([_KK_ONES[hundreds]] if hundreds > 1 else []), "жүз"] if hundreds else []
        parts += [_KK_TENS[number // 10]] if number >= 10 else []
        return parts + ([_KK_ONES[number % 10]] if number % 10 else [])

    parts = [*below(millions), "миллион"] if millions else []
    if thousands:
        parts += [*(below(thousands) if thousands > 1 or millions else []), "мың"]
    return " ".join(parts + below(rest))


def _uzbek(millions: int, thousands: int, rest: int) -> str:
    def below(number: int) -> list[str]:
        hundreds, number = divmod(number, 100)
        parts = [_UZ_ONES[hundreds], "yuz"] if hundreds else []
        parts += [_UZ_TENS[number // 10]] if number >= 10 else []
        return parts + ([_UZ_ONES[number % 10]] if number % 10 else [])

    parts = [*below(millions), "million"] if millions else []
    parts += [*below(thousands), "ming"] if thousands else []
    return " ".join(parts + below(rest))


def _dari(millions: int, thousands: int, rest: int) -> str:
    def below(number: int) -> str:
        hundreds, number = divmod(number, 100)
        parts = [_FA_HUNDREDS[hundreds]] if hundreds else []
        if number >= 20:
            parts.append(_FA_TENS[number // 10])
            number %= 10
        if number:
            parts.append(_FA_ONES[number])
        return " و ".join(parts)

    parts = [f"{below(millions)} میلیون"] if millions else []
    if thousands:
        parts.append(f"{below(thousands)} هزار" if thousands > 1 or millions else "هزار")
    return " و ".join([*parts, below(rest)] if rest else parts)


def _pashto(millions: int, thousands: int, rest: int) -> str:
    def below(number: int) -> str:
        hundreds, number = divmod(number, 100)
        parts = []
        if hundreds:
            parts.append("سل" if hundreds == 1 else f"{_PS_ONES[hundreds]} سوه")
        if number >= 20:
            # The unit comes before the ten, and twenty sounds otherwise in company.
            ten, unit = divmod(number, 10)
            company = "ویشت" if ten == 2 else _PS_TENS[ten]
            parts.append(f"{_PS_ONES[unit]} {company}" if unit else _PS_TENS[ten])
        elif number:
            parts.append(_PS_ONES[number])
        return " او ".join(parts)

    parts = [f"{below(millions)} میلیونه"] if millions else []
    if thousands:
        parts.append(f"{below(thousands)} زره" if thousands > 1 else "زر")
    return " او ".join([*parts, below(rest)] if rest else parts)


_JOINERS: Final[dict[str, Callable[[int, int, int], str]]] = {
    "en": _english, "ru": _russian, "kk": _kazakh, "fa": _dari, "ps": _pashto,
    "uz": _uzbek,
}
