"""`cbi serve certificate`: a certificate for a till on the office's own network."""

from pathlib import Path
from typing import Annotated

import typer

from cbi.base.clock import system_clock
from cbi.cli.command_context import command_context

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-serve.help")


@app.command("certificate", help="serve-certificate.help")
def certificate(
    ctx: typer.Context,
    names: Annotated[
        list[str], typer.Argument(metavar="NAME", help="serve-certificate.names")
    ],
    folder: Annotated[Path, typer.Option(help="serve-certificate.folder")] = Path("certificate"),
    port: Annotated[int, typer.Option(min=1, max=65_535, help="help-serve.port")] = 8765,
) -> None:
    from cbi.web.certificate import make_certificate
    from cbi.web.trust_page import address_of, write_trust_page

    context = command_context(ctx)
    context.session.require("till.serve")
    made = make_certificate(folder, names, system_clock)
    page = write_trust_page(made, port, context.language)
    told = "again" if made.renewed else "made"
    context.show(
        {"chain": str(made.chain), "key": str(made.key), "authority": str(made.authority),
         "fingerprint": made.fingerprint, "names": list(made.names), "page": str(page),
         "until": made.until.isoformat(), "renewed": made.renewed},
        context.say(f"serve-certificate.{told}", folder=str(folder), page=str(page),
                    fingerprint=made.fingerprint, until=made.until.date().isoformat()),
        context.say("serve-certificate.then", chain=str(made.chain), key=str(made.key), port=port,
                    address=address_of(made, port)),
    )
