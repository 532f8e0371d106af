"""Write the command reference anew from the commands themselves.

    python -m tests.command_reference
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from cbi.cli.commands import AUDIENCES, COMMANDS, build_root, word_root
from cbi.messages import text

PAGE = Path(__file__).parent.parent / "docs" / "commands.md"


def reference() -> str:
    """The whole page."""
    root = build_root()
    word_root(root, "en")
    context = typer.Context(root)
    lines = [
        "# Commands", "",
        "Made from the commands' own help by `python -m tests.command_reference`; a test compares.",
        "", f"{text('cli.help-globals')}", "",
    ]
    for audience in AUDIENCES:
        lines += [f"## {text(f'cli.audience-{audience}')}", ""]
        for name, (of, *_) in COMMANDS.items():
            if of == audience:
                lines += _section(root.get_command(context, name), f"cbi {name}", context)
    return "\n".join(lines).rstrip() + "\n"


def _section(command: Any, path: str, context: Any) -> Iterator[str]:
    yield from (f"### {path}", "", command.help or "", "")
    if getattr(command, "invoke_without_command", False):
        yield from _lines(command, path, headed=False)
    for name, below in getattr(command, "commands", {}).items():
        yield from _lines(below, f"{path} {name}")
    if not hasattr(command, "commands"):
        yield from _lines(command, path, headed=False)


def _lines(command: Any, path: str, *, headed: bool = True) -> Iterator[str]:
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name == "option"]
    usage = " ".join([path, *(_argument(one) for one in arguments)])
    if headed:
        yield from (f"**`{usage}`** {command.help or ''}", "")
    else:
        yield from (f"`{usage}`", "")
    for one in arguments:
        if one.help:
            yield f"- `{_argument(one)}` {one.help}"
    for one in options:
        yield f"- `{', '.join((*one.opts, *one.secondary_opts))}` {one.help or ''}".rstrip()
    if any(one.help for one in arguments) or options:
        yield ""


def _argument(one: Any) -> str:
    name = one.metavar or one.name.upper().replace("_", "-")
    return str(name) if one.required or name.startswith("[") else f"[{name}]"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(reference(), "utf-8")
