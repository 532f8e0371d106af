"""Which form a bank's file has, told by what it begins with; several statements of one account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from cbi.base.errors import BadFile
from cbi.finance.bank.lines import AccountStatement, add_up


@dataclass(frozen=True, slots=True)
class HowToReadBank:
    """What a person says of a bank's file: which columns, whose account, in which currency."""

    columns: Mapping[str, str] = field(default_factory=dict)
    account: str = ""
    currency: str | None = None


def read_bank_file(
    path: Path, content: bytes, how: HowToReadBank, currency: str
) -> AccountStatement:
    """The account's statement, whichever form the file has."""
    from cbi.finance.bank.standards import read_camt, read_mt940
    from cbi.finance.bank.text_1c import is_1c, read_1c

    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:4096]
    if is_1c(content):
        return read_1c(content, path.name, currency)
    if start.startswith(b"<"):
        return _one_account(read_camt(content, path.name), how, path.name)
    if b":20:" in start and (b":60F:" in content or b":60M:" in content):
        return _one_account(read_mt940(content, path.name), how, path.name)
    from cbi.finance.bank.csv_tables import read_bank_table

    return read_bank_table(path, how.columns, how.account, currency)


def _one_account(
    found: Sequence[AccountStatement], how: HowToReadBank, file: str
) -> AccountStatement:
    """The statements of one account as one, each held to its own balances.

    Raises:
        BadFile: they are of several accounts, or leave a gap between them.
    """
    wanted = "".join(how.account.split()).upper()
    mine = [add_up(one, file) for one in found if not wanted or one.account == wanted]
    accounts = sorted({(one.account, one.currency) for one in mine})
    if len(accounts) != 1:
        raise BadFile("bank.several-accounts", file=file,
                      accounts=", ".join(sorted({one.account for one in found})) or "–")
    for before, after in pairwise(mine):
        if before.closing_minor != after.opening_minor:
            raise BadFile("bank.gap", file=file)
    return AccountStatement(
        mine[0].form, mine[0].account, mine[0].currency,
        tuple(line for one in mine for line in one.lines),
        mine[0].opening_minor, mine[-1].closing_minor,
    )
