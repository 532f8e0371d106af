"""A code typed under another keyboard layout is read as it was meant, wherever codes are typed."""

import io
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from cbi.base.data import data_folder
from cbi.ledger.vouchers import keyboards
from cbi.ledger.vouchers.codes import ALPHABET, Mistyped, make_codes, read_code, show_code
from cbi.ledger.vouchers.keyboards import readings
from cbi.messages import LANGUAGES
from tests.conftest import World
from tests.lines import Typed, typed_by
from tests.till.test_lists import a_csv, in_hand, row

TWICE_ON_ONE_KEY = ("kz(latin)", "upper")
"""Its table has one character for M and for V."""


@pytest.fixture
def cbi(world: World, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Types a line as an operator; gives the exit code, standard output and standard error."""
    return typed_by(world, capsys, "cashier1")


def table() -> Iterator[tuple[str, str, str, dict[int, str]]]:
    """Each row of the table: layout, language, case, and what it makes of a code's letters."""
    text = (data_folder() / keyboards.TABLE).read_text("utf-8")
    rows = [line.split("\t") for line in text.strip("\n").split("\n") if line[0] != "#"]
    for name, language, case, *characters in rows[1:]:
        yield name, language, case, str.maketrans(dict(zip(ALPHABET, characters, strict=True)))


def typed_under(layout: str, code: str, case: str = "upper") -> str:
    (written,) = [letters for name, _, own, letters in table() if (name, own) == (layout, case)]
    return code.translate(written)


def guesses(world: World) -> int:
    with world.ledger.read() as tx:
        return int(tx.value("SELECT count(*) FROM guess"))


def test_every_layout_is_undone_and_never_to_another_code_alone() -> None:
    codes = make_codes(40, random.Random(11).randbytes)
    for name, language, case, letters in table():
        for code in codes:
            found = {reading.code: reading.keyboards for reading in readings(
                code.translate(letters)
            )}
            if (name, case) == TWICE_ON_ONE_KEY and "V" in code:
                assert not found
                continue
            assert code in found, (name, case)
            assert not found[code] or language in found[code], (name, case)


@pytest.mark.parametrize("keyboard", ["kz(-)", "ru(-)", "uz(-)", "af(-)", "af(ps)", "de(-)"])
def test_a_longer_text_with_the_code_at_its_end_is_read_too(keyboard: str) -> None:
    (code,) = make_codes(1, random.Random(5).randbytes)
    address = "реезыЖ..мщгсрукюучфьздуюкп.№"
    assert code in [found.code for found in readings(address + typed_under(keyboard, code))]


def test_capitals_locked_and_a_number_pad_make_no_difference() -> None:
    (code,) = make_codes(1, random.Random(6).randbytes)
    mangled = typed_under("kz(-)", code)
    pad = "".join(
        letter if letter.isdigit() else sign for letter, sign in zip(code, mangled, strict=True)
    )
    for text in (mangled, mangled.swapcase(), pad, " ".join(mangled)):
        assert [found.code for found in readings(text)] == [code], text


def test_a_slip_under_another_keyboard_is_a_slip() -> None:
    rng, wrong = random.Random(8), 0
    for code in make_codes(200, rng.randbytes):
        place = rng.randrange(16)
        letter = rng.choice(ALPHABET.replace(code[place], ""))
        slip = code[:place] + letter + code[place + 1 :]
        wrong += any(True for _ in readings(typed_under("kz(-)", slip)))
    assert wrong == 0


def test_what_is_no_code_at_all_has_no_reading() -> None:
    for text in ("", "Ы", "Ж" * 16, "K5XX", "Ф" * 16, "x" * 10_000, "\u200c" * 16, "0" * 16):
        assert list(readings(text)) == []


@pytest.mark.parametrize("layout", ["kz(-)", "ru(-)", "af(-)", "af(ps)", "uz(-)", "ru(typewriter)"])
@pytest.mark.parametrize("case", ["upper", "lower"])
def test_a_code_typed_under_it_is_verified_and_redeemed_and_no_guess(
    world: World, cbi: Typed, layout: str, case: str,
) -> None:
    (paper,) = in_hand(world, [1_500_000])
    text = typed_under(layout, paper.code, case)
    code, out, _ = cbi("verify", "--", text)
    assert code == 0, out
    assert f"read as {show_code(paper.code)}. Good: 15,000\u00a0tenge left" in out
    code, out, _ = cbi("redeem", "--receipt", "R1", "--", text, "4500")
    assert code == 0, out
    assert "Done: 4,500\u00a0tenge taken off" in out
    assert cbi("redeem", paper.code, "4500", "--receipt", "R1")[1].endswith("goods once.\n")
    assert guesses(world) == 0


def test_the_keyboard_is_named_in_the_readers_language(
    world: World, cbi: Typed,
) -> None:
    (paper,) = in_hand(world, [1_500_000])
    text = typed_under("kz(-)", paper.code)
    said = {language: cbi("--lang", language, "verify", "--", text)[1] for language in LANGUAGES}
    assert "Your keyboard is set to Kazakh; read as" in said["en"]
    assert "Клавиатура переключена на казахскую раскладку" in said["ru"]
    assert "Пернетақтаңыз қазақ тіліне қойылған" in said["kk"]
    assert "صفحه‌کلید شما روی قزاقی است" in said["fa"]
    assert "ستاسو کیبورډ په قزاقي دی" in said["ps"]
    assert "Klaviaturangiz qozoq tiliga" in said["uz"]
    russian = typed_under("ru(-)", paper.code)
    assert "set to Russian" in cbi("verify", russian)[1]
    assert "қазақ тіліне" in cbi("--lang", "kk", "verify", russian)[1]


def test_an_unknown_code_is_a_guess_under_any_keyboard(world: World, cbi: Typed) -> None:
    in_hand(world, [1_500_000])
    (code,) = make_codes(1, random.Random(9).randbytes)
    for count in range(1, 11):
        out = cbi("verify", typed_under("kz(-)", code))[1]
        assert "set to Kazakh" in out
        assert "No voucher has this code" in out
        assert guesses(world) == count
    assert "Wait five minutes" in cbi("verify", typed_under("kz(-)", code))[1]
    line = ("redeem", typed_under("kz(-)", code), "5", "--receipt", "R1")
    assert "Wait five minutes" in cbi(*line)[1]


def a_code_that_german_keys_make_another(rng: random.Random) -> bytes:
    """The noise of one."""
    while True:
        noise = rng.randbytes(15)
        (code,) = make_codes(1, BytesIO(noise).read)
        other = typed_under("de(-)", code)
        try:
            if other != code and read_code(other) == other:
                return noise
        except Mistyped:
            continue


def test_where_a_text_is_two_codes_the_one_that_is_there_is_meant(
    world: World, cbi: Typed,
) -> None:
    noise = a_code_that_german_keys_make_another(random.Random(1))
    there = replace(
        world, entropy=lambda size: noise if size == len(noise) else world.entropy(size)
    )
    (paper,) = in_hand(there, [1_500_000])
    text = typed_under("de(-)", paper.code)
    assert read_code(text) != paper.code
    assert "set to German" in cbi("verify", text)[1]
    assert cbi("redeem", text, "5", "--receipt", "R1")[0] == 0
    assert "keyboard" not in cbi("verify", paper.code)[1]
    assert guesses(world) == 0


def test_lists_and_hands_take_the_same_scanner(
    world: World, cbi: Typed, monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second, third = in_hand(world, [1_500_000] * 3)
    texts = [typed_under("kz(-)", first.code), typed_under("af(-)", second.code)]
    path = str(a_csv(world.folder, [row(text) for text in texts]))
    code, out, _ = cbi("redeem", "--list", path, "--yes")
    assert code == 0, out
    assert "Taken off: 2 rows" in out
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{typed_under('kz(-)', third.code)}\n"))
    code, out, err = cbi("hand-over", "-", who="field1")
    assert third.serial in out + err
    assert guesses(world) == 0
    assert third.serial in cbi("explain", typed_under("ru(-)", third.code), who="manager1")[1]


def test_a_code_as_it_is_printed_needs_no_table(tmp_path: Path) -> None:
    code = (
        "from cbi.ledger.vouchers import keyboards\n"
        "keyboards.layouts = None\n"
        "print(next(keyboards.readings('ED70-DXFS-RVF4-9HH8')).keyboards)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=Path.cwd()
    )
    assert done.stdout == "()\n", done.stderr
