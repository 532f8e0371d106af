"""A country's profile: read whole or refused by the entry, kept in the ledger, asked for."""

import re
from pathlib import Path

import pytest

from cbi.base.data import data_folder
from cbi.base.errors import BadFile, CbiError, NotFound
from cbi.places.profile import NumberRule, profile_from, profile_of
from cbi.places.profile_files import read_profile, shipped_profiles
from tests.conftest import World
from tests.countries import KZ, TJ
from tests.there import there

PROFILES = data_folder() / "profiles"


def changed(folder: Path, was: str, becomes: str, of: str = "kz") -> str:
    """A profile of one's own: a shipped one with something else in one place."""
    words = (PROFILES / f"{of}.toml").read_text("utf-8")
    assert was in words
    path = folder / "own.toml"
    path.write_text(words.replace(was, becomes, 1), "utf-8")
    return str(path)


def test_what_ships_is_whole_and_names_its_sources() -> None:
    assert shipped_profiles() == ["kz", "tj"]
    for name in shipped_profiles():
        read = read_profile(name)
        assert profile_from(read.table).country == name.upper()
        assert len(read.table["sources"]) >= 5


def test_the_usual_one_is_said_beside_them() -> None:
    assert read_profile().path == read_profile("kz").path


@pytest.mark.parametrize(("was", "becomes", "where"), [
    ('currency = "KZT"', 'currency = "KZX"', "money.currency"),
    ('currency = "KZT"', "currency = 1", "money.currency"),
    ('zone = "Asia/Almaty"', 'zone = "Asia/Nowhere"', "time.zone"),
    ('regions = ["KZ",', 'regions = ["XX",', "phones.regions"),
    ('vouchers = "fa"', 'vouchers = "tlh"', "languages.vouchers"),
    ("03-08 =", "02-30 =", "time.holidays"),
    ('country = "KZ"', 'country = "Kazakhstan"', "country"),
    ("digits = 12", "digits = 3", "retailer_number.digits"),
    ("digits = 12", "digits = true", "retailer_number.digits"),
    ("[[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],", "[[1, 2, 3],", "retailer_number.weights"),
    ("modulus = 11", "modulus = 1", "retailer_number.modulus"),
    ("modulus = 11\n", "", "retailer_number.modulus"),
    ("weights = [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]]\n", "",
     "retailer_number.weights"),
    ("sex_digit = 7", "sex_digit = 13", "national_number.sex_digit"),
    ('birth = "YYMMDD"', 'birth = "Y"', "national_number.birth"),
    ('"iin", "other"]', '"other"]', "documents.kinds"),
    ("from = 18", "from = 19", "age_bands 2.from"),
    ("until = 59", "untill = 59", "age_bands 2.untill"),
    ("[money]", "[funds]", "funds"),
    ('words = ["₸"', 'word = ["₸"', "money.word"),
    ('name = "Kazakhstan"\n', "", "name"),
    ('total = "s"', 'total = "s&x"', "receipts.total"),
    ("from = 0", 'from = "0"', "age_bands 1.from"),
])
def test_a_wrong_entry_is_refused_by_its_name(
    tmp_path: Path, was: str, becomes: str, where: str,
) -> None:
    with pytest.raises(BadFile) as refused:
        read_profile(changed(tmp_path, was, becomes))
    assert refused.value.facts["where"] == where
    assert str(refused.value.facts["file"]).endswith("own.toml")


@pytest.mark.parametrize("content", [b"currency = ", b"\xff\xfe", b"a = 1\na = 2\n"])
def test_what_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "own.toml").write_bytes(content)
    with pytest.raises(BadFile, match="profile-unreadable"):
        read_profile(str(tmp_path / "own.toml"))


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="profile-unreadable"):
        read_profile(str(tmp_path / "none.toml"))
    with pytest.raises(NotFound) as refused:
        read_profile("atlantis")
    assert refused.value.facts["known"] == "kz, tj"


def test_the_ledger_holds_it_and_nobody_changes_it(world: World) -> None:
    with world.ledger.read() as tx:
        assert profile_of(tx) == KZ
    for attack in ("UPDATE country_profile SET country = 'TJ'", "DELETE FROM country_profile"):
        with pytest.raises(CbiError), world.ledger.write() as tx:
            tx.run(attack)


def test_numbers_with_and_without_a_check_digit() -> None:
    assert KZ.retailer_number.fits("081040004326")
    assert not KZ.retailer_number.fits("081040004327")
    assert TJ.retailer_number.fits("020025789")
    assert not TJ.retailer_number.fits("02002578")
    assert NumberRule("X", 3, 7, ((1, 2),)).check_digit("13") == 0


def test_what_a_national_number_tells() -> None:
    kz, tj = KZ.national_number, TJ.national_number
    assert [kz.sex(f"900101{digit}00007") for digit in "346"] == ["m", "f", "f"]
    assert kz.sex("900101000007") == ""
    assert kz.tells_another_birth("900101300007", "1990-01-02")
    assert not kz.tells_another_birth("900101300007", "1990-01-01")
    assert tj.sex("020025789") == ""
    assert not tj.tells_another_birth("020025789", "1990-01-01")


def test_a_square_code_of_a_receipt() -> None:
    code = there(KZ.receipt)
    assert code.read("http://consumer.oofd.kz/?i=1234567&f=9&s=13507.0&t=20210922T224125") == (
        "1234567", "13507.0")
    assert code.read("http://consumer.oofd.kz/?f=9") is None
    assert code.read("https://elsewhere.example/?i=1234567") is None
    assert TJ.receipt is None


def test_holidays() -> None:
    assert KZ.holiday("2022-08-30") == "Constitution Day"
    assert KZ.holiday("2022-08-31") == ""


def test_nothing_about_a_country_stands_in_the_code() -> None:
    """Whoever works elsewhere writes a profile and no code; the practice campaign is of one."""
    words = ("KZ", "KZT", "Almaty", "tenge", "Kazakhstan", "kzt", "тенге", "теңге", "oofd",
             "iin", "bin", "TJ", "TJS", "Dushanbe")
    pattern = re.compile(rf"\b(?:{'|'.join(words)})\b")
    told = re.compile(r'(""".*?"""|#[^\n]*)', re.DOTALL)
    package = Path(__file__).parents[2] / "cbi"
    allowed = {"base/currencies.py": {"KZT", "TJS", "tenge", "тенге", "теңге"},
               "people/names/words.py": {"bin"},
               "files/guards.py": {"bin"}, "paper/art.py": {"TJ"},
               "paper/ink.py": {"TJ"},
               # what shops of any country write beside an amount or a tax number
               "finance/reading/values/amounts.py": {"KZT", "TJS", "тенге", "теңге"},
               "finance/reading/structure/headings.py": {"kzt", "тенге"},
               "finance/reading/structure/letterheads.py": {"iin", "bin", "тенге"},
              "enrolment/headings/composing.py": {"iin"},
              # a practice programme that is made anew at each start
              "web/sandbox.py": {"KZT", "Almaty"}}
    found = {}
    for module in sorted(package.rglob("*.py")):
        name = module.relative_to(package).as_posix()
        if name.startswith("practice/"):
            continue
        wrong = set(pattern.findall(told.sub("", module.read_text("utf-8")))) - allowed.get(
            name, set())
        if wrong:
            found[name] = wrong
    assert not found


