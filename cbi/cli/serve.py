"""`cbi serve`: the till in a browser, until it is stopped."""

from pathlib import Path
from typing import Annotated

import typer

from cbi.cli.command_context import command_context
from cbi.cli.faults import keep

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-serve.help")


@app.callback(invoke_without_command=True, help="help-serve.help")
def serve(
    ctx: typer.Context,
    host: Annotated[str, typer.Option(help="help-serve.host")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535, help="help-serve.port")] = 8765,
    tls_cert: Annotated[Path | None, typer.Option(help="help-serve.tls-cert")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="help-serve.tls-key")] = None,
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="help-serve.behind-proxy")
    ] = False,
    sandbox: Annotated[bool, typer.Option("--sandbox", help="help-serve.sandbox")] = False,
) -> None:
    if ctx.invoked_subcommand is not None:
        return
    from cbi.web.app import Serving
    from cbi.web.app import serve as run

    context = command_context(ctx)
    context.session.require("till.serve")
    serving = Serving(host, port, tls_cert, tls_key, behind_proxy, sandbox)
    serving.check()
    run(context.ledger_context, serving, context.line,
        lambda error: keep(error, context.settings.ledger or "", "serve"))
    context.line("help-serve.stopped")
