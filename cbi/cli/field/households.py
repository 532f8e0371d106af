"""`cbi people households`: who lives with whom, who is the head, who collects."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from cbi.base.terms import category_term
from cbi.cli.command_context import CommandContext, command_context
from cbi.people import persons
from cbi.people.persons import Household, ProxyPerson

if TYPE_CHECKING:
    from cbi.cli.views.tree import Branch

households_app = typer.Typer(
    add_completion=False, rich_markup_mode=None, help="help-people.households"
)

Home = Annotated[str, typer.Argument(metavar="HOUSEHOLD|NUMBER", help="help-people.household")]
Person = Annotated[str, typer.Argument(metavar="NUMBER", help="help-people.number")]
Reason = Annotated[str, typer.Option(help="help-people.reason")]
On = Annotated[str, typer.Option("--date", metavar="YYYY-MM-DD", help="help-people.date")]
Size = Annotated[int | None, typer.Option("--size", help="help-people.size-after")]


@households_app.command("show", help="help-people.household-show")
def show(ctx: typer.Context, home: Home) -> None:
    context = command_context(ctx)
    context.session.require("ledger.read")
    with context.session.ledger.read() as tx:
        found = persons.household(tx, home)
    _tell(context, found)


@households_app.command("join", help="help-people.household-join")
def join(
    ctx: typer.Context, person: Person, home: Home, reason: Reason, size: Size = None, date: On = ""
) -> None:
    context = command_context(ctx)
    why = persons.Why(reason=reason, date=date or _today(context))
    _tell(context, persons.join(context.session, person, home, size=size, **why))


@households_app.command("split", help="help-people.household-split")
def split(
    ctx: typer.Context,
    people: Annotated[list[str], typer.Argument(metavar="NUMBER...", help="help-people.numbers")],
    head: Annotated[str, typer.Option(help="help-people.head")],
    reason: Reason, size: Size = None, date: On = "",
) -> None:
    context = command_context(ctx)
    why = persons.Why(reason=reason, date=date or _today(context))
    made = persons.split(context.session, people, head=head, size=size, **why)
    with context.session.ledger.read() as tx:
        had = persons.aid_of(tx, made.number)
    _tell(context, made, *(
        context.say("help-people.household-had", household=made.number,
                 category=category_term(one.category), round=one.round,
                 beneficiary=one.beneficiary) for one in had
    ))


@households_app.command("head", help="help-people.household-head")
def head(ctx: typer.Context, home: Home, person: Person, reason: Reason, date: On = "") -> None:
    context = command_context(ctx)
    why = persons.Why(reason=reason, date=date or _today(context))
    _tell(context, persons.change_head(context.session, home, person, **why))


@households_app.command("size", help="help-people.household-size")
def size(
    ctx: typer.Context, home: Home,
    count: Annotated[int, typer.Argument(metavar="SIZE", help="help-people.size")],
    reason: Reason, date: On = "",
) -> None:
    context = command_context(ctx)
    why = persons.Why(reason=reason, date=date or _today(context))
    _tell(context, persons.set_size(context.session, home, count, **why))


@households_app.command("point", help="help-people.household-point")
def point(
    ctx: typer.Context, home: Home,
    label: Annotated[str, typer.Argument(metavar="[POINT]", help="help-people.point")] = "",
) -> None:
    context = command_context(ctx)
    _tell(context, persons.set_point(context.session, home, label))


@households_app.command("proxy", help="help-people.proxy")
def proxy(
    ctx: typer.Context, head: Person,
    name: Annotated[str, typer.Option(help="help-people.proxy-name")] = "",
    document: Annotated[str, typer.Option(help="help-people.proxy-document")] = "",
    relation: Annotated[str, typer.Option(help="help-people.proxy-relation")] = "",
    end: Annotated[str, typer.Option("--end", metavar="MARK", help="help-people.proxy-end")] = "",
) -> None:
    context = command_context(ctx)
    if end:
        persons.end_proxy(context.session, end)
    elif name or document or relation:
        persons.name_proxy(context.session, head, ProxyPerson(name, document, relation))
    named = persons.proxies(context.session, head, purpose="proxy")
    shown = [
        {"mark": one.id[-8:], "name": one.person.name, "document": one.person.document,
         "relation": one.person.relation}
        for one in named
    ]
    context.table(shown, ("mark", "name", "document", "relation"), headings="help-people")


def _tell(context: CommandContext, found: Household, *more: str) -> None:
    from cbi.cli.field.person_words import held

    living = [number for number in found.members if number not in found.gone]
    lines = [context.say(
        "help-people.household-told", household=found.number, head=found.head or "–",
        size=found.size, members=", ".join(living) or "–",
    )]
    lines += held(context, found.members)
    if found.gone:
        lines.append(context.say("help-people.household-gone", gone=", ".join(found.gone)))
    root = context.say("help-people.household-root", household=found.number, size=found.size)
    context.tree(found, root, _branches(context, found, living, more), *lines, *more)


def _branches(
    context: CommandContext, found: Household, living: Sequence[str], more: Sequence[str]
) -> "list[Branch]":
    """Who lives there, each with what waits for a second person; then who no longer does."""
    from cbi.cli.field.person_words import held
    from cbi.cli.views.tree import Branch

    names = {found.head: context.say("help-people.household-head-of", number=found.head)}
    return [
        *(Branch(names.get(one, one), held(context, [one])) for one in living),
        *(
            Branch(context.say("help-people.household-gone", gone=one).strip())
            for one in found.gone
        ),
        *map(Branch, more),
    ]


def _today(context: CommandContext) -> str:
    from cbi.cli.field.person_words import today

    return today(context)
