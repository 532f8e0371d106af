"""`cbi init`: make a ledger, its vault and keyring, and the first operator."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from cbi.base.errors import UsageError
from cbi.bootstrap import Founding, create_ledger
from cbi.cli.command_context import CommandContext, command_context, read_secret
from cbi.operators.permissions import ALL, ROLES
from cbi.places import profile_of

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("init", help="help-setup.init")
def init(
    ctx: typer.Context,
    operator: Annotated[str, typer.Option(help="help-setup.init-operator")] = "admin",
    role: Annotated[list[str], typer.Option(help="help-setup.init-role")] = ["admin"],  # noqa: B006
    practice: Annotated[bool, typer.Option("--practice", help="help-setup.init-practice")] = False,
    practice_day: Annotated[
        str | None, typer.Option("--practice-day", help="help-setup.init-practice-day")
    ] = None,
    profile: Annotated[
        str | None, typer.Option(metavar="NAME|FILE.toml", help="help-setup.init-profile")
    ] = None,
    keys_apart: Annotated[
        bool, typer.Option("--keys-apart", help="help-setup.init-keys-apart")
    ] = False,
    lock_keyring: Annotated[
        bool, typer.Option("--lock-keyring", help="help-setup.init-lock-keyring")
    ] = False,
) -> None:
    context = command_context(ctx)
    lock = new_lock(context, None) if lock_keyring else None
    founding = Founding(
        operator=operator, passphrase=new_passphrase(context, operator), roles=known_roles(role),
        practice=practice or practice_day is not None, keyring_passphrase=lock, profile=profile,
        practice_day=practice_day, keys_apart=keys_apart,
    )
    ledger_context = create_ledger(
        context.paths, founding, clock=context.clock, entropy=context.entropy
    )
    keyring = ledger_context.paths.keyring_for(ledger_context.identity.ledger_id)
    with ledger_context.ledger.read() as tx:
        country = profile_of(tx).country
    made = {"ledger": context.paths.ledger, "vault": context.paths.vault, "keyring": keyring,
            "operator": operator, "practice": founding.practice, "country": country}
    context.show(made, context.say("help-setup.init-done", **made))
    ledger_context.close()


def new_passphrase(context: CommandContext, name: str) -> str:
    """An operator's new passphrase: from the file or environment, or typed twice."""
    import os

    from cbi.operators.passphrases import accepted

    if context.settings.passphrase_file is not None or os.environ.get("CBI_PASSPHRASE"):
        return context.passphrase()
    return context.secret_twice(
        "cli.ask-new-passphrase", accepted=partial(accepted, name=name.strip().casefold())
    )


def new_lock(context: CommandContext, file: Path | None) -> str:
    """A new passphrase for a keyring: from a file, or typed twice."""
    from cbi.operators.passphrases import accepted

    if file is not None:
        return accepted(read_secret(file), name="")
    return context.secret_twice(
        "cli.ask-new-keyring-passphrase", option="--new-passphrase-file",
        accepted=partial(accepted, name=""),
    )


def known_roles(names: list[str]) -> frozenset[str]:
    """These roles, `all` for every one but `protection`, which is given by its name alone.

    Raises:
        UsageError: there is no such role.
    """
    roles = frozenset(names) - {"all"}
    if "all" in names:
        roles |= ALL
    for name in sorted(roles - set(ROLES)):
        raise UsageError("operators.role-unknown", role=name, known=", ".join(ROLES))
    return roles
