"""The forms that bookkeeping programs read: Beancount's, hledger's, QuickBooks' and 1C's.

Beancount and hledger compare the balances that stand at the end with the lines above them; the two
CSV files hold the same postings, a side a row or a pair of accounts a row.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from typing import Protocol, TextIO

from cbi.base.errors import UsageError
from cbi.base.money import EXPONENTS
from cbi.base.words import visible
from cbi.reports.postings import BookPosting, Books

Balances = Mapping[tuple[str, str], int]
_BEANCOUNT = re.compile(
    r"(Assets|Liabilities|Equity|Income|Expenses)(:[A-Z0-9][A-Za-z0-9-]*)+\Z")
_HLEDGER = re.compile(r"[^\s;(){}\[\]\"|](?:(?!  )[^;(){}\[\]\"|\t\r\n])*(?<! )\Z")
_FORMULA = re.compile(r"\s*[=+\-@\uff0b\uff0d\uff1d\uff20]|[\t\r\n]")


class JournalForm(Protocol):
    """Writes one program's file: its head, posting after posting, what it ends with."""

    def head(self, about: Books) -> None: ...
    def post(self, one: BookPosting) -> None: ...
    def foot(self, day: str, balances: Balances) -> None: ...


class Beancount:
    """Beancount 2 and 3: accounts opened, every posting a transaction, balances asserted."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def head(self, about: Books) -> None:
        """The title, the seal it was made under, and every account opened."""
        _fit(about.names, _BEANCOUNT, "reports.account-unfit-beancount")
        self._out.write(f"; {_plain(about.title)}: the journal of a ledger of cbi.\n")
        self._out.writelines(_comments(about.checkpoint))
        self._out.write(f"\noption \"title\" {quoted(about.title)}\n")
        for currency in about.currencies:
            self._out.write(f'option "operating_currency" "{currency}"\n')
        self._out.write("\n")
        for name in about.names:
            self._out.write(f"{about.first_day} open {name}\n")
        self._out.write("\n")

    def post(self, one: BookPosting) -> None:
        lines = [f"{one.day} * {quoted(one.payee)} {quoted(one.narration)}"]
        lines += [f"  {name}: {quoted(told)}" for name, told in one.facts.items() if told]
        lines += [
            f"  {account}  {decimal(amount_minor, one.currency)} {one.currency}"
            for account, amount_minor in one.legs
        ]
        self._out.write("\n".join(lines) + "\n\n")

    def foot(self, day: str, balances: Balances) -> None:
        """Beancount checks a balance at the beginning of its day: so on the day after the last."""
        for (account, currency), amount_minor in sorted(balances.items()):
            self._out.write(
                f"{day} balance {account}  {decimal(amount_minor, currency)} {currency}\n"
            )


class Hledger:
    """hledger (and ledger-cli): accounts declared, balances asserted by a last transaction."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def head(self, about: Books) -> None:
        _fit(about.names, _HLEDGER, "reports.account-unfit-hledger")
        self._out.write(f"; {_plain(about.title)}: the journal of a ledger of cbi.\n")
        self._out.writelines(_comments(about.checkpoint))
        self._out.write("\n")
        for currency in about.currencies:
            digits = EXPONENTS.get(currency, 2)
            self._out.write(f"commodity 1000.{'0' * digits} {currency}\n")
        for name in about.names:
            self._out.write(f"account {name}\n")
        self._out.write("\n")

    def post(self, one: BookPosting) -> None:
        lines = [f"{one.day} * {_uncommented(one.payee)} | {_uncommented(one.narration)}"]
        lines += [
            f"    ; {name}: {_uncommented(told).replace(',', ' ')}"
            for name, told in one.facts.items() if told
        ]
        lines += [
            f"    {account}  {decimal(amount_minor, one.currency)} {one.currency}"
            for account, amount_minor in one.legs
        ]
        self._out.write("\n".join(lines) + "\n\n")

    def foot(self, day: str, balances: Balances) -> None:
        if balances:
            self._out.write(f"{day} * cbi | balances\n")
        for (account, currency), amount_minor in sorted(balances.items()):
            nothing, stands = decimal(0, currency), decimal(amount_minor, currency)
            self._out.write(f"    {account}  {nothing} {currency} = {stands} {currency}\n")


