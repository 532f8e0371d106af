"""The journal for bookkeepers as a file: every line or every day's sums, in a program's form.

The balances asserted at the end come from the voucher rows and the settlements, not from the lines
written above them: a journal that disagrees with the ledger is refused by whoever loads it.
"""

import io
from dataclasses import dataclass
from pathlib import Path

from cbi.base.clock import DAY_US, date_at, instant_on
from cbi.base.errors import UsageError
from cbi.files.writing import atomic_file
from cbi.finance.rewinding import programmes_then, rewound
from cbi.programmes.programmes import programmes
from cbi.reports.as_of import AsOf
from cbi.reports.journal_forms import FORMS, JournalForm
from cbi.reports.postings import Accounts, books, owed, postings
from cbi.storage import ReadTransaction


@dataclass(frozen=True, slots=True)
class Posted:
    """What was written: how many transactions, and the balances asserted (minor units)."""

    transactions: int
    balances: dict[tuple[str, str], int]

    def record(self) -> dict[str, object]:
        """The same as plain values."""
        balances = [
            {"account": account, "currency": currency, "balance": balance}
            for (account, currency), balance in sorted(self.balances.items())
        ]
        return {"transactions": self.transactions, "balances": balances}


def usual_file(form: str) -> Path:
    """What a form's file is called if nobody says otherwise.

    Raises:
        UsageError: there is no such form.
    """
    if form not in FORMS:
        raise UsageError("reports.form-unknown", form=form, known=", ".join(FORMS))
    return Path(FORMS[form][1])


def write_journal(
    tx: ReadTransaction, path: Path, *, accounts: Accounts | None = None, form: str = "beancount",
    daily: bool = False, seen: AsOf | None = None,
) -> Posted:
    """Write the whole ledger's journal to a file, whole or not at all; as of when it is said.

    Raises:
        UsageError: there is no such form, or an account's name is none in it.
        BadFile: it cannot be written.
    """
    usual_file(form)
    writer, _, encoding = FORMS[form]
    with atomic_file(path) as file:
        out = io.TextIOWrapper(file, encoding, newline="")
        posted = journal_to(
            tx, writer(out), accounts=accounts or Accounts(), daily=daily, seen=seen)
        out.flush()
        out.detach()
    return posted


def journal_to(
    live: ReadTransaction, form: JournalForm, *, accounts: Accounts, daily: bool = False,
    seen: AsOf | None = None,
) -> Posted:
    """Give the journal to a form, posting by posting, however long the ledger is."""
    stood = None if seen is None else seen.stood
    tx = rewound(live, stood)
    about = books(tx, accounts, programmes_then(live, stood, programmes(tx)))
    form.head(about)
    count, last_day = 0, ""
    for one in postings(tx, about, accounts, daily=daily):
        form.post(one)
        count, last_day = count + 1, max(last_day, one.day)
    balances = owed(tx, accounts)
    if last_day:
        after = date_at(instant_on(last_day, 12, about.zone) + DAY_US, about.zone)
        form.foot(after, balances)
    return Posted(count, balances)
