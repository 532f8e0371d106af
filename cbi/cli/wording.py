"""What Typer says of itself, in the reader's language: help's headings and types, usage errors.

Typer's own words are English wherever it runs. The names of arguments (`BATCH`) are words of the
catalogue (`metavars.json`), small letters for what is typed as it stands (`same|different|later`).
"""

import re
from typing import Any

import typer

from cbi.messages import text, texts

SHOWN_KINDS = {"<str>": "TEXT", "<path>": "FILE", "<int>": "COUNT", "<int range>": "COUNT"}
_KIND = re.compile("|".join(map(re.escape, SHOWN_KINDS)))
_NAME = re.compile(r"(?<![A-Za-z-])[A-Z][A-Z]+(?:-[A-Z]+)*(?![A-Za-z])")
_BRACED = re.compile(r"\{([^}]*)\}")
NAMES_WIDEST = 30
"""The names of options take no more than this, nor half of a narrow screen; a longer one stands on
a line of its own."""
_OWN = {
    "Usage: ": "help-usage", "Options": "help-options", "Arguments": "help-arguments",
    "Commands": "help-commands", "Show this message and exit.": "help-this",
}


def named(words: str, language: str) -> str:
    """Names of arguments and kinds of values as the reader's language has them."""
    known = texts(language, "metavars")
    words = _KIND.sub(lambda kind: SHOWN_KINDS[kind[0]], words)
    return _NAME.sub(lambda name: known.get(name[0].lower(), name[0]), words)


class WordedContext(typer.Context):
    """A command's surroundings whose help is in the reader's language."""

    def make_formatter(self) -> Any:
        """Typer's own, handed the reader's words."""
        made: Any = super().make_formatter()
        language = getattr(self.find_root().obj, "language", "en")
        usage, rows, section = made.write_usage, made.write_dl, made.section

        def own(words: str) -> str:
            return text(f"cli.{_OWN[words]}", language) if words in _OWN else words

        def write_usage(prog: str, args: str = "", prefix: str | None = None) -> None:
            args = _BRACED.sub(r"\1", args)
            for typers in ("[OPTIONS]", "COMMAND [ARGS]..."):
                key = "help-usage-" + ("options" if typers[0] == "[" else "command")
                args = args.replace(typers, text(f"cli.{key}", language))
            usage(prog, named(args, language), own(prefix or "Usage: "))

        def write_rows(told: Any, *args: Any, **more: Any) -> None:
            more.setdefault("col_max", min(NAMES_WIDEST, made.width // 2 - 4))
            rows([
                (named(first, language), _facts(own(second), language)) for first, second in told
            ], *args, **more)

        made.write_usage, made.write_dl = write_usage, write_rows
        made.section = lambda name: section(own(name))
        return made


def usage_words(error: Any, language: str) -> str:
    """A usage error of Typer's in the reader's language."""
    context, parameter = getattr(error, "ctx", None), getattr(error, "param", None)
    path = context.command_path if context is not None else "cbi"
    kind, detail = type(error).__name__, error.message or error.format_message()
    name = "" if parameter is None else _name_of(parameter, language)
    facts: dict[str, Any] = {}
    key = {"MissingParameter": "missing", "NoSuchOption": "no-option"}.get(kind, "other")
    if kind == "NoSuchOption":
        name = error.option_name
        key = "negative" if name[1:2].isdigit() else key
    elif kind == "BadOptionUsage":
        key, name = "option-empty", error.option_name
    elif kind == "BadParameter":
        key, facts = _number_wrong(parameter)
    elif found := re.match(r"No such command '([^']*)'\.(?:.*'([^']*)'.*)?", detail):
        key, name, facts = "no-command", found[1], {"near": found[2]}
        key += "-near" if found[2] else ""
    elif found := re.fullmatch(r"Got unexpected extra arguments? ?(?:\(s\) )?\((.*)\)", detail):
        key, name = "too-many", found[1]
    return text(f"cli.usage-{key}", language, name=name, command=path, detail=detail, **facts)


def _name_of(parameter: Any, language: str) -> str:
    """What a parameter is called: an option as typed, an argument as help shows it."""
    option = parameter.opts[-1] if parameter.opts else parameter.name
    if option.startswith("-"):
        return str(option)
    shown = parameter.metavar or parameter.name.upper().replace("_", "-")
    return named(shown, language)


def _number_wrong(parameter: Any) -> tuple[str, dict[str, Any]]:
    """Which text says what a value had to be, with its facts."""
    kind = getattr(parameter, "type", None)
    least, most = getattr(kind, "min", None), getattr(kind, "max", None)
    if not getattr(kind, "name", "").startswith("int"):
        return "bad-value", {}
    if least is None:
        return "number", {}
    return ("number-from" if most is None else "number-between"), {"least": least, "most": most}


def _facts(words: str, language: str) -> str:
    """Typer's `[required]` and `[default: …]` at the end of a help text."""
    start, bracket, end = words.rpartition("  [")
    if not bracket:
        return words
    end = end.replace("required]", f"{text('cli.help-required', language)}]")
    return f"{start}{bracket}{end.replace('default: ', text('cli.help-default', language) + ' ')}"
