"""Listings on screens of several sizes, through a pseudo-terminal; and as rows in a pipe."""

import sys
from itertools import product

import pytest

from tests.conftest import World
from tests.lines import TypedIn
from tests.screen import Shown

if sys.platform == "win32":
    pytest.skip("no pseudo-terminals there", allow_module_level=True)

from cbi.cli.views.listing import show_listing
from cbi.operators.accounts import add_operator
from tests.operators.conftest import QUICK
from tests.screen import STYLE, screen
from tests.vouchers import issued

SIZES = [(80, 24), (40, 20)]
LISTINGS = [
    ("city", "list"), ("retailer", "list"), ("store", "list"), ("programme", "list"),
    ("round", "list"), ("batch", "list"), ("batch", "show", "KZ22-R1-B1"),
    ("log",), ("round", "preview", "KZ22-R1"), ("till", "list"), ("till", "shifts"),
]


@pytest.fixture
def engine() -> str:
    """What is drawn is no matter of the engine."""
    return "sqlite"


def test_a_count_that_differs_is_told_in_the_readers_words(lived: World, cbi: TypedIn) -> None:
    for size in SIZES:
        english, russian = (seen(cbi, size, "till", "shifts", lang=one) for one in ("en", "ru"))
        for shown, words in ((english, ("1, counted 2", "500.50 tenge")),
                             (russian, ("1, посчитано 2", "500,50 тенге"))):
            told = " ".join(" ".join(shown.lines).replace("\u00a0", " ").split())
            assert all(one in told for one in words), shown.lines


def seen(cbi: TypedIn, size: tuple[int, int], *words: str, lang: str = "en", **env: str) -> Shown:
    with screen(*size) as shown:
        code, _, err = cbi(*words, lang=lang)
    assert code == 0, err
    return shown


def test_no_listing_is_wider_than_its_screen(lived: World, cbi: TypedIn) -> None:
    for size, lang, listing in product(SIZES, ("en", "ru"), LISTINGS):
        shown = seen(cbi, size, *listing, lang=lang)
        assert shown.widest <= size[0], "\n".join(shown.lines)
        assert "\t" not in shown.raw
        assert len(shown.lines) > 1, listing


def test_a_wide_screen_shows_a_table_and_what_is_left_out_is_named(
    lived: World, cbi: TypedIn,
) -> None:
    lines = seen(cbi, (80, 24), "store", "list").lines
    assert lines[0].split() == ["Code", "City", "Name", "Closed"]
    assert " ".join(lines).endswith(
        "Not shown here: Retailer. A wider window shows them, and so does --json.")
    wide = seen(cbi, (200, 24), "store", "list")
    assert wide.lines[0].split() == ["Code", "Retailer", "City", "Name", "Closed"]
    assert "Not shown" not in wide.raw


def test_a_day_s_counts_come_before_who_and_where(world: World, cbi: TypedIn) -> None:
    issued(world, [1_500_000] * 2)
    add_operator(world.session("admin1"), "amina", {"field"}, passphrase="nine tall poplars",
                 stretching=QUICK, must_change=False)
    assert cbi("distribution", "open", "KZ22-R1-B1", "--to", "amina", who="field1")[0] == 0
    for lang, counts in (("en", {"Taken", "Given", "Out"}), ("ru", {"Взято", "Выдано"})):
        titles = seen(cbi, (80, 24), "distribution", "list", lang=lang).lines[0].split()
        assert counts <= set(titles)


def test_a_narrow_screen_shows_a_card_for_each_record(lived: World, cbi: TypedIn) -> None:
    lines = seen(cbi, (40, 20), "log").lines
    starts = [line for line in lines if not line.startswith(" ")][:-1]
    assert [line.split()[0] for line in starts[:3]] == ["7", "6", "5"]
    assert any("What: blocked a voucher" in line for line in lines)


def test_a_name_wider_than_its_card_is_folded_too() -> None:
    name = "Tareq Agha Andar · Тарик Ага Андар · \u2068طارق آغا اندړ\u2069"
    with screen(40, 20) as shown:
        show_listing(["Name", "Document", "City"], [(name, "tazkira 1399138323712", "karaganda")],
                     [0, 0, 0], str)
    assert shown.lines == [
        "Tareq Agha Andar · Тарик Ага Андар ·", "\u2068طارق آغا اندړ\u2069",
        "  Document: tazkira 1399138323712", "  City: karaganda",
    ]


