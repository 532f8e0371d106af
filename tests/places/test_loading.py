"""Files of places: what is misspelt in them is named, and nothing is dropped."""

import json
from pathlib import Path

import pytest

from cbi.base.errors import BadFile
from cbi.messages import text
from cbi.places.loading import read_cities, read_retailers, read_stores
from tests.countries import KZ

GOOD = {"code": "semey", "names": {"en": "Semey"}}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("{", "place.file-unreadable"),
        (b"\xff\xfe[", "place.file-unreadable"),
        ("{}", "place.shape-not-a-list"),
        ('["semey"]', "place.shape-not-an-object"),
        ('[{"names": {"en": "Semey"}}]', "place.shape-missing"),
        ('[{"code": "semey"}]', "place.shape-missing"),
        ('[{"code": 5, "names": {"en": "Semey"}}]', "place.shape-wrong"),
        ('[{"code": "semey", "names": ["Semey"]}]', "place.shape-wrong"),
        ('[{"code": "semey", "names": {"en": "Semey"}, "alias": []}]', "place.shape-unknown"),
        ('[{"code": "semey", "names": {"en": "Semey"}, "aliases": {}}]', "place.shape-wrong"),
    ],
)
def test_a_file_that_cannot_be_is_refused_with_its_item(
    tmp_path: Path, content: str | bytes, code: str,
) -> None:
    path = tmp_path / "cities.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BadFile) as refused:
        read_cities(path)
    assert refused.value.code == code
    for language in ("en", "ru"):
        said = text(refused.value.code, language, **refused.value.facts)
        assert "cities.json" in said
        assert "{" not in said


def test_a_misspelt_field_of_an_alias_is_named(tmp_path: Path) -> None:
    alias = {"name": "S", "language": "en", "valid_untill": "2022-01-01"}
    path = tmp_path / "cities.json"
    path.write_text(json.dumps([GOOD, {**GOOD, "aliases": [alias]}]), "utf-8")
    with pytest.raises(BadFile) as refused:
        read_cities(path)
    assert refused.value.facts["item"] == 2
    assert refused.value.facts["field"] == "valid_untill"


def test_a_file_saved_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "cities.json"
    path.write_text(json.dumps([GOOD]), "utf-8-sig")
    assert [city.code for city in read_cities(path)] == ["semey"]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"files\.missing"):
        read_stores(tmp_path / "stores.json")


def test_the_samples_retailers_are_read() -> None:
    sample = Path(__file__).parents[2] / "data" / "kazakhstan-2022" / "retailers.json"
    assert [retailer.code for retailer in read_retailers(sample)] == ["magnum", "tulpar"]


@pytest.mark.parametrize(
    "number", ["061211600012", "900101300007", "900101300811", "081040004326"]
)
def test_known_numbers_check(number: str) -> None:
    assert KZ.retailer_number.fits(number)
    assert not KZ.retailer_number.fits(number[:-1] + str((int(number[-1]) + 1) % 10))


@pytest.mark.parametrize("text_", ["", "1234", "٠٦١٢١١٦٠٠٠١٢", "06121160001a", "0612116000123"])
def test_what_is_no_number_does_not_check(text_: str) -> None:
    assert not KZ.retailer_number.fits(text_)


def test_a_prefix_that_is_never_issued_has_no_check_digit() -> None:
    assert KZ.retailer_number.check_digit("90010130080") is None


def test_every_text_of_places_stands_in_english_and_russian() -> None:
    folder = Path(__file__).parents[2] / "cbi" / "messages" / "texts"
    english, russian = (
        json.loads((folder / language / "place.json").read_text("utf-8"))
        for language in ("en", "ru")
    )
    assert set(english) == set(russian)
