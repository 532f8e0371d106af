"""`cbi people import`: a list shown first, then taken in."""

from pathlib import Path
from typing import Annotated

import typer

from cbi.base.errors import UsageError
from cbi.cli.command_context import command_context
from cbi.cli.field import import_changes as changing
from cbi.cli.field import import_runs as runs
from cbi.cli.field import import_words as words
from cbi.cli.output import output_option

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("import", help="help-import.help")
def import_list(
    ctx: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="help-import.file")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="help-import.dry-run")] = False,
    maps: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=COLUMN", help="help-import.map"),
    ] = None,
    mapping: Annotated[
        str | None, typer.Option("--mapping", metavar="NAME", help="help-import.mapping")
    ] = None,
    sheet: Annotated[str | None, typer.Option(metavar="SHEET", help="help-import.sheet")] = None,
    erased_too: Annotated[
        bool, typer.Option("--erased-too", help="help-import.erased-too")
    ] = False,
    rejected: Annotated[
        Path | None, output_option("help-import.rejected", "--rejected", metavar="FILE")
    ] = None,
    show: Annotated[str | None, typer.Option(metavar="LIST", help="help-import.show")] = None,
    undo: Annotated[str | None, typer.Option(metavar="LIST", help="help-import.undo")] = None,
    only: Annotated[list[str] | None, typer.Option(help="help-import.only")] = None,
    output: Annotated[Path | None, output_option("help-import.output")] = None,
    changes: Annotated[
        list[str] | None, typer.Option(metavar="KIND", help="help-import.changes")
    ] = None,
) -> None:
    context = command_context(ctx)
    if show is not None:
        runs.show_rows(context, show, output)
        return
    changing.checked_kinds(changes or [])
    if undo is not None and dry_run:
        runs.would_take_back(context, undo, only or [])
        return
    if undo is not None and not runs.take_back(
        context, undo, only or [], alone=file is None
    ):
        return
    if file is None:
        if undo is None:
            raise UsageError("help-import.no-file")
        return
    shown = words.looked_at(
        context, file, words.pairs(maps or []), mapping=mapping, sheet=sheet, erased_too=erased_too
    )
    found = changing.changes(context, shown)
    if dry_run:
        words.show(context, shown, more=changing.as_data(found))
        changing.show_changes(context, found)
        words.say_next(context, shown, [
            *(f"--map {one}" for one in maps or []), f"--mapping {mapping}" if mapping else "",
            f"--sheet {sheet}" if sheet else "", "--erased-too" if erased_too else "",
        ])
        return
    words.take_in(
        context, shown, rejected or words.rejected_path(file), more=changing.as_data(found)
    )
    changing.take_changes(context, shown, found, changes or [])
    if shown.rejected_count:
        raise typer.Exit(6)
