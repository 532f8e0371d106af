"""The banks' standard forms, read by libraries: MT940 by mt-940, camt.053 by pycamt.

What the libraries don't hold is held here: balances add up, a batch's single payments are taken
apart only where they make up the entry, entries that are not booked yet are left out.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from cbi.base.currencies import EXPONENTS
from cbi.base.errors import BadFile
from cbi.finance.bank.lines import AccountStatement, Booked, joined

_CLOSING, _OPENING = (":62F:", ":62M:"), (":20:", ":60F:", ":60M:", ":61:")
_SUBFIELD = r"\?(\d{2})([^?]*)"


def read_mt940(content: bytes, file: str) -> list[AccountStatement]:
    """Every statement of an MT940 file.

    Raises:
        BadFile: it is none, or damaged.
    """
    import mt940

    try:
        found = mt940.parse_statements(_of_lines_alone(_text(content)))
    except (ValueError, ArithmeticError, RuntimeError, AttributeError, KeyError) as error:
        raise BadFile("bank.unreadable", file=file, form="MT940") from error
    if not found:
        raise BadFile("bank.unreadable", file=file, form="MT940")
    return [_mt940(one.data, one.transactions, file) for one in found]


def _of_lines_alone(text: str) -> str:
    """A file without what its bank remarks on a whole statement, after its closing balance: the
    library would add that to what the last line says of itself."""
    kept, closed, passing = [], False, False
    for line in text.splitlines(keepends=True):
        if line.startswith(":"):
            closed = (closed or line.startswith(_CLOSING)) and not line.startswith(_OPENING)
            passing = closed and line.startswith(":86:")
        elif line.startswith("-"):
            closed = passing = False
        if not passing:
            kept.append(line)
    return "".join(kept)


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("cp866")


def _mt940(data: Mapping[str, Any], lines: Any, file: str) -> AccountStatement:
    opening = data.get("final_opening_balance") or data.get("intermediate_opening_balance")
    closing = data.get("final_closing_balance") or data.get("intermediate_closing_balance")
    if opening is None or closing is None:
        raise BadFile("bank.no-balances", file=file)
    currency = str(opening.amount.currency)
    return AccountStatement(
        "mt940", _account(str(data.get("account_identification", ""))), currency,
        tuple(_mt940_line(one.data, currency, file) for one in lines if "amount" in one.data),
        minor(opening.amount.amount, currency, file), minor(closing.amount.amount, currency, file),
    )


def _mt940_line(data: Mapping[str, Any], currency: str, file: str) -> Booked:
    out = data["status"] in ("D", "RC")
    amount = abs(minor(data["amount"].amount, currency, file))
    details = str(data.get("transaction_details") or "")
    fields = dict[str, str]()
    for number, words in re.findall(_SUBFIELD, details.replace("\n", "")):
        fields[number] = words
    purpose = [words for number, words in sorted(fields.items())
               if "20" <= number <= "29" or "60" <= number <= "63"]
    reference = _said(data.get("bank_reference")) or _said(data.get("customer_reference"))
    return Booked(
        (data.get("entry_date") or data["date"]).isoformat(), -amount if out else amount,
        joined([reference]), joined([fields.get("32"), fields.get("33")]),
        joined([fields.get("31")]),
        joined([_said(data.get("customer_reference")), *(purpose or [details])]),
    )


def _said(reference: object) -> str:
    """A reference, unless it says that there is none."""
    text = str(reference or "").strip()
    return "" if text.upper() in ("NONREF", "NOTPROVIDED") else text


def read_camt(content: bytes, file: str) -> list[AccountStatement]:
    """Every statement of a camt.053 file.

    Raises:
        BadFile: it is none, damaged, or declares a document type of its own.
    """
    from lxml import etree
    from pycamt.parser import Camt053ParseError, Camt053Parser

    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise BadFile("bank.unreadable", file=file, form="camt.053")
    try:
        parser = Camt053Parser(content)
        statements = parser._find_statements_or_reports()
        return [_camt(parser, one, file) for one in statements]
    except (etree.XMLSyntaxError, Camt053ParseError, AttributeError, ValueError) as error:
        raise BadFile("bank.unreadable", file=file, form="camt.053") from error


def _camt(parser: Any, statement: Any, file: str) -> AccountStatement:
    spaces = parser.namespaces
    account = (statement.findtext("./Acct/Id/IBAN", None, spaces)
               or statement.findtext("./Acct/Id/Othr/Id", "", spaces))
    balances: dict[str, tuple[int, str]] = {}
    for one in statement.findall("./Bal", spaces):
        amount = one.find("./Amt", spaces)
        currency = str(amount.get("Ccy"))
        sign = -1 if one.findtext("./CdtDbtInd", "", spaces) == "DBIT" else 1
        kind = one.findtext("./Tp/CdOrPrtry/Cd", "", spaces)
        balances[kind] = sign * minor(amount.text, currency, file), currency
    opening, closing = balances.get("OPBD") or balances.get("PRCD"), balances.get("CLBD")
    if opening is None or closing is None:
        raise BadFile("bank.no-balances", file=file)
    lines = [
        line for entry in statement.findall("./Ntry", spaces)
        if _booked(entry, spaces)
        for line in _camt_lines(parser, entry, statement, opening[1], file)
    ]
    return AccountStatement(
        "camt053", _account(account), opening[1], tuple(lines), opening[0], closing[0]
    )


def _booked(entry: Any, spaces: Mapping[str, str]) -> bool:
    status = entry.findtext("./Sts/Cd", None, spaces) or entry.findtext("./Sts", "", spaces)
    return str(status).strip() in ("", "BOOK")


def _camt_lines(
    parser: Any, entry: Any, statement: Any, currency: str, file: str
) -> Iterator[Booked]:
    """An entry's single payments where each names its amount and they make up the entry; else the
    entry alone."""
    spaces = parser.namespaces
    whole = entry.find("./Amt", spaces)
    if whole.get("Ccy") != currency:
        raise BadFile("bank.two-currencies", file=file, currency=whole.get("Ccy"))
    out = entry.findtext("./CdtDbtInd", "", spaces) == "DBIT"
    total = minor(whole.text, currency, file)
    details = entry.findall("./NtryDtls/TxDtls", spaces)
    told = parser._extract_transaction(entry, statement)
    amounts = [_own_amount(one, currency, spaces, file) for one in details]
    apart = len(details) > 1 and len(told) == len(details) and sum(
        amount or 0 for amount in amounts) == total and None not in amounts
    pairs = zip(told, details, amounts, strict=True) if apart else [
        (told[0], details[0] if len(details) == 1 else None, total)
    ]
    for data, detail, amount in pairs:
        yield Booked(
            booked_day(str(data.get("BookingDate") or data.get("ValueDate") or "")[:10], file),
            -int(amount or 0) if out else int(amount or 0), _reference(data),
            joined([data.get("CreditorName" if out else "DebtorName")]) if detail is not None
            else "", _payee_number(detail, out, spaces),
            joined([data.get("RemittanceInformationFull") or data.get("RemittanceInformation"),
                    data.get("AdditionalEntryInformation")]
                   if detail is not None else [data.get("AdditionalEntryInformation")]),
        )


def _reference(data: Mapping[str, Any]) -> str:
    end = str(data.get("EndToEndId") or "")
    return joined([data.get("TransactionID") or ("" if end == "NOTPROVIDED" else end)])


def _own_amount(
    detail: Any, currency: str, spaces: Mapping[str, str], file: str
) -> int | None:
    """What a single payment of a batch says of its own amount."""
    amount = detail.find("./Amt", spaces)
    if amount is None:
        amount = detail.find("./AmtDtls/TxAmt/Amt", spaces)
    if amount is None or amount.get("Ccy") != currency:
        return None
    return minor(amount.text, currency, file)


def _payee_number(detail: Any, out: bool, spaces: Mapping[str, str]) -> str:
    if detail is None:
        return ""
    party = detail.find(f"./RltdPties/{'Cdtr' if out else 'Dbtr'}", spaces)
    found = None if party is None else party.find(".//Othr/Id", spaces)
    return joined([found.text]) if found is not None else ""


def minor(amount: object, currency: str, file: str) -> int:
    """Minor units of an exact amount.

    Raises:
        BadFile: no amount, or finer than the currency's minor unit.
    """
    try:
        scaled = Decimal(str(amount).strip()).scaleb(EXPONENTS.get(currency, 2))
        if scaled == scaled.to_integral_value() and abs(scaled) < 10**17:
            return int(scaled)
    except InvalidOperation:
        pass
    raise BadFile("bank.amount-unreadable", file=file, text=str(amount)[:40])


def booked_day(text: str, file: str) -> str:
    """An ISO date, held to be one.

    Raises:
        BadFile: it is none.
    """
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise BadFile("bank.date-unreadable", file=file, text=text[:40]) from error


def _account(text: str) -> str:
    return "".join(text.split()).upper()
