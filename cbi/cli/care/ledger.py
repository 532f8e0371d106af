"""Care of the ledger: `check`, `seal`, `backup`, `restore`, `upgrade`, `keys`."""

import shlex
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from cbi.base.canonical import JsonValue
from cbi.base.errors import BadFile, Conflict, UsageError
from cbi.cli.command_context import CommandContext, command_context
from cbi.cli.output import output_option
from cbi.context import check_everything, is_postgres, open_database
from cbi.messages import texts
from cbi.storage.migrate import Tables, upgrade


def _typer(**more: str) -> typer.Typer:
    return typer.Typer(add_completion=False, rich_markup_mode=None, **more)  # type: ignore[arg-type]


check_app, seal_app, backup_app, restore_app, upgrade_app = (_typer() for _ in range(5))
keys_app = _typer(help="help-care.keys")
keys_app.callback(help="help-care.keys")(lambda: None)

NOTE_BYTES_MAX = 1_000_000
WRONG_SHOWN = 10


@check_app.command("check", help="help-care.check")
def check(
    ctx: typer.Context,
    checkpoint: Annotated[Path | None, typer.Option(help="help-care.checkpoint")] = None,
    key: Annotated[str | None, typer.Option(help="help-care.key")] = None,
    workbook: Annotated[Path | None, typer.Option(help="help-care.workbook")] = None,
) -> None:
    context = command_context(ctx)
    from cbi.audit.proofs import check_against
    from cbi.finance.workbook.proof import check_workbook

    note = None if checkpoint is None else _text_of(checkpoint)
    public = _key_of(key)
    _, keys = context.ledger_context.vouching
    ledger = context.ledger_context.ledger
    with ledger.read_to_check("ledger") as tx, context.ledger_context.looking_inside() as inside:
        total = int(tx.value("SELECT count(*) FROM voucher"))
        with context.progress("help-care.checking", total) as told:
            found = check_everything(tx, told, keys, inside)
        if note is not None:
            found.append(check_against(tx, note, public))
        if workbook is not None:
            found.append(check_workbook(tx, workbook))
    _tell_findings(context, found)
    if any(one.wrong for one in found):
        raise typer.Exit(1)


@seal_app.command("seal", help="help-care.seal")
def seal(
    ctx: typer.Context,
    output: Annotated[Path | None, output_option("help-care.seal-output")]
    = None,
) -> None:
    context = command_context(ctx)
    from cbi.audit.checkpoint import VerifierKey
    from cbi.files import atomic_file
    from cbi.ledger.sealing import seal as make_seal

    key = str(
        VerifierKey(
            context.ledger_context.identity.origin, context.ledger_context.identity.seal_public
        )
    )
    with nullcontext() if output is None else atomic_file(output) as file:
        made = make_seal(context.session, "asked for")
        if file is not None:
            file.write(made.checkpoint.encode())
    context.show({"size": made.size, "root": made.root, "checkpoint": made.checkpoint, "key": key})
    context.exact(f"{made.checkpoint.rstrip()}\n")
    context.line("help-care.sealed", size=made.size, public=key)


@backup_app.command("backup", help="help-care.backup")
def backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="help-care.backup-file")],
) -> None:
    context = command_context(ctx)
    from cbi.cli.care.copies import back_up

    made = back_up(context, file)
    context.show(made, context.say("help-care.backed-up", **made))


@restore_app.command("restore", help="help-care.restore")
def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="help-care.restore-file")],
    newest: Annotated[
        str | None, typer.Option(metavar="PATH|URL", help="help-care.restore-newest")
    ] = None,
) -> None:
    context = command_context(ctx)
    from cbi.cli.care.copies import bring_back

    made = bring_back(context, file, newest)
    context.show(made, context.say("help-care.restored", at=shlex.quote(made["ledger"]), **made))


@upgrade_app.command("upgrade", help="help-care.upgrade")
def upgrade_command(ctx: typer.Context) -> None:
    context = command_context(ctx)
    moved: dict[str, Any] = {}
    lines: tuple[tuple[str, Tables], ...] = (
        (context.paths.ledger, "ledger"), (context.paths.vault, "vault")
    )
    for place, tables in lines:
        owner = open_database(place, secure_delete=tables == "vault", as_owner=True)
        moved[tables] = dict(zip(("was", "now"), upgrade(owner, tables), strict=True))
        if is_postgres(place):
            from cbi.storage.roles import give_rights

            give_rights(owner, tables)
        owner.close()
    context.show(moved, *(context.say("help-care.upgraded", tables=name, **step)
                       for name, step in moved.items()))


