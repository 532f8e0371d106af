"""`cbi people pull`: approved submissions from a survey's server, as a file to import."""

from pathlib import Path
from typing import Annotated

import typer

from cbi.cli.command_context import command_context
from cbi.cli.output import output_option

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("pull", help="help-pull.help")
def pull_list(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="kobo|odk", help="help-pull.kind")],
    url: Annotated[str, typer.Option(help="help-pull.url")],
    form: Annotated[str, typer.Option(help="help-pull.form")],
    token_file: Annotated[Path, typer.Option("--token-file", help="help-pull.token-file")],
    output: Annotated[Path, output_option("help-pull.output")],
    since: Annotated[str, typer.Option(metavar="DAY", help="help-pull.since")] = "",
) -> None:
    from cbi.enrolment.surveys.pulling import pull

    context = command_context(ctx)
    done = pull(
        context.session, kind, form, output, url=url, token_file=token_file, since=since
    )
    context.show(
        {"file": str(done.path), "submissions": done.count, "since": done.since},
        context.say("help-pull.done" if done.count is None else "help-pull.done-count",
                    count=done.count or 0, path=done.path),
        context.say("help-pull.next", path=done.path),
    )
