"""Care of the ledger: `check`, `seal`, `backup`, `restore`, `upgrade`, `keys export`."""

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from cbi.app import check_everything, is_postgres, open_database
from cbi.base.errors import BadFile, UsageError
from cbi.cli.here import Here, here_of
from cbi.cli.output import output_option
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
) -> None:
    here = here_of(ctx)
    from cbi.ledger.checking import check_against

    _, keys = here.office.vouching
    ledger = here.office.ledger
    with ledger.read_to_check("ledger") as tx, here.office.looking_inside() as inside:
        total = int(tx.value("SELECT count(*) FROM voucher"))
        with here.progress("help-care.checking", total) as told:
            found = check_everything(tx, told, keys, inside)
        if checkpoint is not None:
            found.append(check_against(tx, _text_of(checkpoint), _key_of(key)))
    _tell_findings(here, found)
    if any(one.wrong for one in found):
        raise typer.Exit(1)


@seal_app.command("seal", help="help-care.seal")
def seal(
    ctx: typer.Context,
    output: Annotated[Path | None, output_option("help-care.seal-output")]
    = None,
) -> None:
    here = here_of(ctx)
    from cbi.files import atomic_file
    from cbi.ledger.checkpoint import VerifierKey
    from cbi.ledger.sealing import seal as make_seal

    key = str(VerifierKey(here.office.identity.origin, here.office.identity.seal_public))
    with nullcontext() if output is None else atomic_file(output) as file:
        made = make_seal(here.desk, "asked for")
        if file is not None:
            file.write(made.checkpoint.encode())
    here.show(
        {"size": made.size, "root": made.root, "checkpoint": made.checkpoint, "key": key},
        made.checkpoint.rstrip(), "", here.say("help-care.sealed", size=made.size, public=key),
    )


@backup_app.command("backup", help="help-care.backup")
def backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="help-care.backup-file")],
) -> None:
    here = here_of(ctx)
    from cbi.cli.care.copies import back_up

    made = back_up(here, file)
    here.show(made, here.say("help-care.backed-up", **made))


@restore_app.command("restore", help="help-care.restore")
def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="help-care.restore-file")],
    newest: Annotated[
        str | None, typer.Option(metavar="PATH|URL", help="help-care.restore-newest")
    ] = None,
) -> None:
    here = here_of(ctx)
    from cbi.cli.care.copies import bring_back

    made = bring_back(here, file, newest)
    here.show(made, here.say("help-care.restored", **made))


@upgrade_app.command("upgrade", help="help-care.upgrade")
def upgrade_command(ctx: typer.Context) -> None:
    here = here_of(ctx)
    moved: dict[str, Any] = {}
    lines: tuple[tuple[str, Tables], ...] = (
        (here.places.ledger, "ledger"), (here.places.vault, "vault")
    )
    for place, tables in lines:
        owner = open_database(place, secure_delete=tables == "vault", as_owner=True)
        moved[tables] = dict(zip(("was", "now"), upgrade(owner, tables), strict=True))
        if is_postgres(place):
            from cbi.storage.roles import give_rights

            give_rights(owner, tables)
        owner.close()
    here.show(moved, *(here.say("help-care.upgraded", tables=name, **step)
                       for name, step in moved.items()))


@keys_app.command("export", help="help-care.keys-export")
def keys_export(
    ctx: typer.Context,
    output: Annotated[Path, output_option("help-care.keys-output")],
    whom: Annotated[str, typer.Option("--for", help="help-care.keys-for")] = "till",
    with_seal: Annotated[bool, typer.Option("--with-seal", help="help-care.with-seal")] = False,
) -> None:
    here = here_of(ctx)
    from cbi.operators.digests import with_till_key
    from cbi.operators.keyring import write_keyring
    from cbi.operators.log import record

    here.desk.require("keys.export")
    known = {"till": ("lookup", "till"), "office": ("lookup", "codes", "people")}
    if whom not in known:
        raise UsageError("help-care.keys-for-unknown", text=whom)
    only = (*known[whom], "seal") if with_seal else known[whom]
    ring = here.desk.keys
    made = with_till_key(ring, here.desk.entropy) if whom == "till" else ring
    write_keyring(made, output, only=only)
    here.desk.ledger.transact(lambda tx: record(
        tx, operator=here.desk.operator.name, action="keys.export", object=made.machine or whom,
        at=here.desk.clock(), detail={"keys": list(only)}, origin=here.desk.origin,
    ))
    here.show({"file": output, "for": whom}, here.say("help-care.keys-exported", file=output))


def _tell_findings(here: Here, found: list[Any]) -> None:
    lines = []
    for one in found:
        mark = "✗" if one.wrong else "·" if one.told else "✓"
        lines.append(f"{mark} {_rule_words(here, one.name)}")
        lines += [f"    {wrong.describe(here.language)}" for wrong in one.wrong[:WRONG_SHOWN]]
        if len(one.wrong) > WRONG_SHOWN:
            lines.append("    " + here.say("help-care.more", count=len(one.wrong) - WRONG_SHOWN))
        lines += [f"    · {told.describe(here.language)}" for told in one.told[:WRONG_SHOWN]]
        if len(one.told) > WRONG_SHOWN:
            lines.append("    " + here.say("help-care.more", count=len(one.told) - WRONG_SHOWN))
    broken = sum(bool(one.wrong) for one in found)
    lines.append(here.say("help-care.check-broken" if broken else "help-care.check-whole",
                          broken=broken, rules=len(found)))
    here.show([
        {"rule": one.name, "holds": not one.wrong,
         "wrong": [{"where": wrong.where, "what": wrong.describe(here.language)}
                   for wrong in one.wrong],
         "told": [{"where": told.where, "what": told.describe(here.language)}
                  for told in one.told]}
        for one in found
    ], *lines)


def _rule_words(here: Here, name: str) -> str:
    """A rule in words: the ledger's and finance's stand together, those of people apart."""
    file = "check" if f"rule-{name}" in texts("en", "check") else "people"
    return here.say(f"{file}.rule-{name}")


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
