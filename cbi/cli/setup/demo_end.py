"""What the demo leaves: what was found, what to open, how to act as each operator, what to try."""

import os
import shutil
import sys
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from sqlmodel import select

from cbi.cli import show
from cbi.cli.command_context import CommandContext
from cbi.context import LedgerContext
from cbi.finance.tables import ReconciliationException
from cbi.practice.beats import Stage
from cbi.practice.cast import CAST

FILES = (
    "vouchers.pdf", "distribution.pdf", "statement.xlsx", "reconciliation.xlsx", "report.html",
    "journal.beancount", "backup.db",
)
TRY = (
    "batch list", "batch approve KZ22-R2-B1", "print KZ22-R2-B1 -o vouchers-r2.pdf", "check",
    "--help",
)


def tell_the_end(context: CommandContext, ledger_context: LedgerContext, stage: Stage) -> None:
    """Balances and discrepancies, files, operators, and what to type next."""
    facts = _facts(ledger_context)
    if context.json:
        context.show({**facts, "folder": stage.folder, "ledger": ledger_context.paths.ledger})
        return
    show.put(f"\n{context.say('demo.chapter-end')}", style="bold")
    currency = str(facts["currency"])
    for name in ("issued", "redeemed", "outstanding", "expired", "void"):
        amount = context.amount(int(facts[f"{name}_minor"]), currency)
        show.put(context.say(f"demo.end-{name}", amount=amount))
    for outcome, count in facts["discrepancies"].items():
        show.put(context.say("demo.end-caught", count=count,
                            outcome=context.say(f"finance.outcome-{outcome}")))
    show.put("\n" + context.say("demo.end-files"))
    for name in FILES:
        if (stage.folder / name).exists():
            show.put(f"  {stage.folder / name}  {context.say('demo.file-' + name.split('.')[0])}")
    _tell_what_to_type(context, ledger_context, stage)


def _tell_what_to_type(
    context: CommandContext, ledger_context: LedgerContext, stage: Stage
) -> None:
    show.put("\n" + context.say("demo.end-first") + "\n")
    for line in shell_settings(ledger_context.paths.ledger):
        show.give(f"  {line}")
    show.put("\n" + context.say("demo.end-operators") + "\n")
    for member in CAST:
        file = stage.folder / "passphrases" / f"{member.name}.txt"
        show.give(f"  cbi --as {member.name} --passphrase-file {file} whoami"
                  f"   # {', '.join(member.roles)}")
    show.put("\n" + context.say("demo.end-next") + "\n")
    for words in TRY:
        show.give(f"  cbi {words}")
    cashier = CAST[-2]
    file = stage.folder / "passphrases" / f"{cashier.name}.txt"
    show.put("\n" + context.say("demo.end-till", cashier=cashier.name) + "\n")
    show.give(f"  cbi --as {cashier.name} --passphrase-file {file} operator pin")
    show.give("  cbi serve")
    show.give(f"  cbi till pair {cashier.stores[0]}")


def shell_settings(ledger: str) -> list[str]:
    """What the newcomer's own shell takes as it stands: where the program is, if it would not be
    found, and where the ledger is.
    """
    lines = [show.setting("CBI_LEDGER", ledger)]
    if shutil.which("cbi") is None:
        path = f"{Path(sys.executable).parent}{os.pathsep}" + (
            "$env:PATH" if os.name == "nt" else "$PATH"
        )
        lines.insert(0, show.setting("PATH", path))
    return lines


class _Sums(NamedTuple):
    """What became of all the vouchers' money; PostgreSQL sums to decimals."""

    currency: str | None
    issued: int | None
    redeemed: int | None
    expired: int | None
    void: int | None


def _facts(ledger_context: LedgerContext) -> dict[str, Any]:
    with ledger_context.ledger.read() as tx:
        sums = tx.read(
            _Sums, "SELECT min(currency) AS currency, sum(face_minor) AS issued,"
            " sum(spent_minor) AS redeemed,"
            " sum(CASE WHEN state = 'expired' THEN closed_minor ELSE 0 END) AS expired,"
            " sum(CASE WHEN state = 'void' THEN closed_minor ELSE 0 END) AS void FROM voucher"
        )[0]
        rules = tx.all(
            select(ReconciliationException.rule).where(ReconciliationException.current == 1)
        )
    currency, *amounts = sums
    money = {f"{name}_minor": int(amount or 0)
             for name, amount in zip(_Sums._fields[1:], amounts, strict=True)}
    money["outstanding_minor"] = (
        money["issued_minor"] - money["redeemed_minor"] - money["expired_minor"]
        - money["void_minor"]
    )
    return {"currency": currency, **money,
            "discrepancies": dict(sorted(Counter(rules).items()))}
