"""From a typed line to an exit code: the one place where errors become words.

Exit codes: 0 done, 1 a till's other answer, 2 usage, 3 not allowed, 4 not found, 5 conflict, 6 bad
file, 7 the ledger, vault or keyring cannot be used; 70 a fault of cbi itself; 130 interrupted.
"""

import os
import sys
import time
from collections.abc import Sequence
from typing import Any

import typer

from cbi.base.errors import CbiError
from cbi.base.logs import Log
from cbi.base.words import typed, visible
from cbi.cli import show
from cbi.cli.command_context import CommandContext
from cbi.cli.commands import COMMANDS, build_root, word_root
from cbi.cli.globals import Globals, from_environment, take_globals
from cbi.cli.logs import shown
from cbi.cli.starting import heard_everywhere
from cbi.cli.views.screen import is_screen, room
from cbi.messages import text
from cbi.storage.lock import WriterLock

logger = Log(__name__)

INTERRUPTED, OWN_FAULT = 130, 70
COMPLETION = "_CBI_COMPLETE"
"""What a shell sets that asks for its script, or what a word may go on as: Typer answers then."""
HELP_WIDEST = 80
USAGE_ERROR: Any = typer.BadParameter.__mro__[1]
"""Typer shows no name of its own for this class, which says that a line is off."""


def main(argv: Sequence[str] | None = None) -> None:
    """The program's entry: run the line, leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    heard_everywhere()
    try:
        code = run(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:  # a second one, while the first was being told
        code = INTERRUPTED
    sys.exit(code)


def run(argv: Sequence[str], *, context: CommandContext | None = None) -> int:
    """Carry out one line and return its exit code; nothing is raised.

    `here` is handed in by who already works somewhere (the demo); else it is made from the line's
    global options and the environment.
    """
    settings = from_environment()
    try:
        settings, rest = take_globals(
            [typed(word) for word in argv], settings if context is None else context.settings
        )
        if rest in (["--version"], ["-V"]):
            from cbi import __version__

            print(f"cbi {__version__}")  # noqa: T201 - the command line speaks
            return 0
        own = CommandContext(settings) if context is None else context.for_line(settings)
        WriterLock.doing = f"cbi {command_of(rest)}"
        WriterLock.waits = lambda holder: _complain(own.say("storage.waiting-for", holder=holder))
        with shown(own.settings):
            try:
                return _logged(rest, own)
            finally:
                own.close()
    except CbiError as error:
        return _refused(error, settings)
    except (KeyboardInterrupt, EOFError):
        _complain(text("cli.interrupted", settings.language or "en"))
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the edge: a user never meets a traceback
        return _own_fault(error, settings, command_of(argv))


def _logged(rest: list[str], context: CommandContext) -> int:
    """Carry the line out, and tell the log how it went."""
    start = time.monotonic()
    logger.info("%s begins", command_of(rest))
    try:
        code = _carried_out(rest, context)
    except CbiError as error:
        logger.info("refused with %s", error.code)
        raise
    finally:
        logger.debug("took %.0f ms", (time.monotonic() - start) * 1000)
    logger.info("ends with %s", code)
    return code


def _carried_out(rest: list[str], context: CommandContext) -> int:
    root = build_root()
    word_root(root, context.language)
    if COMPLETION in os.environ:
        from typer._completion_classes import completion_init

        completion_init()
    if is_screen():
        root.context_settings["terminal_width"] = min(room(), HELP_WIDEST) - 2
    try:
        code: Any = root.main(args=rest, prog_name="cbi", standalone_mode=False, obj=context)
    except typer.Exit as left:
        return int(left.exit_code)
    except typer.Abort as interrupted:
        raise KeyboardInterrupt from interrupted
    except USAGE_ERROR as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            show.put(error.format_message())
            return 2
        from cbi.cli.wording import usage_words

        _complain(usage_words(error, context.language))
        return 2
    return code if isinstance(code, int) else 0


def _refused(error: CbiError, settings: Globals) -> int:
    _complain(text(error.code, settings.language or "en", **error.facts))
    return error.exit_code


def _complain(line: str) -> None:
    show.put(f"cbi: {visible(line)}", err=True)


def command_of(argv: Sequence[str]) -> str:
    """The command that a line names, without its arguments: these may be secret."""
    named = [word for word in argv if word in COMMANDS]
    return named[0] if named else "-"


def _own_fault(error: Exception, settings: Globals, command: str) -> int:
    """Keep the details in a file of the user's own and say where; nobody meets a traceback."""
    from cbi.cli.faults import keep

    path = keep(error, settings.ledger or "", command)
    language = settings.language or "en"
    _complain(text("cli.own-fault", language, kind=type(error).__name__, path=path or "-"))
    return OWN_FAULT