@keys_app.command("export", help="help-care.keys-export")
def keys_export(
    ctx: typer.Context,
    output: Annotated[Path, output_option("help-care.keys-output")],
    whom: Annotated[str, typer.Option("--for", help="help-care.keys-for")] = "till",
    with_seal: Annotated[bool, typer.Option("--with-seal", help="help-care.with-seal")] = False,
) -> None:
    context = command_context(ctx)
    from cbi.operators.digests import with_till_key
    from cbi.operators.keyring import write_keyring

    context.session.require("keys.export")
    known = {"till": ("lookup", "till"), "office": ("lookup", "codes", "people")}
    if whom not in known:
        raise UsageError("help-care.keys-for-unknown", text=whom)
    only = (*known[whom], "seal") if with_seal else known[whom]
    ring = context.session.keys
    made = with_till_key(ring, context.session.entropy) if whom == "till" else ring
    for name in only:
        made.need(name)
    if output.exists():
        raise Conflict("operators.keyring-there", path=str(output))
    _say_first(context, "keys.export", made.machine or whom, {"keys": list(only)})
    write_keyring(made, output, only=only)
    context.show({"file": output, "for": whom}, context.say("help-care.keys-exported", file=output))


@keys_app.command("passphrase", help="help-care.keys-passphrase")
def keys_passphrase(
    ctx: typer.Context,
    new_passphrase_file: Annotated[
        Path | None, typer.Option("--new-passphrase-file", help="help-care.keys-new-file")
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="help-care.keys-remove")] = False,
) -> None:
    context = command_context(ctx)
    from cbi.cli.setup.ledger import new_lock
    from cbi.operators.keyring import relock_keyring

    if remove and new_passphrase_file is not None:
        raise UsageError("help-care.keys-remove-or-new")
    session = context.session
    session.require("keys.passphrase")
    ring, place = session.keys, context.paths.keyring_for(context.ledger_context.identity.ledger_id)
    if not remove:
        new = new_lock(context, new_passphrase_file)
    elif not context.confirmed("help-care.keys-remove-ask", file=place):
        raise typer.Exit(0)
    _say_first(context, "keys.passphrase", ring.machine or "office", {"removed": remove})
    relock_keyring(ring, place, passphrase=None if remove else new,
                   stretching=session.stretching, entropy=session.entropy)
    context.show({"file": place, "locked": not remove},
              context.say(f"help-care.keys-{'open' if remove else 'locked'}", file=place))


def _say_first(
    context: CommandContext, action: str, whose: str, detail: dict[str, JsonValue]
) -> None:
    """The log's line comes before the file: a kill in between leaves no file that nobody told of.
    """
    from cbi.operators.log import record_by

    session = context.session
    session.ledger.transact(lambda tx: record_by(
        tx, session, action=action, object=whose, detail=detail,
    ))


def _tell_findings(context: CommandContext, found: list[Any]) -> None:
    lines = []
    for one in found:
        mark = "✗" if one.wrong else "·" if one.told else "✓"
        lines.append(f"{mark} {_rule_words(context, one.name)}")
        lines += [f"    {wrong.describe(context.language)}" for wrong in one.wrong[:WRONG_SHOWN]]
        if len(one.wrong) > WRONG_SHOWN:
            lines.append("    " + context.say("help-care.more", count=len(one.wrong) - WRONG_SHOWN))
        lines += [f"    · {told.describe(context.language)}" for told in one.told[:WRONG_SHOWN]]
        if len(one.told) > WRONG_SHOWN:
            lines.append("    " + context.say("help-care.more", count=len(one.told) - WRONG_SHOWN))
    broken = sum(bool(one.wrong) for one in found)
    lines.append(context.say("help-care.check-broken" if broken else "help-care.check-whole",
                          broken=broken, rules=len(found)))
    context.show([
        {"rule": one.name, "holds": not one.wrong,
         "wrong": [{"where": wrong.where, "what": wrong.describe(context.language)}
                   for wrong in one.wrong],
         "told": [{"where": told.where, "what": told.describe(context.language)}
                  for told in one.told]}
        for one in found
    ], *lines)


def _rule_words(context: CommandContext, name: str) -> str:
    """A rule in words: the ledger's and finance's stand together, those of people apart."""
    file = "check" if f"rule-{name}" in texts("en", "check") else "people"
    return context.say(f"{file}.rule-{name}")


def _text_of(path: Path) -> str:
    from cbi.files import Limits, read_bytes

    try:
        return read_bytes(path, limits=Limits(file_bytes_max=NOTE_BYTES_MAX)).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile("help-care.checkpoint-unreadable", file=str(path)) from error


def _key_of(given: str | None) -> str | None:
    """The key itself, or the file that holds it."""
    if given is not None and "+" not in given and Path(given).exists():
        return _text_of(Path(given)).strip()
    return given
