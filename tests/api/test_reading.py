"""A ledger opened from Python: it reads, cannot write, and tells nobody's name unasked."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, update

from cbi import api
from cbi.api import (
    Batch,
    CbiError,
    Person,
    Voucher,
    open_ledger,
    select,
    to_date,
    to_datetime,
    to_decimal,
    to_instant,
    to_minor,
    total,
)
from cbi.api.opening import Ledger
from tests.conftest import World
from tests.lived import live
from tests.vouchers import in_hand


@pytest.fixture
def ledger(world: World) -> Iterator[Ledger]:
    in_hand(world, [1_500_000, 2_500_000])
    with open_ledger(world.ledger.place) as opened:
        yield opened


def count(world: World) -> int:
    with world.ledger.read() as tx:
        return int(tx.value("SELECT count(*) FROM voucher WHERE city = 'almaty'"))


def test_rows_come_with_their_types(ledger: Ledger) -> None:
    found = ledger.all(select(Voucher).order_by(Voucher.serial))
    assert [(one.serial[-1], one.face_minor, type(one.id)) for one in found] == [
        ("1", 1_500_000, bytes), ("2", 2_500_000, bytes)]


def test_sums_are_whole_numbers_on_both_engines(ledger: Ledger) -> None:
    spent, nothing = total(Voucher.face_minor), total(Voucher.spent_minor)
    assert ledger.all(select(spent, nothing).where(Voucher.city == "astana")) == [(0, 0)]
    assert [type(one) for one in ledger.all(select(spent, nothing))[0]] == [int, int]


def _changed(session: Session) -> None:
    session.exec(select(Voucher).limit(1)).one().city = "nowhere"
    session.flush()


def _by_driver(session: Session) -> None:
    session.connection().exec_driver_sql("DELETE FROM voucher")


def _switched_on(session: Session) -> None:
    """As far as a session goes to be let write."""
    begin = ("PRAGMA query_only = OFF" if session.get_bind().dialect.name == "sqlite"
             else "SET TRANSACTION READ WRITE")
    session.connection().exec_driver_sql(begin)
    session.connection().exec_driver_sql("UPDATE voucher SET city = 'nowhere'")


@pytest.mark.parametrize("write", [
    lambda session: session.exec(update(Voucher).values({"city": "nowhere"})),
    lambda session: session.exec(text("UPDATE voucher SET city = 'nowhere'")),
    lambda session: (session.add(Batch(id=b"1")), session.commit()),
    _changed, _by_driver, _switched_on,
])
def test_a_session_cannot_write(
    world: World, ledger: Ledger, write: Callable[[Session], object],
) -> None:
    with pytest.raises(CbiError) as refused, ledger.session() as session:
        write(session)
    assert refused.value.__notes__
    assert refused.value.code in (
        "storage.session-reads", "storage.read-only", "storage.no-right", "storage.engine-said")
    assert count(world) == 2


def test_a_session_is_one_snapshot(world: World, ledger: Ledger) -> None:
    question = select(api.func.count()).select_from(Voucher)
    with ledger.session() as session:
        before = session.exec(question).one()
        in_hand(world, [100_000], start=9)
        assert session.exec(question).one() == before == 2
    assert ledger.all(question) == [3]


def test_a_wrong_place_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CbiError) as refused:
        open_ledger(tmp_path / "none.db")
    assert refused.value.code == "storage.missing"
    assert "cbi init" in refused.value.__notes__[0]


def test_amounts_go_there_and_back() -> None:
    assert to_decimal(1_500_050, "KZT") == Decimal("15000.50")
    assert to_decimal(1500, "JPY") == 1500
    assert to_decimal(1500, "KWD") == Decimal("1.500")
    assert to_minor("15000.5", "KZT") == 1_500_050
    assert to_minor(to_decimal(10**15, "KZT"), "KZT") == 10**15
    no_currency = "XXX"  # ISO 4217's code for none
    for wrong, currency in (("0.001", "KZT"), ("0.5", "JPY"), ("1", no_currency)):
        with pytest.raises(CbiError):
            to_minor(wrong, currency)
    with pytest.raises(TypeError):
        to_minor(0.1, "KZT")  # type: ignore[arg-type]  # what mypy refuses is refused at run time


def test_instants_go_there_and_back() -> None:
    instant = to_instant(datetime(2022, 8, 16, 20, 30, 0, 7, tzinfo=UTC))
    assert to_datetime(instant) == datetime(2022, 8, 16, 20, 30, 0, 7, tzinfo=UTC)
    assert to_datetime(instant, "Asia/Almaty").isoformat() == "2022-08-17T02:30:00.000007+06:00"
    assert to_date(instant, "Asia/Almaty") == date(2022, 8, 17)


@pytest.mark.parametrize("library", ["polars", "pandas"])
def test_frames_where_they_are_installed(ledger: Ledger, library: str) -> None:
    frames = pytest.importorskip(library)
    frame = getattr(ledger, f"to_{library}")(
        select(Voucher.serial, Voucher.face_minor, Voucher.successor, total(Voucher.spent_minor))
        .group_by(col(Voucher.serial), col(Voucher.face_minor), col(Voucher.successor))
        .order_by(Voucher.serial)
    )
    assert isinstance(frame, frames.DataFrame)
    assert list(frame.columns)[:3] == ["serial", "face_minor", "successor"]
    assert list(frame["face_minor"]) == [1_500_000, 2_500_000]
    assert "int64" in str(frame["face_minor"].dtype).lower()
    nobody = getattr(ledger, f"to_{library}")(select(Person))
    assert len(nobody) == 0
    assert "number" in nobody.columns


def test_a_frame_without_its_library_says_what_to_install(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "polars", None)
    with pytest.raises(CbiError) as refused:
        ledger.to_polars(select(Voucher.serial))
    assert "pip install polars" in refused.value.__notes__[0]


def test_no_model_tells_a_secret() -> None:
    """Personal data, passphrases and logins stand in none of the tables that are exported."""
    tables = {getattr(api, name).__tablename__ for name in api.models.__all__}
    assert not tables & {"operator", "operator_login", "operator_role", "operator_store",
                         "person_version", "person_change", "consent", "proxy", "person_flag"}


def test_every_model_says_what_a_row_is() -> None:
    for name in api.models.__all__:
        assert getattr(api, name).__doc__, name


def test_a_lived_ledger_reads_whole(world: World) -> None:
    live(world)
    with open_ledger(world.ledger.place) as ledger:
        for name in api.models.__all__:
            ledger.all(select(getattr(api, name)))
