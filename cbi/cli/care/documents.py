"""`cbi document`: files kept with the records that they prove."""

from pathlib import Path
from typing import Annotated

import typer

from cbi.cli.command_context import CommandContext, command_context
from cbi.cli.output import output_option
from cbi.documents import keeping
from cbi.documents.keeping import DocumentSeen

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="documents.help")

NAME_SHOWN = 32


@app.command("add", help="documents.help-add")
def add(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="documents.help-file")],
    record: Annotated[str, typer.Argument(metavar="RECORD", help="documents.help-record")],
    kind: Annotated[str, typer.Option(
        metavar="|".join(keeping.KINDS), help="documents.help-kind")],
) -> None:
    context = command_context(ctx)
    made = keeping.add(context.session, file, record, kind)
    context.show(made, context.say(
        "documents.added", document=made.number, record=made.object,
        kind=context.say(f"documents.kind-{made.kind}"),
    ))


@app.command("list", help="documents.help-list")
def list_documents(
    ctx: typer.Context,
    record: Annotated[str | None, typer.Argument(
        metavar="[RECORD]", help="documents.help-record")] = None,
) -> None:
    context = command_context(ctx)
    found = keeping.documents(context.session, record)
    context.table(
        found, ("document", "record", "kind", "file", "size", "added"), headings="documents",
        later=("size", "added"), shown=lambda one: (
            one.number, one.object, context.say(f"documents.kind-{one.kind}"),
            _name(context, one),
            context.say("documents.size", count=-(-one.size_bytes // 1024)),
            f"{context.instant(one.added_at)[:10]} {one.added_by}",
        ),
    )


@app.command("open", help="documents.help-open")
def open_document(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(metavar="DOCUMENT", help="documents.help-number")],
    output: Annotated[Path, output_option("documents.help-output")],
    why: Annotated[str, typer.Option(help="documents.help-why")] = "",
) -> None:
    from cbi.files import atomic_file

    context = command_context(ctx)
    name, content = keeping.opened(context.session, number, why)
    with atomic_file(output, private=True) as file:
        file.write(content)
    context.show({"document": number.strip().upper(), "name": name, "file": output},
                 context.say("documents.opened", document=number.strip().upper(), name=name,
                             file=output))


def _name(context: CommandContext, one: DocumentSeen) -> str:
    if one.is_erased:
        return context.say("documents.is-erased")
    if not one.name:
        return context.say("documents.name-sealed")
    return one.name if len(one.name) <= NAME_SHOWN else f"{one.name[: NAME_SHOWN - 1]}…"

