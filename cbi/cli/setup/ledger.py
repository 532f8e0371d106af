"""`cbi init`: make a ledger, its vault and keyring, and the first operator."""

from typing import Annotated

import typer

from cbi.base.errors import UsageError
from cbi.cli.here import Here, here_of
from cbi.founding import Founding, found
from cbi.operators.permissions import ROLES

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("init", help="help-setup.init")
def init(
    ctx: typer.Context,
    operator: Annotated[str, typer.Option(help="help-setup.init-operator")] = "admin",
    role: Annotated[list[str], typer.Option(help="help-setup.init-role")] = ["admin"],  # noqa: B006
    practice: Annotated[bool, typer.Option("--practice", help="help-setup.init-practice")] = False,
    lock_keyring: Annotated[
        bool, typer.Option("--lock-keyring", help="help-setup.init-lock-keyring")
    ] = False,
) -> None:
    here = here_of(ctx)
    lock = here.secret_twice("cli.ask-keyring-passphrase") if lock_keyring else None
    founding = Founding(
        operator=operator, passphrase=new_passphrase(here), roles=known_roles(role),
        practice=practice, keyring_passphrase=lock,
    )
    office = found(here.places, founding, clock=here.clock, entropy=here.entropy)
    keyring = office.places.keyring_for(office.identity.ledger_id)
    made = {"ledger": here.places.ledger, "vault": here.places.vault, "keyring": keyring,
            "operator": operator, "practice": practice}
    here.show(made, here.say("help-setup.init-done", **made))
    office.close()


def new_passphrase(here: Here) -> str:
    """A new passphrase: from the file or environment, or typed twice."""
    import os

    if here.settings.passphrase_file is not None or os.environ.get("CBI_PASSPHRASE"):
        return here.passphrase()
    return here.secret_twice("cli.ask-new-passphrase")


def known_roles(names: list[str]) -> frozenset[str]:
    """These roles, `all` for every one.

    Raises:
        UsageError: there is no such role.
    """
    roles = frozenset(ROLES) if "all" in names else frozenset(names)
    for name in sorted(roles - set(ROLES)):
        raise UsageError("operators.role-unknown", role=name, known=", ".join(ROLES))
    return roles
