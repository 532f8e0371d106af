"""Which city a text names: any language and dress, never a guess between two."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from cbi.places.loading import read_cities, read_stores
from cbi.places.reading import CityReader, fold
from cbi.places.values import Alias, City

SAMPLE = Path(__file__).parents[2] / "data" / "kazakhstan-2022"
CITIES = read_cities(SAMPLE / "cities.json")
READER = CityReader(CITIES)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Almaty", "almaty"), ("ALMATY ", "almaty"), ("г. Алматы", "almaty"),
        ("г.Алматы", "almaty"), ("Алматы қаласы", "almaty"), ("Almaty city", "almaty"),
        ("City of Almaty", "almaty"), ("آلماتی", "almaty"), ("الماتي", "almaty"),
        ("شهر آلماتی", "almaty"), ("750000000", "almaty"), ("Алма Ата", "almaty"),
        ("Astana", "astana"), ("нур султан", "astana"), ("Нұр–Сұлтан", "astana"),
        ("НУР‑СУЛТАН", "astana"), ("Nur Sultan", "astana"), ("نور سلطان", "astana"),
        ("نور\u200cسلطان", "astana"), ("Қарағанды", "karaganda"), ("Караганды", "karaganda"),
        ("Qaraghandy", "karaganda"), ("قره غندی", "karaganda"), ("Семей", "semey"),
        ("семеи", "semey"), ("Semey\u00a0", "semey"), ("سمي", "semey"), ("Шымкент", "shymkent"),
        ("Almatı", "almaty"), ("ALMATI", "almaty"),
        ("Chimkent", "shymkent"), ("شیمکنت", "shymkent"), ("شيمكنت", "shymkent"),
    ],
)
def test_a_city_is_known_in_any_language_and_dress(text: str, code: str) -> None:
    assert READER.find(text, "2022-08-20").code == code


@pytest.mark.parametrize(
    "text", ["", "  ", "г.", "Almaty region", "Bishkek", "Алматинская область", "-", "Almat"]
)
def test_what_is_no_city_of_ours_is_none(text: str) -> None:
    assert READER.find(text).code is None


@pytest.mark.parametrize(
    ("text", "first"), [("Almatty", "almaty"), ("Шимкент", "shymkent"), ("Karagada", "karaganda")]
)
def test_a_misspelt_city_is_suggested_and_not_taken(text: str, first: str) -> None:
    found = READER.find(text)
    assert found.code is None
    assert found.suggested[0] == first


@pytest.mark.parametrize(
    ("on", "outside"),
    [
        ("2019-03-22", True), ("2019-03-23", False), ("2022-09-17", False), ("2022-09-18", True),
        (None, False),
    ],
)
def test_an_alias_finds_its_city_at_any_time_and_says_when_it_did_not_hold(
    on: str | None, outside: bool,
) -> None:
    found = READER.find("Nur-Sultan", on)
    assert (found.code, found.outside) == ("astana", outside)
    assert found.alias is not None
    assert found.alias.language == "en"


def test_a_citys_own_name_holds_on_every_date() -> None:
    assert not READER.find("Astana", "2022-08-20").outside


@pytest.mark.parametrize(
    ("language", "on", "name"),
    [
        ("en", "2022-08-20", "Nur-Sultan"), ("kk", "2022-08-20", "Нұр-Сұлтан"),
        ("ru", "2022-10-01", "Астана"), ("ru", None, "Астана"), ("fa", "2022-08-20", "نورسلطان"),
        ("fa", "1995-01-01", "Akmola"), ("de", "2022-10-01", "Astana"),
    ],
)
def test_a_city_is_called_what_it_was_called_on_the_day(language: str, on: str, name: str) -> None:
    astana = next(city for city in CITIES if city.code == "astana")
    assert astana.name(language, on) == name


def test_an_undated_alias_is_a_spelling_and_never_the_citys_name() -> None:
    karaganda = next(city for city in CITIES if city.code == "karaganda")
    assert karaganda.name("en", "2022-08-20") == "Karaganda"


def test_a_name_that_two_cities_bear_is_left_undecided() -> None:
    reader = CityReader([
        City("kapal", {"en": "Kapal"}), City("other", {"en": "Other"}, aliases=(
            Alias("Kapal", "ru"),
        )),
    ])
    found = reader.find("kapal")
    assert found.code is None
    assert found.between == ("kapal", "other")


def test_a_date_decides_between_two_cities_that_bore_a_name_in_turn() -> None:
    reader = CityReader([
        City("old", {"en": "Old"}, aliases=(Alias("Kapal", "en", "", "2010-12-31"),)),
        City("new", {"en": "New"}, aliases=(Alias("Kapal", "en", "2011-01-01"),)),
    ])
    assert reader.find("Kapal", "2010-06-01").code == "old"
    assert reader.find("Kapal", "2011-06-01").code == "new"
    assert reader.find("Kapal").between == ("new", "old")


def test_in_the_sample_no_two_cities_share_a_name() -> None:
    for city in CITIES:
        for name in (city.code, *city.names.values(), *(alias.name for alias in city.aliases)):
            assert READER.find(name).code == city.code, name


def test_the_samples_stores_stand_in_its_cities_and_speak_five_languages() -> None:
    stores = read_stores(SAMPLE / "stores.json")
    by_city: dict[tuple[str, str], list[str]] = {}
    for store in stores:
        assert set(store.names) == {"en", "ru", "kk", "fa", "ps"}
        by_city.setdefault((store.retailer, store.city), []).append(store.code)
    magnum = {city: codes for (retailer, city), codes in by_city.items() if retailer == "magnum"}
    assert set(magnum) == {city.code for city in CITIES}
    assert all(len(codes) in (2, 3) for codes in magnum.values())


@given(st.sampled_from(CITIES), st.data())
def test_no_dress_of_a_name_changes_the_city(city: City, data: DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(city.names.values())))
    dressed = "".join(
        data.draw(st.sampled_from((letter, letter.upper(), letter + "\u0301", letter + "’")))
        for letter in name
    )
    assert READER.find(dressed).code == city.code


@given(st.text(max_size=30))
@example("\U0001d790")
def test_any_text_is_read_without_failing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    READER.find(text, "2022-08-20")


def test_the_sample_files_are_plain_json() -> None:
    for name in ("cities", "retailers", "stores"):
        assert isinstance(json.loads((SAMPLE / f"{name}.json").read_text("utf-8")), list)
