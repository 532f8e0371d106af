"""What families bought: a shop's own export, by kinds; excluded goods named, strangers let go."""

from pathlib import Path

import pytest

from cbi.base.errors import BadFile, NotAllowed
from cbi.documents.keeping import documents, opened
from cbi.finance.intake.items import Goods, goods, read_items
from tests.cli.conftest import typing_in
from tests.conftest import World
from tests.finance.bills import bought, line, taken_in
from tests.finance.conftest import AUGUST
from tests.vouchers import in_hand

EXPORT = """ТОО «Магнум»
Продажи по товарам
Дата;Магазин;Чек №;Наименование товара;Кол-во;Цена;Сумма
20.08.2022;magnum-almaty-1;1;Хлеб бородинский;2;150;300,00
20.08.2022;magnum-almaty-1;1;Сигареты Ява;1;1200;1200,00
20.08.2022;magnum-almaty-1;01;Виноград кг;1;900;900,00
20.08.2022;magnum-almaty-1;2;Рис длиннозёрный 1 кг;1;600;600,00
20.08.2022;magnum-almaty-1;2;=СИРИУС;1;100;100,00
20.08.2022;magnum-almaty-1;2;Чайник;1;5000;много
20.08.2022;magnum-almaty-1;77;Пиво;1;700;700,00
20.08.2022;other-almaty-1;1;Водка;1;700;700,00
;;;Итого;;;4500,00
"""


@pytest.fixture
def billed(world: World) -> World:
    one, other = in_hand(world, [1_500_000] * 2)
    bought(world, one, 240_000, "1")
    bought(world, other, 70_000, "2")
    taken_in(world, [line(one.serial, "2400", "1"), line(other.serial, "700", "2")], how=AUGUST)
    (world.folder / "items.csv").write_text(EXPORT, "utf-8")
    return world


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_items_of_the_statement_alone_are_added_up_by_kind(billed: World) -> None:
    found = read_items(billed.session("auditor1"), "magnum-s1", billed.folder / "items.csv",
                       goods())
    assert found.by_kind == [
        ("tobacco", 1, 120_000), ("vegetables and fruit", 1, 90_000),
        ("flour and grain", 1, 60_000), ("bread", 1, 30_000), ("other", 1, 10_000),
    ]
    assert [(one.name, one.row, one.receipt) for one in found.excluded] == [
        ("Сигареты Ява", 5, "1")]
    assert [(one.row, one.column) for one in found.problems] == [(9, "G")]
    assert found.strangers == 2
    with pytest.raises(NotAllowed):
        read_items(billed.session("field1"), "MAGNUM-S1", billed.folder / "items.csv", goods())


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_they_are_kept_with_the_statement_and_no_stranger_s(
    billed: World, capsys: pytest.CaptureFixture[str],
) -> None:
    cbi = typing_in(billed, capsys)
    path = str(billed.folder / "items.csv")
    code, out, err = cbi("statement", "items", "MAGNUM-S1", path, "--keep", who="finance1")
    assert code == 0, err
    assert "Not for vouchers: Сигареты Ява (tobacco)" in out
    assert "does not bill, let go: 2" in out
    assert "табак" in cbi("statement", "items", "MAGNUM-S1", path, who="finance1", lang="ru")[1]
    (kept,) = documents(billed.session("finance1"), "MAGNUM-S1")
    told = opened(billed.session("finance1"), kept.number)[1].decode()
    assert (kept.kind, "Пиво" in told, "'=СИРИУС" in told) == ("items", False, True)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_is_no_export_or_no_list_of_goods_is_refused(billed: World, tmp_path: Path) -> None:
    desk, bill = billed.session("finance1"), billed.folder / "bill.csv"
    with pytest.raises(BadFile, match="columns-missing"):
        read_items(desk, "MAGNUM-S1", bill, goods())
    for text in ("{", "[]", '{"kinds": {"a": ["x"]}, "excluded": ["b"]}', '{"kinds": {"a": [""]}}'):
        (tmp_path / "goods.json").write_text(text, "utf-8")
        with pytest.raises(BadFile, match="goods-unread"):
            goods(tmp_path / "goods.json")


def test_a_kind_is_told_by_whole_words_or_by_how_they_begin() -> None:
    known = Goods({"bread": ("хлеб*",), "alcohol": ("вино",)}, frozenset({"alcohol"}))
    assert [known.kind_of(name) for name in ("ХЛЕБЦЫ ржаные", "Вино красное", "Виноград", "–")] == [
        "bread", "alcohol", "other", "other"]
