"""What happens to one voucher after it was given: replace, block, unblock, void, extend; expire."""

from pathlib import Path
from typing import Annotated

import typer

from cbi.cli.command_context import CommandContext, command_context
from cbi.cli.field.paper import print_options, tell_missing
from cbi.cli.finance.grants import tell_ends
from cbi.cli.output import output_option
from cbi.distribution import extension as extending
from cbi.distribution.replacement import replace_and_print, replace_voucher
from cbi.finance.intake.silence import silent_retailers
from cbi.ledger.vouchers import changes
from cbi.ledger.vouchers.changes import read_day
from cbi.ledger.vouchers.reading import Voucher


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
        Path | None, output_option("help-voucher.output")
    ] = None,
) -> None:
    context = command_context(ctx)
    if output is None:
        made_alone = replace_voucher(context.session, serial, reason)
        with context.session.ledger.read() as tx:
            number = tx.value("SELECT number FROM batch WHERE id = :id", id=made_alone.batch)
        _tell(context, made_alone, "replaced", old=serial.strip().upper(), batch=number)
        return
    made = replace_and_print(context.session, serial, reason, output, print_options(context))
    _tell(context, made.voucher, "replaced-printed", old=made.old, path=output)
    tell_missing(context, made.printed.missing)


@block_app.command("block", help="help-voucher.block")
def block(ctx: typer.Context, serial: Serial, reason: Reason) -> None:
    context = command_context(ctx)
    _tell(context, changes.block(context.session, serial, reason), "blocked")


@unblock_app.command("unblock", help="help-voucher.unblock")
def unblock(ctx: typer.Context, serial: Serial, reason: Reason) -> None:
    context = command_context(ctx)
    _tell(context, changes.unblock(context.session, serial, reason), "unblocked")


@void_app.command("void", help="help-voucher.void")
def void(ctx: typer.Context, serial: Serial, reason: Reason) -> None:
    context = command_context(ctx)
    _tell(context, changes.void(context.session, serial, reason), "voided")


@extend_app.command("extend", help="help-voucher.extend")
def extend(
    ctx: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(metavar="[SERIAL|BATCH|ROUND|NUMBER]", help="help-voucher.extend-object"),
    ] = None,
    until: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="help-voucher.until")] = "",
    reason: Annotated[str, typer.Option(help="help-voucher.reason")] = "",
    approve: Annotated[bool, typer.Option("--approve", help="help-voucher.approve")] = False,
    refuse: Annotated[bool, typer.Option("--refuse", help="help-voucher.refuse")] = False,
) -> None:
    context = command_context(ctx)
    if name is None:
        _list_extensions(context)
    elif refuse:
        made = extending.refuse_extension(context.session, name, reason)
        context.show(made, context.say("help-voucher.extension-refused", number=made.number))
    elif approve:
        with context.session.ledger.read() as tx:
            wish = extending.extension(tx, name)
        if _agreed_to_day(context, wish.object, wish.until):
            _tell_extended(context, extending.approve_extension(context.session, name))
    elif _agreed_to_day(context, name, read_day(until)):
        _tell_extended(context, extending.extend_object(context.session, name, until, reason))


@expire_app.command("expire", help="help-voucher.expire")
def expire(ctx: typer.Context) -> None:
    context = command_context(ctx)
    context.session.require("voucher.expire")
    silent = silent_retailers(context.session)
    for one in silent:
        context.line("help-voucher.expire-silent", retailer=one.retailer, last=one.last_day,
                  round=one.round, vouchers=one.vouchers,
                  amount=context.amount(one.outstanding_minor, one.currency))
    if silent and not context.confirmed("help-voucher.expire-ask"):
        raise typer.Exit(1)
    serials = changes.expire_due(context.session)
    context.show({"expired": serials}, context.say("help-voucher.expired", count=len(serials)))


def _agreed_to_day(context: CommandContext, name: str, until: str) -> bool:
    """Whether to go on: asked where a grant that pays for it ends before that day."""
    context.session.require("voucher.extend-ask")
    with context.session.ledger.read() as tx:
        round_code = extending.round_extended(tx, name)
    return not tell_ends(context, round_code, until) or context.confirmed(
        "help-grant.extend-ask", until=until
    )


def _tell(context: CommandContext, voucher: Voucher, done: str, **more: object) -> None:
    facts = {
        "serial": voucher.serial, "state": voucher.state, "category": voucher.category,
        "balance_minor": voucher.balance_minor, "currency": voucher.currency,
        "valid_until": voucher.valid_until, **more,
    }
    balance = context.amount(voucher.balance_minor, voucher.currency)
    context.show(facts, context.say(f"help-voucher.{done}", balance=balance, **facts))


def _list_extensions(context: CommandContext) -> None:
    context.session.require("ledger.read")
    with context.session.ledger.read() as tx:
        found = extending.extensions(tx, open_only=True)
    context.table(
        found, ("number", "object", "until", "asked_by", "reason"), headings="help-voucher"
    )


def _tell_extended(context: CommandContext, made: extending.Extended) -> None:
    if made.asked is not None:
        context.show(made, context.next_step(
            "help-voucher.extension-asked", number=made.asked.number, object=made.asked.object,
            until=made.until,
        ))
        return
    key = "extended" if len(made.serials) == 1 else "extended-many"
    context.show(made, context.say(f"help-voucher.{key}", serial=", ".join(made.serials[:1]),
                             count=len(made.serials), valid_until=made.until))
