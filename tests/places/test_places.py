"""Places are added once, never overwritten, and read back as they were given."""

from typing import Any

import pytest

from cbi.base.errors import CbiError, Conflict, NotAllowed, NotFound, UsageError
from cbi.operators.log import entries
from cbi.operators.places import (
    add_alias,
    add_cities,
    add_retailers,
    add_stores,
    close_store,
)
from cbi.places import Alias, City, Retailer, Store, places
from tests.conftest import World

SEMEY = City(
    "semey", {"en": "Semey", "ru": "Семей", "ps": "سمي"}, "101010000", "KZ-10", None,
    (Alias("Semipalatinsk", "en", "", "2007-06-20"),),
)
SHOP = Store("tulpar-semey-1", "tulpar", "semey", {"ru": "Тулпар, ул. Зимняя, 2"})


def test_a_city_is_read_back_as_it_was_given(empty_world: World) -> None:
    done = add_cities(empty_world.session("manager1"), [SEMEY])
    assert done.added == ("semey",)
    with empty_world.ledger.read() as tx:
        assert places.cities(tx) == [SEMEY]
        assert places.city(tx, " SEMEY") == SEMEY
        assert places.city_named(tx, "семей") == "semey"
        assert places.city_named(tx, "Almaty") is None
        assert places.city_name(tx, "semey", "en", "1999-01-01") == "Semipalatinsk"
        assert places.find_city(tx, "Semipalatinsk", "2022-08-20").outside
        assert [line.object for line in entries(tx, action="city.add")] == ["semey"]


def test_adding_the_same_again_changes_nothing_and_logs_nothing(empty_world: World) -> None:
    session = empty_world.session("admin1")
    add_cities(session, [SEMEY])
    add_retailers(session, [Retailer("tulpar", "Tulpar Market")])
    add_stores(session, [SHOP])
    assert add_cities(session, [SEMEY]).known == ("semey",)
    assert add_retailers(session, [Retailer("tulpar", " Tulpar  Market")]).known == ("tulpar",)
    assert add_stores(session, [SHOP]).known == ("tulpar-semey-1",)
    with empty_world.ledger.read() as tx:
        assert len(entries(tx)) == 3


def test_a_city_listed_twice_in_one_file_is_added_once(empty_world: World) -> None:
    done = add_cities(empty_world.session("admin1"), [SEMEY, SEMEY])
    assert (done.added, done.known) == (("semey",), ("semey",))


def test_other_names_under_a_taken_code_are_refused_and_nothing_is_added(
    empty_world: World,
) -> None:
    session = empty_world.session("admin1")
    add_cities(session, [SEMEY])
    with pytest.raises(Conflict, match="city-taken"):
        add_cities(session, [City("oskemen", {"en": "Oskemen"}), City("semey", {"en": "Semey"})])
    with empty_world.ledger.read() as tx:
        assert [city.code for city in places.cities(tx)] == ["semey"]


def test_a_later_file_may_bring_a_city_further_names(empty_world: World) -> None:
    session = empty_world.session("admin1")
    add_cities(session, [SEMEY])
    more = City(**{**_fields(SEMEY), "aliases": (Alias("Semei", "en"),)})
    assert add_cities(session, [more]).extended == ("semey",)
    with empty_world.ledger.read() as tx:
        names = {alias.name for alias in places.city(tx, "semey").aliases}
    assert names == {"Semipalatinsk", "Semei"}


