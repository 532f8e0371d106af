"""city, retailer and store as they are typed."""

import json
from pathlib import Path

from cbi.practice.sample import sample_folder
from tests.lines import TypedIn

SAMPLE = sample_folder()


def test_a_city_is_added_with_its_names_and_listed_in_the_readers_language(cbi: TypedIn) -> None:
    code, out, _ = cbi(
        "city", "add", "semey", "--name", "en=Semey", "--name", "ru=Семей", "--kato", "101010000"
    )
    assert (code, out) == (0, "Cities added (1): semey\n")
    assert "semey\tСемей\t101010000" in cbi("city", "list", lang="ru")[1]
    code, out, _ = cbi("city", "list", "--json")
    listed = {city["code"]: city for city in json.loads(out)}
    assert listed["semey"]["names"] == {"en": "Semey", "ru": "Семей"}


def test_a_city_gets_another_name_for_some_days(cbi: TypedIn) -> None:
    line = ("city", "alias", "astana", "Nur-Sultan", "--language", "en", "--from", "2019-03-23",
            "--until", "2022-09-17")
    assert cbi(*line)[1] == "Cities that got other names (1): astana\n"
    assert cbi(*line)[1] == "Cities that stood there just so (1): astana\n"
    assert "Nur-Sultan (2019-03-23…2022-09-17)" in cbi("city", "list")[1]


def test_the_samples_places_are_loaded_from_their_files_twice_without_harm(
    cbi_empty: TypedIn,
) -> None:
    for group, file, count in (
        ("city", "cities.json", 5), ("retailer", "retailers.json", 2), ("store", "stores.json", 14),
    ):
        for outcome in ("added", "known"):
            code, out, _ = cbi_empty(group, "add", "--file", str(SAMPLE / file), "--json")
            assert code == 0
            assert len(json.loads(out)[outcome]) == count


def test_a_file_whose_city_stands_there_otherwise_changes_nothing(cbi: TypedIn) -> None:
    code, _, err = cbi("city", "add", "--file", str(SAMPLE / "cities.json"))
    assert code == 5
    assert "almaty exists already" in err
    assert "semey" not in cbi("city", "list")[1]


def test_either_a_code_or_a_file(cbi: TypedIn, tmp_path: Path) -> None:
    for line in (("city", "add"), ("city", "add", "x", "--file", str(tmp_path / "x.json"))):
        code, _, err = cbi(*line)
        assert code == 2
        assert "not both" in err


def test_a_name_without_its_language_is_refused(cbi: TypedIn) -> None:
    code, _, err = cbi("city", "add", "semey", "--name", "Semey")
    assert code == 2
    assert "en=Almaty" in err


def test_a_store_is_added_listed_and_closed(cbi: TypedIn) -> None:
    assert cbi("store", "add", "magnum-astana-1", "--retailer", "magnum", "--city", "astana",
               "--name", "en=Magnum, White Yurt St., 3")[0] == 0
    assert cbi("city", "alias", "astana", "Ақмола", "--language", "kk")[0] == 0
    for said in ("astana", " ASTANA", "ақмола"):
        assert "White Yurt" in cbi("store", "list", "--city", said)[1], said
    code, out, err = cbi("store", "list", "--city", "Astanna")
    assert (code, out) == (4, "")
    assert "astana" in err
    assert cbi("store", "close", "magnum-astana-1")[0] == 2
    assert cbi("store", "close", "magnum-astana-1", "--yes")[1] == (
        "Store magnum-astana-1 is closed.\n"
    )
    assert "2022-08-20" in cbi("store", "list", "--city", "astana")[1]
    assert cbi("store", "close", "magnum-astana-1", "--yes")[0] == 5
    assert cbi("store", "close", "nowhere", "--yes")[0] == 4


def test_a_retailer_is_added_and_listed(cbi: TypedIn) -> None:
    assert cbi("retailer", "add", "tulpar", "--name", "Tulpar Market")[0] == 0
    assert "tulpar\tTulpar Market" in cbi("retailer", "list")[1]
    code, _, err = cbi("retailer", "add", "x", "--name", "X", "--number", "123")
    assert code == 2
    assert "business number" in err
    assert cbi("retailer", "add", "nameless")[0] == 2


def test_a_file_that_cannot_be_read_ends_with_6(cbi: TypedIn, tmp_path: Path) -> None:
    bad = tmp_path / "cities.json"
    bad.write_text('[{"code": "x"}]', "utf-8")
    code, _, err = cbi("city", "add", "--file", str(bad))
    assert code == 6
    assert "item 1" in err
    assert cbi("city", "add", "--file", str(tmp_path / "none.json"))[0] == 6


def test_a_cashier_adds_no_places(cbi: TypedIn) -> None:
    assert cbi("city", "add", "x", "--name", "en=X", who="cashier1")[0] == 3
