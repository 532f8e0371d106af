"""Places: `city`, `retailer` and `store`, one at a time or many from a file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from cbi import places
from cbi.base.errors import UsageError
from cbi.cli.here import Here, here_of
from cbi.operators import places as adding
from cbi.places import Added, Alias, City, Retailer, Store
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


@city_app.command("add", help="help-place.city-add")
def add_city(
    ctx: typer.Context, code: NewCode = None, name: Names = None, file: Listed = None,
    kato: Annotated[str | None, typer.Option(help="help-place.kato")] = None,
    iso: Annotated[str | None, typer.Option(help="help-place.iso")] = None,
    pcode: Annotated[str | None, typer.Option(help="help-place.pcode")] = None,
) -> None:
    here = here_of(ctx)
    if one_or_file(code, file):
        given = [City(code or "", names_of(name or ()), kato, iso, pcode)]
    else:
        given = read_cities(file or Path())
    tell(here, "city", adding.add_cities(here.desk, given))


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
    here = here_of(ctx)
    done = adding.add_alias(here.desk, city, Alias(name, language, valid_from, valid_until))
    tell(here, "city", done)


@city_app.command("list", help="help-place.city-list")
def list_cities(ctx: typer.Context) -> None:
    here = here_of(ctx)
    here.desk.require("ledger.read")
    with here.desk.ledger.read() as tx:
        found = places.cities(tx)
    here.table(
        found, ("code", "name", "kato", "iso", "aliases"), headings="help-place",
        later=("kato iso", "aliases"),
        shown=lambda one: (one.code, one.name(here.language), one.kato or "", one.iso or "",
                           ", ".join(alias_words(alias) for alias in one.aliases)),
    )


@retailer_app.command("add", help="help-place.retailer-add")
def add_retailer(
    ctx: typer.Context, code: NewCode = None, file: Listed = None,
    name: Annotated[str, typer.Option(help="help-place.retailer-name")] = "",
    number: Annotated[str | None, typer.Option("--number", help="help-place.number")] = None,
) -> None:
    here = here_of(ctx)
    if one_or_file(code, file):
        given = [Retailer(code or "", name, number)]
    else:
        given = read_retailers(file or Path())
    tell(here, "retailer", adding.add_retailers(here.desk, given))


@retailer_app.command("list", help="help-place.retailer-list")
def list_retailers(ctx: typer.Context) -> None:
    here = here_of(ctx)
    here.desk.require("ledger.read")
    with here.desk.ledger.read() as tx:
        found = places.retailers(tx)
    here.table(found, ("code", "name", "number"), headings="help-place")


@store_app.command("add", help="help-place.store-add")
def add_store(
    ctx: typer.Context, code: NewCode = None, retailer: OfRetailer = None, city: AtCity = None,
    name: Names = None, file: Listed = None,
) -> None:
    here = here_of(ctx)
    if one_or_file(code, file):
        given = [Store(code or "", retailer or "", city or "", names_of(name or ()))]
    else:
        given = read_stores(file or Path())
    tell(here, "store", adding.add_stores(here.desk, given))


@store_app.command("list", help="help-place.store-list")
def list_stores(ctx: typer.Context, retailer: OfRetailer = None, city: AtCity = None) -> None:
    here = here_of(ctx)
    here.desk.require("ledger.read")
    with here.desk.ledger.read() as tx:
        found = places.stores(tx, retailer=retailer, city=city)
    here.table(
        found, ("code", "retailer", "city", "name", "closed"), headings="help-place",
        later=("closed", "retailer"),
        shown=lambda one: (one.code, one.retailer, one.city, one.name(here.language),
                           here.instant(one.closed_at)),
    )


@store_app.command("close", help="help-place.store-close")
def close_store(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(metavar="STORE", help="help-place.store-code")],
) -> None:
    here = here_of(ctx)
    if here.confirmed("help-place.store-close-ask", store=code):
        closed = adding.close_store(here.desk, code)
        here.show(closed, here.say("help-place.store-closed", store=closed.code))


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


def tell(here: Here, what: str, done: Added) -> None:
    """What adding did."""
    lines = [
        here.say(f"help-place.{what}-{outcome}", count=len(codes), codes=", ".join(codes))
        for outcome, codes in (
            ("added", done.added), ("extended", done.extended), ("known", done.known)
        )
        if codes
    ]
    here.show(done, *lines)