def test_an_alias_is_given_once(empty_world: World) -> None:
    session = empty_world.session("admin1")
    add_cities(session, [SEMEY])
    assert add_alias(session, "semey", Alias(" Семск ", "ru")).extended == ("semey",)
    assert add_alias(session, "semey", Alias("Семск", "ru")).known == ("semey",)
    with pytest.raises(NotFound, match="city-unknown"):
        add_alias(session, "oskemen", Alias("Усть-Каменогорск", "ru"))


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"code": "Se mey"}, "place.code-unreadable"),
        ({"code": "семей"}, "place.code-unreadable"),
        ({"code": ""}, "place.code-unreadable"),
        ({"names": {}}, "place.name-missing"),
        ({"names": {"en": " "}}, "place.name-missing"),
        ({"names": {"english": "Semey"}}, "place.language-unreadable"),
        ({"kato": "10101"}, "place.kato-unreadable"),
        ({"aliases": (Alias("S", "en", "2022-13-01"),)}, "place.date-unreadable"),
        ({"aliases": (Alias("S", "en", "2022-02-01", "2022-01-01"),)}, "place.dates-backwards"),
    ],
)
def test_a_city_that_cannot_be_is_refused(
    empty_world: World, changed: dict[str, Any], code: str,
) -> None:
    with pytest.raises(UsageError) as refused:
        add_cities(empty_world.session("admin1"), [City(**{**_fields(SEMEY), **changed})])
    assert refused.value.code == code


def test_a_business_number_must_check(empty_world: World) -> None:
    session = empty_world.session("admin1")
    with pytest.raises(UsageError, match="number-unreadable"):
        add_retailers(session, [Retailer("x", "X", "081040004327")])
    assert add_retailers(session, [Retailer("x", "X", "081040004326")]).added == ("x",)


def test_a_store_needs_its_retailer_and_city(world: World) -> None:
    session = world.session("admin1")
    with pytest.raises(NotFound, match="retailer-unknown"):
        add_stores(session, [SHOP])
    with pytest.raises(NotFound, match="city-unknown"):
        add_stores(session, [Store("magnum-semey-1", "magnum", "semey", {"en": "M"})])
    with pytest.raises(Conflict, match="store-taken"):
        add_stores(session, [Store("magnum-almaty-1", "other", "almaty", {"en": "x"})])


def test_stores_are_listed_by_retailer_and_city(world: World) -> None:
    with world.ledger.read() as tx:
        codes = [store.code for store in places.stores(tx, retailer="magnum", city="almaty")]
        assert codes == ["magnum-almaty-1", "magnum-almaty-2"]
        assert places.stores(tx, city="astana") == []
        assert [retailer.code for retailer in places.retailers(tx)] == ["magnum", "other"]
        with pytest.raises(NotFound, match="store-unknown"):
            places.store(tx, "nowhere")


def test_a_store_closes_once(world: World) -> None:
    session = world.session("manager1")
    closed = close_store(session, "magnum-almaty-2")
    assert closed.closed_at is not None
    with pytest.raises(Conflict, match="store-closed-already"):
        close_store(session, "magnum-almaty-2")
    with world.ledger.read() as tx:
        assert places.store(tx, "magnum-almaty-2") == closed


@pytest.mark.parametrize("name", ["field1", "cashier1", "finance1", "auditor1"])
def test_only_managers_and_admins_add_places(world: World, name: str) -> None:
    session = world.session(name)
    for attempt in (
        lambda: add_cities(session, [SEMEY]),
        lambda: add_alias(session, "almaty", Alias("A", "en")),
        lambda: add_retailers(session, [Retailer("x", "X")]), lambda: add_stores(session, [SHOP]),
        lambda: close_store(session, "magnum-almaty-1"),
    ):
        with pytest.raises(NotAllowed):
            attempt()


@pytest.mark.parametrize("sql", ["DELETE FROM city_alias", "UPDATE city_alias SET name = 'x'"])
def test_the_database_itself_refuses_to_forget_an_alias(world: World, sql: str) -> None:
    add_alias(world.session("admin1"), "almaty", Alias("Alma-Ata", "en"))
    with pytest.raises(CbiError), world.ledger.write() as tx:
        tx.run(sql)
    with world.ledger.read() as tx:
        assert places.city_named(tx, "Alma-Ata") == "almaty"


def _fields(city: City) -> dict[str, Any]:
    return {
        "code": city.code, "names": city.names, "kato": city.kato, "iso": city.iso,
        "pcode": city.pcode, "aliases": city.aliases,
    }
