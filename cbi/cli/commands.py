"""Every command, by audience, and where it stands. Nothing is imported before it is typed."""

import re
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, cast

import typer
from typer.core import TyperGroup

from cbi.base.collecting import kept
from cbi.cli.wording import WordedContext
from cbi.messages import text

AUDIENCES = ("set-up", "field", "cashier", "finance", "care")

COMMANDS: dict[str, tuple[str, tuple[str, ...], str]] = {
    # name: (audience, the modules that hold it; a group's parts may stand in several, its help)
    "init": ("set-up", ("setup.ledger",), "help-setup.init"),
    "start": ("set-up", ("setup.start",), "start.help"),
    "demo": ("set-up", ("setup.demo",), "help-demo.help"),
    "programme": (
        "set-up", ("setup.programmes", "setup.offline", "setup.approvals"), "help-programme.help",
    ),
    "city": ("set-up", ("setup.places",), "help-place.city"),
    "retailer": ("set-up", ("setup.places",), "help-place.retailer"),
    "store": ("set-up", ("setup.places",), "help-place.store"),
    "operator": ("set-up", ("setup.operators", "setup.second"), "help-operators.help"),
    "training": ("set-up", ("setup.trainings",), "help-training.help"),
    "login": ("set-up", ("setup.operators",), "help-operators.login"),
    "logout": ("set-up", ("setup.operators",), "help-operators.logout"),
    "whoami": ("set-up", ("setup.operators",), "help-operators.whoami"),
    "enroll": ("field", ("field.enroll",), "help-enroll.help"),
    "people": ("field", ("field.people", "field.imports", "field.pulls", "field.rosters",
                          "field.reconfirm"),
               "help-people.help"),
    "duplicates": ("field", ("field.duplicates",), "help-duplicates.help"),
    "complaint": ("field", ("field.complaints",), "help-complaint.help"),
    "referral": ("field", ("field.referrals",), "help-referral.help"),
    "round": ("field", ("setup.programmes",), "help-programme.round"),
    "issue": ("field", ("field.batches",), "help-batch.issue"),
    "batch": ("field", ("field.batches",), "help-batch.help"),
    "print": ("field", ("field.paper",), "help-paper.print"),
    "show": ("field", ("field.paper",), "help-paper.show"),
    "distribution": ("field", ("field.outings",), "help-outing.help"),
    "field": ("field", ("field.laptops",), "help-field.help"),
    "laptop": ("field", ("field.laptop",), "help-laptop.help"),
    "hand-over": ("field", ("field.hands",), "help-hands.help"),
    "calls": ("field", ("field.reminders",), "help-reminders.calls"),
    "messages": ("field", ("field.reminders",), "help-reminders.messages"),
    "replace": ("field", ("field.vouchers",), "help-voucher.replace"),
    "block": ("field", ("field.vouchers",), "help-voucher.block"),
    "unblock": ("field", ("field.vouchers",), "help-voucher.unblock"),
    "void": ("field", ("field.vouchers",), "help-voucher.void"),
    "extend": ("field", ("field.vouchers",), "help-voucher.extend"),
    "expire": ("field", ("field.vouchers",), "help-voucher.expire"),
    "verify": ("cashier", ("cashier",), "help-cashier.verify"),
    "redeem": ("cashier", ("cashier",), "help-cashier.redeem"),
    "reverse": ("cashier", ("cashier",), "help-cashier.reverse"),
    "till": ("cashier", ("till", "devices", "conflicts", "slips"), "help-till.help"),
    "serve": ("cashier", ("serve", "certificates"), "help-serve.help"),
    "statement": (
        "finance", ("finance.statements", "finance.letters", "finance.items"), "help-finance.help",
    ),
    "reconcile": ("finance", ("finance.statements",), "help-finance.reconcile"),
    "exception": ("finance", ("finance.statements",), "help-finance.exceptions"),
    "late": ("finance", ("finance.late",), "help-late.help"),
    "settle": ("finance", ("finance.payments",), "help-finance.settle"),
    "pay": ("finance", ("finance.payments",), "help-finance.pay"),
    "settlement": ("finance", ("finance.payments", "finance.letters"), "help-finance.settlements"),
    "contract": ("finance", ("finance.contracts",), "contract.help"),
    "grant": ("finance", ("finance.grants",), "help-grant.help"),
    "bank": ("finance", ("finance.bank",), "help-bank.help"),
    "close": ("finance", ("finance.months",), "help-finance.close"),
    "period": ("finance", ("finance.months",), "help-period.help"),
    "report": (
        "finance",
        ("care.reports", "care.flags", "care.indicators", "care.complaint_counts",
         "care.referral_counts", "setup.trainings", "care.shops", "finance.books"),
        "help-reports.report",
    ),
    "document": ("care", ("care.documents",), "documents.help"),
    "monitoring": ("care", ("care.monitoring",), "help-monitoring.help"),
    "waiting": ("care", ("care.waiting",), "waiting.help"),
    "sanctions": ("care", ("care.sanctions",), "help-sanctions.help"),
    "check": ("care", ("care.ledger",), "help-care.check"),
    "seal": ("care", ("care.ledger",), "help-care.seal"),
    "explain": ("care", ("care.reports",), "help-reports.explain"),
    "log": ("care", ("setup.operators",), "help-operators.log"),
    "backup": ("care", ("care.ledger",), "help-care.backup"),
    "restore": ("care", ("care.ledger",), "help-care.restore"),
    "upgrade": ("care", ("care.ledger",), "help-care.upgrade"),
    "clock": ("care", ("care.clock",), "help-care.clock"),
    "keys": ("care", ("care.ledger",), "help-care.keys"),
    "support-bundle": ("care", ("care.support",), "help-care.support-bundle"),
}
"""A module offers a command as `app` (a typer.Typer) when it holds one command or group, or as
`<name>_app` with dashes as underscores (`hand_over_app`, `city_app`) when it holds several. The key
of its help stands here again, so that `cbi --help` lists all and imports none; a test compares."""

