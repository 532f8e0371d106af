"""What other packages bring, through the doors that docs/api.md names: the example, installed."""

import csv
import shutil
import tomllib
from pathlib import Path

import pytest

from tests.journeys.conftest import LedgerContext, office_in

EXAMPLE = Path(__file__).parents[2] / "docs" / "example-plugin"


def install(office: LedgerContext, points: dict[str, dict[str, str]], folder: str = "site") -> Path:
    """Put a distribution with these entry points where the office's Python finds it."""
    site = office.folder / folder
    made = site / "cbi_german-1.0.dist-info"
    made.mkdir(parents=True, exist_ok=True)
    (made / "METADATA").write_text("Metadata-Version: 2.1\nName: cbi-german\nVersion: 1.0\n")
    (made / "entry_points.txt").write_text("".join(
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in named.items())
        for group, named in points.items()
    ))
    office.env["PYTHONPATH"] = f"{site}:{office.env.get('PYTHONPATH', Path.cwd())}"
    return site


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> LedgerContext:
    """The demo's office, with the example installed."""
    office = office_in(tmp_path_factory.mktemp("plugins"))
    del office.env["CBI_LEDGER"]
    ended = office("demo", "--people", "60")
    assert ended.code == 0, ended.err
    office.env["CBI_LEDGER"] = "demo/ledger.db"
    with (EXAMPLE / "pyproject.toml").open("rb") as file:
        site = install(office, tomllib.load(file)["project"]["entry-points"])
    shutil.copytree(EXAMPLE / "cbi_german", site / "cbi_german")
    return office


def test_a_report_is_a_command(demo: LedgerContext) -> None:
    ended = demo("report", "by-city", "-o", "by-city.csv")
    assert ended.code == 0, ended.err
    assert "by-city.csv" in ended.out
    with (demo.folder / "by-city.csv").open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert sum(int(line["vouchers"]) for line in lines) == 74
    assert {line["currency"] for line in lines} == {"KZT"}
    assert "by-city" in demo("report", "--help").out


def test_a_report_of_ours_keeps_its_name(demo: LedgerContext) -> None:
    office = LedgerContext(demo.folder, dict(demo.env))
    install(office, {"cbi.reports": {"progress": "no_such_module:report"}}, "namesake")
    ended = office("report", "progress", "-o", "namesake.html")
    assert ended.code == 0, ended.err


def test_a_till_speaks_a_language_of_ones_own(demo: LedgerContext) -> None:
    ended = demo("verify", "0000-0000-0000-0000", "--lang", "de")
    assert ended.code == 1
    assert "Das ist kein Code" in ended.out
    other = demo("verify", "0000-0000-0000-0000", "--lang", "nl")
    assert other.code == 2
    assert "ps, uz, de." in other.err


def test_a_list_is_read_by_words_of_ones_own(demo: LedgerContext) -> None:
    (demo.folder / "liste.csv").write_text(
        "Vor- und Nachname;Geschlecht;geboren am;Wohnort;Handynummer\n"
        "Gul Ahmadi;weiblich;1990;Almaty;+7 700 012 34 99\n", "utf-8")
    ended = demo("people", "import", "liste.csv", "--dry-run", "--json")
    assert ended.code == 0, ended.err
    assert ended.json["new"] == 1
    assert {one["field"] for one in ended.json["columns"]} >= {"name", "sex", "birth", "city"}


def test_a_statement_is_read_by_headings_of_ones_own(demo: LedgerContext) -> None:
    (demo.folder / "rechnung.csv").write_text(
        "Gutschein-Nr.;Betrag;Kaufdatum;Filiale;Bon-Nr.\n"
        "KZ22-R1-000001;100;2022-08-30;magnum-almaty-1;B-1\n", "utf-8")
    ended = demo("statement", "import", "rechnung.csv", "--retailer", "magnum", "--dry-run",
                 "--json")
    assert ended.code == 0, ended.err


@pytest.mark.parametrize(("group", "value", "words"), [
    ("reports", "no_such_module:report", "report odd -o odd.csv"),
    ("statement_layouts", "cbi_odd:STATEMENT",
     "statement import x.csv --retailer magnum --dry-run"),
    ("list_vocabularies", "cbi_odd:VOCABULARY", "people import x.csv --dry-run"),
    ("till_languages", "cbi_odd:NOTHING", "verify 0000-0000-0000-0000 --lang odd"),
])
def test_what_cannot_be_used_is_refused_by_name(
    demo: LedgerContext, group: str, value: str, words: str,
) -> None:
    office = LedgerContext(demo.folder, dict(demo.env))
    site = install(office, {f"cbi.{group}": {"odd": value}}, group)
    (site / "cbi_odd.py").write_text(
        'STATEMENT = {"colour": ["Farbe"]}\nVOCABULARY = {"words": {"sex": ["x"]}}\n', "utf-8")
    (office.folder / "x.csv").write_text("a;b\n1;2\n", "utf-8")
    ended = office(*words.split())
    assert ended.code == 7, ended.err
    assert f"“odd” (cbi.{group})" in ended.err
