"""Places: `city`, `retailer` and `store`, one at a time or many from a file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from cbi.base.errors import UsageError
from cbi.cli.city_said import city_said
from cbi.cli.command_context import CommandContext, command_context
from cbi.operators import places as adding
from cbi.operators.operator_session import Operator
from cbi.places import Added, Alias, City, Retailer, Store, places
from cbi.places.loading import read_cities, read_retailers, read_stores

city_app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-place.city")
retailer_app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-place.retailer")
store_app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-place.store")

CityCode = Annotated[str, typer.Argument(metavar="CITY", help="help-place.city-code")]
NewCode = Annotated[str | None, typer.Argument(metavar="CODE", help="help-place.new-code")]
Names = Annotated[list[str] | None, typer.Option("--name", help="help-place.names")]
Listed = Annotated[Path | None, typer.Option("--file", help="help-place.file")]
AtCity = Annotated[str | None, typer.Option("--city", help="help-place.at-city")]
OfRetailer = Annotated[str | None, typer.Option("--retailer", help="help-place.of-retailer")]
Reason = Annotated[str, typer.Option(help="help-place.set-reason")]
Second = Annotated[
    str | None, typer.Option("--second", metavar="NAME", help="help-place.second")
]
SecondFile = Annotated[
    Path | None, typer.Option("--second-passphrase-file", help="help-place.second-file")
]


@city_app.command("add", help="help-place.city-add")
def add_city(
    ctx: typer.Context, code: NewCode = None, name: Names = None, file: Listed = None,
    kato: Annotated[str | None, typer.Option(help="help-place.kato")] = None,
    iso: Annotated[str | None, typer.Option(help="help-place.iso")] = None,
    pcode: Annotated[str | None, typer.Option(help="help-place.pcode")] = None,
) -> None:
    context = command_context(ctx)
    if one_or_file(code, file):
        given = [City(code or "", names_of(name or ()), kato, iso, pcode)]
    else:
        given = read_cities(file or Path())
    tell(context, "city", adding.add_cities(context.session, given))


@city_app.command("alias", help="help-place.city-alias")
def alias(
    ctx: typer.Context, city: CityCode,
    name: Annotated[str, typer.Argument(metavar="NAME", help="help-place.alias-name")],
    language: Annotated[str, typer.Option(help="help-place.alias-language")],
    valid_from: Annotated[str, typer.Option("--from", metavar="DATE", help="help-place.from")] = "",
    valid_until: Annotated[
        str, typer.Option("--until", metavar="DATE", help="help-place.until")
    ] = "",
) -> None:
    context = command_context(ctx)
    done = adding.add_alias(context.session, city, Alias(name, language, valid_from, valid_until))
    tell(context, "city", done)


@city_app.command("list", help="help-place.city-list")
def list_cities(ctx: typer.Context) -> None:
    context = command_context(ctx)
    context.session.require("ledger.read")
    with context.session.ledger.read() as tx:
        found = places.cities(tx)
    context.table(
        found, ("code", "name", "kato", "iso", "aliases"), headings="help-place",
        later=("kato iso", "aliases"),
        shown=lambda one: (one.code, one.name(context.language), one.kato or "", one.iso or "",
                           ", ".join(alias_words(alias) for alias in one.aliases)),
    )


@retailer_app.command("add", help="help-place.retailer-add")
def add_retailer(
    ctx: typer.Context, code: NewCode = None, file: Listed = None,
    name: Annotated[str, typer.Option(help="help-place.retailer-name")] = "",
    number: Annotated[str | None, typer.Option("--number", help="help-place.number")] = None,
) -> None:
    context = command_context(ctx)
    if one_or_file(code, file):
        given = [Retailer(code or "", name, number)]
    else:
        given = read_retailers(file or Path())
    tell(context, "retailer", adding.add_retailers(context.session, given))


@retailer_app.command("list", help="help-place.retailer-list")
def list_retailers(ctx: typer.Context) -> None:
    context = command_context(ctx)
    context.session.require("ledger.read")
    with context.session.ledger.read() as tx:
        found = places.retailers(tx)
    context.table(found, ("code", "name", "number"), headings="help-place")


@retailer_app.command("set", help="help-place.retailer-set")
def set_retailer(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(metavar="RETAILER", help="help-place.of-retailer")],
    reason: Reason,
    name: Annotated[str | None, typer.Option(help="help-place.retailer-name")] = None,
    number: Annotated[str | None, typer.Option("--number", help="help-place.number")] = None,
    second: Second = None, second_file: SecondFile = None,
) -> None:
    from cbi.programmes.correcting import correct_retailer

    context = command_context(ctx)
    made = correct_retailer(
        context.session, code, name=name, number=number, reason=reason,
        second=second_of(context, second, second_file),
    )
    context.show(made, context.say("help-place.retailer-corrected", code=made.code,
                                   name=made.name, number=made.number or "–"))


@store_app.command("add", help="help-place.store-add")
def add_store(
    ctx: typer.Context, code: NewCode = None, retailer: OfRetailer = None, city: AtCity = None,
    name: Names = None, file: Listed = None,
) -> None:
    context = command_context(ctx)
    if one_or_file(code, file):
        given = [Store(code or "", retailer or "", city or "", names_of(name or ()))]
    else:
        given = read_stores(file or Path())
    tell(context, "store", adding.add_stores(context.session, given))


@store_app.command("list", help="help-place.store-list")
def list_stores(ctx: typer.Context, retailer: OfRetailer = None, city: AtCity = None) -> None:
    context = command_context(ctx)
    context.session.require("ledger.read")
    city = city_said(context, city)
    with context.session.ledger.read() as tx:
        found = places.stores(tx, retailer=retailer, city=city)
    context.table(
        found, ("code", "retailer", "city", "name", "closed"), headings="help-place",
        later=("closed", "retailer"),
        shown=lambda one: (one.code, one.retailer, one.city, one.name(context.language),
                           context.instant(one.closed_at)),
    )


@store_app.command("set", help="help-place.store-set")
def set_store(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(metavar="STORE", help="help-place.store-code")],
    reason: Reason, city: AtCity = None, name: Names = None,
    second: Second = None, second_file: SecondFile = None,
) -> None:
    from cbi.programmes.correcting import correct_store

    context = command_context(ctx)
    made = correct_store(
        context.session, code, city=city_said(context, city), names=names_of(name or ()),
        reason=reason,
        second=second_of(context, second, second_file),
    )
    context.show(made, context.say("help-place.store-corrected", code=made.code, city=made.city,
                                   name=made.name(context.language)))


@store_app.command("close", help="help-place.store-close")
def close_store(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(metavar="STORE", help="help-place.store-code")],
) -> None:
    context = command_context(ctx)
    if context.confirmed("help-place.store-close-ask", store=code):
        closed = adding.close_store(context.session, code)
        context.show(closed, context.say("help-place.store-closed", store=closed.code))


@store_app.command("reopen", help="help-place.store-reopen")
def reopen_store(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(metavar="STORE", help="help-place.store-code")],
    reason: Reason, second: Second = None, second_file: SecondFile = None,
) -> None:
    from cbi.programmes import correcting

    context = command_context(ctx)
    made = correcting.reopen_store(
        context.session, code, reason, second=second_of(context, second, second_file),
    )
    context.show(made, context.say("help-place.store-reopened", store=made.code))


def second_of(context: CommandContext, name: str | None, file: Path | None) -> Operator | None:
    """The second person who agrees, if one is named and the passphrase is theirs."""
    if name is None:
        return None
    return context.second_person(name, file, option="--second-passphrase-file")


def one_or_file(code: str | None, file: Path | None) -> bool:
    """Whether one place is given by its code, and not a file.

    Raises:
        UsageError: neither, or both.
    """
    if (code is None) == (file is None):
        raise UsageError("place.file-or-code")
    return file is None


def names_of(given: Sequence[str]) -> dict[str, str]:
    """Names by language from `en=Almaty`.

    Raises:
        UsageError: a name without its language.
    """
    names = {}
    for text in given:
        language, equals, name = text.partition("=")
        if not equals:
            raise UsageError("place.name-unreadable", text=text)
        names[language.strip().lower()] = name
    return names


def alias_words(alias: Alias) -> str:
    """An alias with its days, if it has any."""
    days = f" ({alias.valid_from}…{alias.valid_until})" if alias.dated else ""
    return f"{alias.name}{days}"


def tell(context: CommandContext, what: str, done: Added) -> None:
    """What adding did."""
    lines = [
        context.say(f"help-place.{what}-{outcome}", count=len(codes), codes=", ".join(codes))
        for outcome, codes in (
            ("added", done.added), ("extended", done.extended), ("known", done.known)
        )
        if codes
    ]
    context.show(done, *lines)