def test_a_narrow_screen_still_shows_a_table_that_fits_it(lived: World, cbi: TypedIn) -> None:
    lines = seen(cbi, (40, 20), "batch", "show", "KZ22-R1-B1").lines
    assert ["Serial", "Left", "State"] in map(str.split, lines)
    assert any(line.split(" ")[0] == "KZ22-R1-000001" and "blocked" in line for line in lines)


def test_what_a_screen_has_left_over_makes_as_many_columns_whole_as_it_can() -> None:
    row = ("MAGNUM-S1", "16 Aug 2022 – 30 Sep 2022", *["3,483,460"] * 3, "5 Oct 2022", "1")
    with screen(80, 24) as shown:
        show_listing(["Bill", "Period", "Billed", "Accepted", "Paid", "Paid on", "Days"], [row],
                     [0] * len(row), str)
    assert "5 Oct 2022" in shown.lines[1]
    assert len(shown.lines) == 3, "the period alone folds, once"


def test_digests_are_cut_to_what_tells_them_apart(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [(f"{'ab' * 5}{number}{'0' * 53}",) for number in range(2)]
    with screen(80, 24) as shown:
        show_listing(["Digest"], rows, [0], str)
    assert [line.strip() for line in shown.lines] == ["Digest", "ababababab0…", "ababababab1…"]


def test_numbers_stand_at_the_right_and_words_at_the_left(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with screen(80, 24) as shown:
        show_listing(["Name", "Count"], [("a", "5"), ("bcdef", "1\u00a0250\u00a0KZT")], [0, 0],
                     str)
    assert shown.lines == ["Name       Count", "a              5", "bcdef  1\u00a0250\u00a0KZT"]


def test_an_amount_has_its_readers_word_on_a_screen_and_its_code_in_a_pipe(
    lived: World, cbi: TypedIn,
) -> None:
    line = ("--lang", "ru", "programme", "list")
    assert "000\u00a0000\u00a0тенге" in seen(cbi, (80, 24), *line).raw
    assert "000\u00a0000\u00a0KZT" in cbi(*line)[1]


def test_a_code_is_its_readers_word_on_a_screen_and_itself_in_a_pipe(
    lived: World, cbi: TypedIn,
) -> None:
    line = ("--lang", "ru", "batch", "show", "KZ22-R1-B1")
    shown = seen(cbi, (100, 24), *line).raw
    assert "заблокирован" in shown
    assert "Продукты" in shown
    assert "blocked" not in shown
    assert "\tblocked" in cbi(*line)[1]


def test_brackets_in_a_name_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    with screen(80, 24) as shown:
        show_listing(["Name"], [("[red]Bazaar[/red] :smile:",)], [0], str)
    assert "[red]Bazaar[/red] :smile:" in shown.raw


def test_no_color_takes_the_colours(
    lived: World, cbi: TypedIn, monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert STYLE.search(seen(cbi, (80, 24), "city", "list").raw)
    with screen(80, 24) as shown:
        monkeypatch.setenv("NO_COLOR", "1")
        cbi("city", "list")
    assert not any(";3" in style or "[3" in style for style in STYLE.findall(shown.raw))


def test_a_pipe_gets_rows_with_tabs_and_nothing_else(lived: World, cbi: TypedIn) -> None:
    code, out, _ = cbi("store", "list")
    assert code == 0
    assert out.splitlines()[0] == "Code\tRetailer\tCity\tName\tClosed"
    assert len({line.count("\t") for line in out.splitlines()}) == 1
    assert "\x1b" not in out


def test_messages_are_folded_and_their_commands_are_not(lived: World, cbi: TypedIn) -> None:
    with screen(40, 20, stream="stderr") as shown:
        code, _, _ = cbi("statement", "show", "NONE-S1")
    assert code == 4
    assert shown.widest <= 40
    assert any("cbi statement list" in line for line in shown.lines)


def test_help_is_folded_to_a_narrow_screen(lived: World, cbi: TypedIn) -> None:
    for words in (("--help",), ("people", "import", "--help"), ("people", "--help")):
        with screen(40, 20) as shown:
            code, _, _ = cbi(*words)
        assert code == 0
        assert shown.widest <= 40, "\n".join(shown.lines)


def test_a_seal_is_shown_as_it_is_signed_however_narrow_the_screen(
    lived: World, cbi: TypedIn,
) -> None:
    with screen(40, 20) as shown:
        code, _, err = cbi("seal", "--ledger", str(lived.ledger.place))
    assert code == 0, err
    with lived.ledger.read() as tx:
        signed = str(tx.value("SELECT checkpoint FROM seal ORDER BY size DESC LIMIT 1"))
    assert signed.rstrip() in "\n".join(shown.lines)