class QuickBooks:
    """QuickBooks Online's import of journal entries: a row for each side, dates as ISO text."""

    HEADINGS = ("Journal No", "Journal Date", "Currency", "Memo", "Account Name", "Debits",
                "Credits", "Description", "Name", "Class")

    def __init__(self, out: TextIO) -> None:
        self._rows = csv.writer(out, lineterminator="\r\n")
        self._number = 0

    def head(self, about: Books) -> None:
        self._rows.writerow(self.HEADINGS)

    def post(self, one: BookPosting) -> None:
        self._number += 1
        told = _told(one)
        for account, amount_minor in one.legs:
            amount = decimal(abs(amount_minor), one.currency)
            sides = (amount, "") if amount_minor >= 0 else ("", amount)
            self._rows.writerow((
                self._number, one.day, one.currency, _cell(one.narration), _cell(account), *sides,
                _cell(told), _cell(one.payee), _cell(one.facts.get("grant") or ""),
            ))

    def foot(self, day: str, balances: Balances) -> None:
        """A CSV asserts nothing."""


class OneC:
    """For 1C's loading of a table: a row is a debit account, a credit account and a sum."""

    HEADINGS = ("Дата", "Номер", "Дебет", "Кредит", "Сумма", "Валюта", "Контрагент", "Содержание",
                "Грант")

    def __init__(self, out: TextIO) -> None:
        self._rows = csv.writer(out, delimiter=";", lineterminator="\r\n")
        self._number = 0

    def head(self, about: Books) -> None:
        self._rows.writerow(self.HEADINGS)

    def post(self, one: BookPosting) -> None:
        self._number += 1
        debit, credit, amount_minor = _pair(one)
        year, month, of_month = one.day.split("-")
        amount = decimal(amount_minor, one.currency).replace(".", ",")
        words = ", ".join(part for part in (one.narration, _told(one)) if part)
        self._rows.writerow((
            f"{of_month}.{month}.{year}", self._number, _cell(debit), _cell(credit), amount,
            one.currency, _cell(one.payee), _cell(words), _cell(one.facts.get("grant") or ""),
        ))

    def foot(self, day: str, balances: Balances) -> None:
        """A CSV asserts nothing."""


FORMS: Mapping[str, tuple[type[Beancount | Hledger | QuickBooks | OneC], str, str]] = {
    "beancount": (Beancount, "journal.beancount", "utf-8"),
    "hledger": (Hledger, "journal.hledger", "utf-8"),
    "quickbooks": (QuickBooks, "journal-quickbooks.csv", "utf-8-sig"),
    "1c": (OneC, "journal-1c.csv", "utf-8-sig"),
}
"""Each form's writer, its usual file and the file's encoding."""


def decimal(amount_minor: int, currency: str) -> str:
    """Minor units as an exact decimal: `15000.00`."""
    exponent = EXPONENTS.get(currency, 2)
    whole, fraction = divmod(abs(amount_minor), 10**exponent)
    sign = "-" if amount_minor < 0 else ""
    return f"{sign}{whole}.{fraction:0{exponent}d}" if exponent else f"{sign}{whole}"


def quoted(words: str) -> str:
    """A text in Beancount's quotes, on one line."""
    plain = _plain(words).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


def _plain(words: str) -> str:
    return visible(" ".join(words.split()))


def _uncommented(words: str) -> str:
    """A text on one line in which nothing begins a comment or a note."""
    return _plain(words).replace(";", ",").replace("|", "/")


def _comments(checkpoint: str) -> Iterator[str]:
    return (f"; {line}\n" if line else ";\n" for line in checkpoint.splitlines())


def _told(one: BookPosting) -> str:
    return ", ".join(f"{name} {told}" for name, told in one.facts.items() if told)


def _pair(one: BookPosting) -> tuple[str, str, int]:
    """A posting of two legs as debit, credit and a sum above zero."""
    (first, amount_minor), (second, _) = one.legs
    return (first, second, amount_minor) if amount_minor >= 0 else (second, first, -amount_minor)


def _cell(words: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    plain = _plain(words)
    return f"\t{plain}" if _FORMULA.match(plain) else plain


def _fit(names: tuple[str, ...], shape: re.Pattern[str], key: str) -> None:
    """Refuse accounts that the program would not take.

    Raises:
        UsageError: one of them is none for it.
    """
    for name in names:
        if not shape.match(name):
            raise UsageError(key, account=name)
