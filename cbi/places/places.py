"""Adding places and reading them back.

Places are added and never deleted, because entries point at them. Adding what stands there just so
changes nothing; adding something else under the same code is refused and changes nothing either, so
that a file can be loaded twice and a slip overwrites nobody's city. Who may add is asked, and the
log kept, by `cbi.operators.places`, one floor up.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import TypeVar

from sqlalchemy import update
from sqlmodel import SQLModel, col, select

from cbi.base.errors import Conflict, NotFound
from cbi.places.checking import checked_alias, checked_city, checked_retailer, checked_store
from cbi.places.profile import profile_of
from cbi.places.reading import CityFound, CityReader
from cbi.places.tables import CityAlias, CityRow, RetailerRow, StoreRow
from cbi.places.values import Added, Alias, City, Retailer, Store
from cbi.storage.faults import ConstraintViolation
from cbi.storage.transactions import ReadTransaction, WriteTransaction

Place = TypeVar("Place", City, Store)


def add_cities(tx: WriteTransaction, given: Iterable[City]) -> Added:
    """Add cities. A city that stands already may bring further aliases.

    Raises:
        UsageError: a code, name, KATO or date that cannot be.
        Conflict: the code is taken by a city with other names or codes.
    """
    there = {one.code: one for one in cities(tx)}
    added: list[str] = []
    extended: list[str] = []
    known: list[str] = []
    for one in given:
        wanted = checked_city(one)
        stands, taken = there.get(wanted.code), Conflict("place.city-taken", city=wanted.code)
        if stands is None:
            _insert(tx, _city_row(wanted), taken)
        elif replace(stands, aliases=()) != replace(wanted, aliases=()):
            raise taken
        held = stands.aliases if stands else ()
        new = [alias for alias in dict.fromkeys(wanted.aliases) if alias not in held]
        tx.add(*(CityAlias(city=wanted.code, **asdict(alias)) for alias in new))
        there[wanted.code] = replace(wanted, aliases=(*held, *new))
        (added if stands is None else extended if new else known).append(wanted.code)
    return Added(tuple(added), tuple(known), tuple(extended))


def add_alias(tx: WriteTransaction, city_code: str, alias: Alias) -> Added:
    """Give a city another name; giving it the same again changes nothing.

    Raises:
        NotFound: no such city.
        UsageError: a name, language or date that cannot be.
    """
    found = city(tx, city_code)
    checked = checked_alias(alias, found.code)
    if checked in found.aliases:
        return Added((), (found.code,))
    tx.add(CityAlias(city=found.code, **asdict(checked)))
    return Added((), (), (found.code,))


def add_retailers(tx: WriteTransaction, given: Iterable[Retailer]) -> Added:
    """Add retailers.

    Raises:
        UsageError: a code, name or business number that cannot be.
        Conflict: the code is taken by another.
    """
    numbers = profile_of(tx).retailer_number
    there = {one.code: one for one in retailers(tx)}
    added: list[str] = []
    known: list[str] = []
    for one in given:
        wanted = checked_retailer(one, numbers)
        taken = Conflict("place.retailer-taken", retailer=wanted.code)
        if wanted.code in there:
            if there[wanted.code] != wanted:
                raise taken
            known.append(wanted.code)
            continue
        _insert(tx, RetailerRow(**asdict(wanted)), taken)
        there[wanted.code] = wanted
        added.append(wanted.code)
    return Added(tuple(added), tuple(known))


def add_stores(tx: WriteTransaction, given: Iterable[Store]) -> Added:
    """Add stores.

    Raises:
        UsageError: a code or name that cannot be.
        NotFound: no such retailer or city.
        Conflict: the code is taken by another store.
    """
    there = {one.code: replace(one, closed_at=None) for one in stores(tx)}
    sellers, towns = {one.code for one in retailers(tx)}, {one.code for one in cities(tx)}
    added: list[str] = []
    known: list[str] = []
    for one in given:
        wanted = checked_store(one)
        taken = Conflict("place.store-taken", store=wanted.code)
        if wanted.retailer not in sellers:
            raise NotFound("place.retailer-unknown", retailer=wanted.retailer)
        if wanted.city not in towns:
            raise NotFound("place.city-unknown", city=wanted.city)
        if wanted.code in there:
            if there[wanted.code] != wanted:
                raise taken
            known.append(wanted.code)
            continue
        _insert(tx, _store_row(wanted), taken)
        there[wanted.code] = wanted
        added.append(wanted.code)
    return Added(tuple(added), tuple(known))


def correct_retailer(tx: WriteTransaction, wanted: Retailer) -> Retailer:
    """Put a retailer's name and number to what they are.

    Raises:
        UsageError: a name or business number that cannot be.
    """
    made = checked_retailer(wanted, profile_of(tx).retailer_number)
    tx.change(
        update(RetailerRow).where(col(RetailerRow.code) == made.code),
        {RetailerRow.name: made.name, RetailerRow.number: made.number},
    )
    return made


def correct_store(tx: WriteTransaction, wanted: Store) -> Store:
    """Put a store's city and names to what they are.

    Raises:
        UsageError: a name that cannot be.
        NotFound: no such city.
    """
    made = replace(checked_store(wanted), closed_at=wanted.closed_at)
    city(tx, made.city)
    tx.change(
        update(StoreRow).where(col(StoreRow.code) == made.code),
        {StoreRow.city: made.city, StoreRow.names: _names_text(made.names)},
    )
    return made


def close_store(tx: WriteTransaction, code: str, at: int) -> Store:
    """Note that a store takes vouchers no longer, from an instant (microseconds UTC) on.

    Raises:
        NotFound: no such store.
        Conflict: it is closed already.
    """
    found = store(tx, code)
    closed = tx.change(
        update(StoreRow).where(col(StoreRow.code) == found.code, col(StoreRow.closed_at).is_(None)),
        {StoreRow.closed_at: at},
    )
    if closed != 1:
        raise Conflict("place.store-closed-already", store=found.code)
    return store(tx, found.code)


def reopen_store(tx: WriteTransaction, code: str) -> Store:
    """Take back that a store was closed: it takes vouchers as if it never had been.

    Raises:
        NotFound: no such store.
        Conflict: it is open.
    """
    found = store(tx, code)
    opened = tx.change(
        update(StoreRow).where(
            col(StoreRow.code) == found.code, col(StoreRow.closed_at).is_not(None)
        ),
        {StoreRow.closed_at: None},
    )
    if opened != 1:
        raise Conflict("place.store-open", store=found.code)
    return store(tx, found.code)


def cities(tx: ReadTransaction) -> list[City]:
    """All cities with their aliases, by code."""
    aliases: dict[str, list[Alias]] = {}
    for row in tx.all(
        select(CityAlias).order_by(CityAlias.valid_from, CityAlias.name, CityAlias.language)
    ):
        aliases.setdefault(row.city, []).append(
            Alias(row.name, row.language, row.valid_from, row.valid_until)
        )
    return [
        City(row.code, json.loads(row.names), row.kato, row.iso, row.pcode,
             tuple(aliases.get(row.code, ())))
        for row in tx.all(select(CityRow).order_by(CityRow.code))
    ]


def city(tx: ReadTransaction, code: str) -> City:
    """One city.

    Raises:
        NotFound: no such city.
    """
    return _one(cities(tx), code, NotFound("place.city-unknown", city=code))


def retailers(tx: ReadTransaction) -> list[Retailer]:
    """All retailers by code."""
    return [
        Retailer(row.code, row.name, row.number)
        for row in tx.all(select(RetailerRow).order_by(RetailerRow.code))
    ]


def stores(
    tx: ReadTransaction, *, retailer: str | None = None, city: str | None = None
) -> list[Store]:
    """Stores by code, closed ones among them: all, one retailer's, one city's."""
    asked = select(StoreRow).order_by(StoreRow.code)
    if retailer is not None:
        asked = asked.where(StoreRow.retailer == retailer)
    if city is not None:
        asked = asked.where(StoreRow.city == city)
    return [
        Store(row.code, row.retailer, row.city, json.loads(row.names), row.closed_at)
        for row in tx.all(asked)
    ]


def store(tx: ReadTransaction, code: str) -> Store:
    """One store.

    Raises:
        NotFound: no such store.
    """
    return _one(stores(tx), code, NotFound("place.store-unknown", store=code))


def city_reader(tx: ReadTransaction) -> CityReader:
    """For who reads many texts: made once, it asks the database no more."""
    return CityReader(cities(tx))


def find_city(tx: ReadTransaction, text: str, on: str | None = None) -> CityFound:
    """What a text for a city comes to on a date (ISO text), with what stands against it."""
    return city_reader(tx).find(text, on)


def city_named(tx: ReadTransaction, text: str, on: str | None = None) -> str | None:
    """The code of the one city a text names, in any language; None if none or several.

    A name that was not in use on the date (ISO text) still finds its city; `find_city` tells.
    """
    return find_city(tx, text, on).code


def city_name(tx: ReadTransaction, code: str, language: str, on: str | None = None) -> str:
    """A city's name in a language, as it was on a date (ISO text).

    Raises:
        NotFound: no such city.
    """
    return city(tx, code).name(language, on)


def _one(places: Sequence[Place], code: str, missing: NotFound) -> Place:
    for place in places:
        if place.code == code.strip().lower():
            return place
    raise missing


def _insert(tx: WriteTransaction, row: SQLModel, taken: Conflict) -> None:
    """Another office may have taken the code between our look and our insert."""
    try:
        tx.add(row)
    except ConstraintViolation as refused:
        raise taken from refused


def _city_row(city: City) -> CityRow:
    return CityRow(
        code=city.code, names=_names_text(city.names), kato=city.kato, iso=city.iso,
        pcode=city.pcode,
    )


def _store_row(store: Store) -> StoreRow:
    return StoreRow(
        code=store.code, retailer=store.retailer, city=store.city,
        names=_names_text(store.names), closed_at=store.closed_at,
    )


def _names_text(names: object) -> str:
    return json.dumps(names, ensure_ascii=False, sort_keys=True)
