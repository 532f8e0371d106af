"""The text that banks of the region write for 1C: sections of `Key=Value`, keys in any case. Pure.

Russian and Kazakh banks name the same things otherwise; whose account it is tells which way a
document went, where no amount says so itself.
"""

from collections.abc import Mapping

from cbi.base.errors import BadFile, UsageError
from cbi.base.money import parse_amount
from cbi.files.days import day_of
from cbi.finance.bank.lines import AccountStatement, Booked, joined

MARK = "1CClientBankExchange"
Section = dict[str, str]


def is_1c(content: bytes) -> bool:
    """Whether a file begins as one."""
    return content[:64].removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(
        MARK.lower().encode()
    )


def read_1c(content: bytes, file: str, currency: str) -> AccountStatement:
    """The account's statement that such a file holds.

    Raises:
        BadFile: a section never ends, or says something unreadable.
    """
    head, accounts, documents = _sections(_decoded(content), file)
    account = _account(_first(accounts[0] if accounts else {}, "расчсчет", "иик", "счет")
                       or _first(head, "расчсчет", "иик"))
    owns = {_account(_first(one, "расчсчет", "иик", "счет")) for one in accounts} | {account}
    lines = [
        line for one in documents if (line := _line(one, owns, currency, file)) is not None
    ]
    return AccountStatement(
        "1c", account, currency, tuple(lines),
        _balance(accounts[:1], "начальныйостаток", currency, file),
        _balance(accounts[-1:], "конечныйостаток", currency, file),
    )


def _decoded(content: bytes) -> str:
    head = content[:400].lower()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp866" if b"=dos" in head else "cp1251", "replace")


def _sections(words: str, file: str) -> tuple[Section, list[Section], list[Section]]:
    head: Section = {}
    found: dict[str, list[Section]] = {"счет": [], "документ": []}
    inside: Section | None = None
    for line in words.splitlines():
        key, equals, value = line.partition("=")
        name = key.strip().casefold()
        if name in ("секциярасчсчет", "секциядокумент"):
            inside = {"вид": value.strip()}
            found["счет" if name == "секциярасчсчет" else "документ"].append(inside)
        elif name in ("конецрасчсчет", "конецдокумента"):
            inside = None
        elif name == "конецфайла":
            break
        elif equals:
            (head if inside is None else inside).setdefault(name, value.strip())
    if inside is not None:
        raise BadFile("bank.unreadable", file=file, form="1C")
    return head, found["счет"], found["документ"]


def _line(
    one: Mapping[str, str], owns: set[str], currency: str, file: str
) -> Booked | None:
    """A document as a line; None where it moved nothing on this account."""
    into = _amount(_first(one, "суммаприход"), currency, file)
    out = _amount(_first(one, "суммарасход"), currency, file)
    if into is None and out is None:
        amount = _amount(_first(one, "сумма", "суммадокумента"), currency, file)
        payer = _account(_first(one, "плательщиксчет", "плательщикиик", "плательщикрасчсчет"))
        into, out = (None, amount) if payer in owns else (amount, None)
    if not into and not out:
        return None
    day = day_of(_first(one, *(("датасписано",) if out else ("датапоступило",)), "датаоперации",
                        "дата", "датадокумента")).date
    if day is None:
        raise BadFile("bank.date-unreadable", file=file, text=_first(one, "дата", "датадокумента"))
    side = "получатель" if out else "плательщик"
    return Booked(
        day.isoformat(), -out if out else int(into or 0),
        joined([_first(one, "номердокумента", "номер")]),
        joined([_first(one, f"{side}наименование", f"{side}1", side)]),
        joined([_first(one, f"{side}бин_иин", f"{side}бин", f"{side}иин", f"{side}инн")]),
        joined([_first(one, "назначениеплатежа", "назначение")]),
    )


def _first(one: Mapping[str, str], *names: str) -> str:
    return next((one[name] for name in names if one.get(name)), "")


def _amount(text: str, currency: str, file: str) -> int | None:
    """Minor units; nothing where nothing or zero stands there."""
    if not text.strip("0., "):
        return None
    try:
        return parse_amount(text, currency, "," if "," in text else ".")
    except UsageError as error:
        raise BadFile("bank.amount-unreadable", file=file, text=text[:40]) from error


def _balance(
    accounts: list[Section], name: str, currency: str, file: str
) -> int | None:
    """A balance; an overdrawn account's is below zero."""
    if not accounts or name not in accounts[0]:
        return None
    text = accounts[0][name]
    sign = -1 if text.startswith("-") else 1
    return sign * (_amount(text.lstrip("-"), currency, file) or 0)


def _account(text: str) -> str:
    return "".join(text.split()).upper()