_KEY = re.compile(r"[a-z0-9-]+\.[a-z0-9-]+\Z")


class Root(TyperGroup):
    """The whole command line, each command built when asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of this name, its help in the reader's language; None if there is none."""
        if cmd_name not in COMMANDS:
            return None
        language = getattr(ctx.obj, "language", "en")
        audience, modules, _ = COMMANDS[cmd_name]
        command = typer.main.get_command(_joined(cmd_name, modules))
        command.name = cmd_name
        if isinstance(command, TyperGroup):
            command.no_args_is_help = not command.invoke_without_command
        _worded(command, language)
        cast(Any, command).rich_help_panel = text(f"cli.audience-{audience}", language)
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The commands, by the audience they are for; none of their modules is needed for that."""
        language = getattr(ctx.obj, "language", "en")
        widest = max(map(len, COMMANDS))
        for audience in AUDIENCES:
            rows = [
                (name.ljust(widest), _first_sentence(text(key, language)))
                for name, (of, _, key) in COMMANDS.items() if of == audience
            ]
            with formatter.section(text(f"cli.audience-{audience}", language)):
                formatter.write_dl(rows)


def _first_sentence(words: str) -> str:
    return words.partition(". ")[0].partition("; ")[0].rstrip(".:")


def build_root() -> Root:
    """The root group; its own options are for `--help` to list, see `globals.py`."""
    return Root(
        name="cbi", commands={name: cast(Any, None) for name in COMMANDS}, no_args_is_help=True,
        rich_markup_mode=None, help="cli.help", epilog="cli.help-globals",
    )


def word_root(root: Root, language: str) -> None:
    """Put the root's own texts in the reader's language."""
    _worded_alone(root, language)
    root.context_class = WordedContext


def _joined(name: str, modules: Sequence[str]) -> typer.Typer:
    """One Typer app of all parts of a command."""
    apps = [_part(name, _read(f"cbi.cli.{module}")) for module in modules]
    first = apps[0]
    if len(apps) == 1:
        return first
    whole = typer.Typer(add_completion=False, rich_markup_mode=None, help=first.info.help)
    whole.registered_callback = first.registered_callback
    if first.registered_callback is None:
        whole.callback(help=first.info.help)(lambda: None)
    for app in apps:
        whole.registered_commands += app.registered_commands
        whole.registered_groups += app.registered_groups
    return whole


def _read(module: str) -> Any:
    """A command's module, and with it the libraries that it stands on."""
    if module in sys.modules:
        return sys.modules[module]
    with kept():
        return import_module(module)


def _part(name: str, module: Any) -> typer.Typer:
    own = f"{name.replace('-', '_')}_app"
    found = getattr(module, own, None) or module.app
    if not isinstance(found, typer.Typer):
        raise TypeError(f"{module.__name__} has no Typer app for {name}")
    return found


def _worded(command: Any, language: str) -> None:
    """Put texts where keys stand, through the whole command."""
    _worded_alone(command, language)
    command.context_class = WordedContext
    for parameter in getattr(command, "params", ()):
        if parameter.param_type_name == "argument" and parameter.metavar is None:
            parameter.metavar = parameter.name.upper()
        said = getattr(parameter, "help", None)
        if isinstance(said, str) and _KEY.match(said):
            parameter.help = text(said, language)
    for below in getattr(command, "commands", {}).values():
        _worded(below, language)
        below.short_help = _first_sentence(below.help or "")


def _worded_alone(command: Any, language: str) -> None:
    for attribute in ("help", "epilog", "short_help"):
        said = getattr(command, attribute, None)
        if isinstance(said, str) and _KEY.match(said):
            setattr(command, attribute, text(said, language))
