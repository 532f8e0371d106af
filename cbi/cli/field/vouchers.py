"""What happens to one voucher after it was given: replace, block, unblock, void, extend; expire."""

from pathlib import Path
from typing import Annotated

import typer

from cbi.cli.field.paper import print_options, tell_missing
from cbi.cli.here import Here, here_of
from cbi.issuance.replacing import replace_and_print
from cbi.ledger import changes
from cbi.ledger.vouchers import Voucher


def _typer() -> typer.Typer:
    return typer.Typer(add_completion=False, rich_markup_mode=None)


replace_app, block_app, unblock_app = _typer(), _typer(), _typer()
void_app, extend_app, expire_app = _typer(), _typer(), _typer()

Serial = Annotated[str, typer.Argument(metavar="SERIAL", help="help-voucher.serial")]
Reason = Annotated[str, typer.Option(help="help-voucher.reason")]


@replace_app.command("replace", help="help-voucher.replace")
def replace(
    ctx: typer.Context, serial: Serial, reason: Reason,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="help-voucher.output")
    ] = None,
) -> None:
    here = here_of(ctx)
    if output is None:
        _tell(here, changes.replace(here.desk, serial, reason), "replaced", old=serial)
        return
    made = replace_and_print(here.desk, serial, reason, output, print_options(here))
    _tell(here, made.voucher, "replaced-printed", old=made.old, path=output)
    tell_missing(here, made.printed.missing)


@block_app.command("block", help="help-voucher.block")
def block(ctx: typer.Context, serial: Serial, reason: Reason) -> None:
    here = here_of(ctx)
    _tell(here, changes.block(here.desk, serial, reason), "blocked")


@unblock_app.command("unblock", help="help-voucher.unblock")
def unblock(ctx: typer.Context, serial: Serial, reason: Reason) -> None:
    here = here_of(ctx)
    _tell(here, changes.unblock(here.desk, serial, reason), "unblocked")


@void_app.command("void", help="help-voucher.void")
def void(ctx: typer.Context, serial: Serial, reason: Reason) -> None:
    here = here_of(ctx)
    _tell(here, changes.void(here.desk, serial, reason), "voided")


@extend_app.command("extend", help="help-voucher.extend")
def extend(
    ctx: typer.Context, serial: Serial, reason: Reason,
    until: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="help-voucher.until")],
) -> None:
    here = here_of(ctx)
    _tell(here, changes.extend(here.desk, serial, until, reason), "extended")


@expire_app.command("expire", help="help-voucher.expire")
def expire(ctx: typer.Context) -> None:
    here = here_of(ctx)
    serials = changes.expire_due(here.desk)
    here.show({"expired": serials}, here.say("help-voucher.expired", count=len(serials)))


def _tell(here: Here, voucher: Voucher, done: str, **more: object) -> None:
    facts = {
        "serial": voucher.serial, "state": voucher.state, "category": voucher.category,
        "balance_minor": voucher.balance_minor, "currency": voucher.currency,
        "valid_until": voucher.valid_until, **more,
    }
    balance = here.amount(voucher.balance_minor, voucher.currency)
    here.show(facts, here.say(f"help-voucher.{done}", balance=balance, **facts))
