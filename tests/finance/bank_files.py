"""A bank's statement of one account, as four kinds of bank write it."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

ACCOUNT = "KZ00BANK0000000001"
OPENING_MINOR = 10**12
_CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr>
<MsgId>{name}</MsgId><CreDtTm>{last}T20:00:00</CreDtTm></GrpHdr><Stmt><Id>{name}</Id><Acct><Id>
<IBAN>{account}</IBAN></Id></Acct>{balances}{entries}</Stmt></BkToCstmrStmt></Document>
"""
_BALANCE = """<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="KZT">{amount}</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"""
_ENTRY = """<Ntry><Amt Ccy="KZT">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>{day}</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs>
<RltdPties><Cdtr><Pty><Nm>{payee}</Nm></Pty></Cdtr></RltdPties><RmtInf><Ustrd>{purpose}</Ustrd>
</RmtInf></TxDtls></NtryDtls></Ntry>"""


class Moved(NamedTuple):
    """A line: what left the account in minor units (below zero: came in), and its words."""

    day: date
    out_minor: int
    reference: str
    payee: str
    purpose: str


def csv_table(lines: Sequence[Moved], name: str) -> bytes:
    """An export with semicolons, what went out beside what came in."""
    rows = [f"Выписка {name}", "Дата;Номер документа;Получатель;Назначение;Дебет;Кредит"]
    for one in lines:
        amount = f"{_major(abs(one.out_minor)):,}".replace(",", " ").replace(".", ",")
        sides = f"{amount};" if one.out_minor > 0 else f";{amount}"
        rows.append(f"{one.day:%d.%m.%Y};{one.reference};{one.payee};{one.purpose};{sides}")
    return "\r\n".join(rows).encode("cp1251")


def mt940(lines: Sequence[Moved], name: str) -> bytes:
    """SWIFT's text, its balances before and after."""
    first, last = lines[0].day, lines[-1].day
    told = [f":20:{name}", f":25:{ACCOUNT}", ":28C:1/1",
            f":60F:C{first:%y%m%d}KZT{_comma(OPENING_MINOR)}"]
    for one in lines:
        side = "D" if one.out_minor > 0 else "C"
        told += [f":61:{one.day:%y%m%d%m%d}{side}{_comma(abs(one.out_minor))}NTRFNONREF"
                 f"//{one.reference}", f":86:?20{one.purpose}?32{one.payee}"]
    told += [f":62F:C{last:%y%m%d}KZT{_comma(_closing(lines))}", "-", ""]
    return "\n".join(told).encode()


def camt053(lines: Sequence[Moved], name: str) -> bytes:
    """ISO 20022's XML."""
    first, last = lines[0].day, lines[-1].day
    balances = "".join(_BALANCE.format(kind=kind, amount=_major(minor), day=day)
                       for kind, minor, day in (("OPBD", OPENING_MINOR, first),
                                                ("CLBD", _closing(lines), last)))
    entries = "".join(
        _ENTRY.format(**one._asdict(), amount=_major(abs(one.out_minor)),
                      side="DBIT" if one.out_minor > 0 else "CRDT")
        for one in lines
    )
    return _CAMT.format(name=name, last=last, account=ACCOUNT, balances=balances,
                        entries=entries).encode()


def one_c(lines: Sequence[Moved], name: str) -> bytes:
    """The text for 1C."""
    told = ["1CClientBankExchange", "Кодировка=Windows", f"Отправитель={name}",
            "СекцияРасчСчет", f"РасчСчет={ACCOUNT}", f"НачальныйОстаток={_major(OPENING_MINOR)}",
            f"КонечныйОстаток={_major(_closing(lines))}", "КонецРасчСчет"]
    for one in lines:
        side, other = ("Расход", "Получатель") if one.out_minor > 0 else ("Приход", "Плательщик")
        told += ["СекцияДокумент=Платежное поручение", f"Номер={one.reference}",
                 f"Дата={one.day:%d.%m.%Y}", f"Сумма{side}={_major(abs(one.out_minor))}",
                 f"{other}={one.payee}", f"НазначениеПлатежа={one.purpose}", "КонецДокумента"]
    return "\r\n".join((*told, "КонецФайла")).encode("cp1251")


Writer = Callable[[Sequence[Moved], str], bytes]
FORMS: dict[str, Writer] = {"csv": csv_table, "sta": mt940, "xml": camt053, "txt": one_c}
"""Each by its file's ending."""


def _closing(lines: Sequence[Moved]) -> int:
    return OPENING_MINOR - sum(one.out_minor for one in lines)


def _major(minor: int) -> Decimal:
    return Decimal(minor).scaleb(-2)


def _comma(minor: int) -> str:
    return str(_major(minor)).replace(".", ",")
