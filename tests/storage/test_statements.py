"""SQLModel's statements and texts with row classes, inside a transaction of either engine."""

from typing import Any, NamedTuple

import pytest
from sqlalchemy import delete, update
from sqlalchemy import select as wide_select
from sqlmodel import col, select

from cbi.operators.row_rules import wrong_rows
from cbi.operators.tables import OperatorStore, RowDigest
from cbi.places.tables import CityAlias, CityRow, RetailerRow, StoreRow
from cbi.programmes.tables import Programme, RoundRow
from cbi.storage.faults import ConstraintViolation
from cbi.storage.following import noted
from cbi.storage.row_classes import as_stored
from cbi.storage.transactions import WriteTransaction
from tests.conftest import World


class Named(NamedTuple):
    """A city's code and names."""

    code: str
    names: str


class Wide(NamedTuple):
    """A programme, as a list shows it."""

    code: str
    name: str
    currency: str
    zone: str
    duties_apart: bool


def a_city(code: str) -> CityRow:
    return CityRow(code=code, names='{"en": "Somewhere"}', kato=None, iso=None, pcode=None)


def followed(world: World) -> int:
    """How many lines of digests there are; every row is as its digest says."""
    with world.ledger.read() as tx:
        assert not list(wrong_rows(tx))
        return len(tx.all(select(RowDigest.seq)))


def test_rows_noted_before_are_followed_like_others(world: World) -> None:
    before = followed(world)
    with world.ledger.read() as tx:
        cities = [as_stored(a_city(f"city{number}").model_dump()) for number in range(3)]
        ready = noted(world.ledger.following, tx, "city", cities)
    assert len(ready.digests) == 3
    world.ledger.transact(lambda tx: tx.insert_noted("city", ready))
    assert followed(world) == before + 1
    with world.ledger.read() as tx:
        assert {"city0", "city1", "city2"} <= set(tx.all(select(CityRow.code)))


def test_one_thing_comes_as_itself_and_several_as_tuples(world: World) -> None:
    with world.ledger.read() as tx:
        one = tx.first(select(Programme).where(Programme.code == "KZ22"))
        pairs = tx.all(select(StoreRow.code, StoreRow.retailer).order_by(StoreRow.code))
        assert tx.first(select(Programme.code).where(Programme.code == "NONE")) is None
    assert one is not None
    assert one.duties_apart is True
    assert all(len(pair) == 2 for pair in pairs)
    assert [code for code, _ in pairs] == sorted(code for code, _ in pairs)


def test_a_row_outlives_its_transaction(world: World) -> None:
    with world.ledger.read() as tx:
        rounds = tx.all(select(RoundRow))
    assert [(row.code, row.in_parts) for row in rounds]


def test_a_stream_may_be_left_early_and_others_ask_meanwhile(world: World) -> None:
    with world.ledger.read() as tx:
        stores: Any = tx.stream(select(StoreRow).order_by(StoreRow.code))
        seen = next(stores)
        assert tx.first(select(RetailerRow.code).where(RetailerRow.code == seen.retailer))
        stores.close()
        assert tx.all(select(CityRow.code))


def test_a_stream_that_outlives_its_database_is_let_go_without_a_word(
    world: World, capfd: pytest.CaptureFixture[str],
) -> None:
    """As after Ctrl-C: what was interrupted is looked through when all is closed."""
    ledger = world.again()
    with ledger.read() as tx:
        streams: list[Any] = [
            tx.tuples("SELECT code FROM store"),
            tx.read_each(Named, "SELECT code, names FROM city"),
            tx.stream(select(StoreRow)),
        ]
        assert all(next(one) for one in streams)
    ledger.close()
    capfd.readouterr()
    for one in streams:
        one.close()
    assert capfd.readouterr().err == ""


def test_text_and_wide_selects_fill_named_tuples(world: World) -> None:
    query = wide_select(
        col(Programme.code), col(Programme.name), col(Programme.currency), col(Programme.zone),
        col(Programme.duties_apart),
    )
    with world.ledger.read() as tx:
        (wide,) = tx.read(Wide, query)
        named = tx.read(Named, "SELECT code, names FROM city ORDER BY code")
        same = list(tx.read_each(Named, "SELECT code, names FROM city ORDER BY code"))
        none = tx.read_one(Named, "SELECT code, names FROM city WHERE code = :code", code="none")
    assert wide.duties_apart is True
    assert named == same
    assert none is None


@pytest.mark.parametrize("columns", ["names, code", "code", "code, names, kato"])
def test_a_query_that_is_not_its_class_is_found_at_once(world: World, columns: str) -> None:
    with world.ledger.read() as tx, pytest.raises(TypeError, match="Named has the fields"):
        tx.read(Named, f"SELECT {columns} FROM city")


def test_what_is_added_changed_and_removed_is_followed(world: World) -> None:
    before = followed(world)

    def adds(tx: WriteTransaction) -> None:
        tx.add(a_city("kokshetau"), a_city("aktobe"), CityAlias(
            city="aktobe", name="Aqtobe", language="en", valid_from="", valid_until="",
        ))

    world.ledger.transact(adds)
    added = followed(world)
    assert added == before + 2

    def changes(tx: WriteTransaction) -> None:
        called = {CityRow.names: '{"en": "Aqtöbe"}'}
        assert tx.change(update(CityRow).where(col(CityRow.code) == "aktobe"), called) == 1
        assert tx.change(update(CityRow).where(col(CityRow.code) == "none"), called) == 0

    world.ledger.transact(changes)
    assert followed(world) == added + 1
    with world.ledger.read() as tx:
        assert tx.first(select(CityRow.names).where(CityRow.code == "aktobe")) == '{"en": "Aqtöbe"}'


def test_a_followed_yes_or_no_is_digested_as_it_stands(world: World) -> None:
    """Beyond SQLModel it is 1 or 0, and the digest is of that."""
    before = followed(world)
    world.ledger.transact(lambda tx: tx.change(
        update(Programme).where(col(Programme.code) == "KZ22"), {Programme.despite_allowed: False}
    ))
    assert followed(world) == before + 1
    with world.ledger.read() as tx:
        assert tx.value("SELECT despite_allowed FROM programme WHERE code = 'KZ22'") == 0


def test_rows_that_may_go_are_gone_and_followed(world: World) -> None:
    store = OperatorStore(operator="cashier9", store="magnum-almaty-1")
    world.ledger.transact(lambda tx: tx.add(store))
    before = followed(world)

    def leaves(tx: WriteTransaction) -> int:
        return tx.remove(delete(OperatorStore).where(col(OperatorStore.operator) == "cashier9"))

    assert world.ledger.transact(leaves) == 1
    assert followed(world) == before + 1


def test_rows_that_a_written_text_returns_are_followed(world: World) -> None:
    before = followed(world)
    with world.ledger.write() as tx:
        tx.add(a_city("one"))
    with world.ledger.write() as tx:
        changed = tx.read_one(
            Named, "UPDATE city SET names = :names WHERE code = 'one' RETURNING code, names",
            names='{"en": "Elsewhere"}',
        )
    assert changed == Named("one", '{"en": "Elsewhere"}')
    assert followed(world) == before + 2


def test_what_the_database_refuses_is_said_in_our_words(world: World) -> None:
    with pytest.raises(ConstraintViolation):
        world.ledger.transact(lambda tx: tx.add(a_city("aktobe"), a_city("aktobe")))
    with pytest.raises(ConstraintViolation):
        world.ledger.transact(lambda tx: tx.change(
            update(Programme).where(col(Programme.code) == "KZ22"), {Programme.budget_minor: -1}
        ))


def test_an_exception_undoes_what_was_added(world: World) -> None:
    def half(tx: WriteTransaction) -> None:
        tx.add(a_city("aktobe"))
        raise KeyError("half way")

    with pytest.raises(KeyError):
        world.ledger.transact(half)
    with world.ledger.read() as tx:
        assert tx.first(select(CityRow.code).where(CityRow.code == "aktobe")) is None
