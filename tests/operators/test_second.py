"""A second factor: good once, guessed at slowly, sealed, reset by another; codes on paper."""

import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pypdfium2
import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from cbi.base.clock import MINUTE_US
from cbi.base.errors import CbiError
from cbi.cli.command_context import CommandContext
from cbi.operators import second
from cbi.operators.digests import vouching_keys
from cbi.operators.operator_session import OperatorSession
from cbi.operators.row_rules import unvouched, wrong_rows
from tests.conftest import World
from tests.team import Team, founded

SECRET = bytes(range(20))
HALF_MINUTE = 30_000_000


def code_of(world: World, *, later: int = 0, secret: bytes = SECRET) -> str:
    """What the phone shows; its clock is so many half minutes ahead."""
    seconds = world.clock.now // 1_000_000 + 30 * later
    return TOTP(secret, 6, SHA1(), 30).generate(seconds).decode()


def set_up(world: World, name: str = "finance1") -> list[str]:
    made = second.set_second(world.session(name), SECRET, code_of(world))
    return list(made.recovery)


def used(world: World, typed: str, name: str = "finance1", session: OperatorSession | None = None,
         ) -> bool:
    """A try, as a sign-in makes it."""
    mine = session or world.session(name)
    row = mine.ledger.transact(lambda tx: second.take_second_try(tx, name, mine.clock()))
    assert row is not None
    return mine.ledger.transact(
        lambda tx: second.use_second(tx, row, typed, now=mine.clock(), ring=mine.keys)
    )


def refused(code: str) -> pytest.RaisesExc[CbiError]:
    return pytest.raises(CbiError, match=code.replace(".", r"\."))


def all_holds(world: World) -> None:
    with world.ledger.read() as tx:
        assert [*wrong_rows(tx), *unvouched(tx, vouching_keys(world.keys))] == []


def test_a_code_is_good_once_and_near_its_time_alone(world: World) -> None:
    first = code_of(world)
    set_up(world)
    assert not used(world, first), "what proved the secret is used up"
    world.clock.now += 10 * HALF_MINUTE
    now, early, late = code_of(world), code_of(world, later=2), code_of(world, later=-2)
    assert not used(world, early)
    assert not used(world, late)
    assert used(world, f" {now[:3]} {now[3:]} ")
    assert not used(world, now), "sent again it opens nothing"
    assert not used(world, code_of(world, later=-1)), "nor does one from before it"
    assert used(world, code_of(world, later=1)), "the phone's clock may be a little ahead"
    all_holds(world)


def test_of_two_that_use_a_code_at_once_one_gets_in(world: World) -> None:
    set_up(world)
    world.clock.now += 10 * HALF_MINUTE
    code, mine = code_of(world), world.session("finance1")
    other = OperatorSession(world.again(), mine.operator, mine.clock, mine.entropy,
                            mine.open_keys, mine.open_vault, "t")
    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(lambda one: used(world, code, session=one), (mine, other)))
    other.ledger.close()
    assert sorted(told) == [False, True]


def test_a_recovery_code_is_good_once_and_for_its_owner_alone(world: World) -> None:
    codes = set_up(world)
    set_up(world, "finance2")
    assert len(set(codes)) == 10
    assert not used(world, codes[0], "finance2")
    assert used(world, codes[0].lower().replace("-", " "))
    assert not used(world, codes[0])
    assert used(world, codes[9])
    all_holds(world)


def test_it_is_guessed_at_slowly_and_locked(world: World) -> None:
    set_up(world)
    for told in ("operators.resting", "operators.resting", "operators.second-locked"):
        world.clock.now += 20 * MINUTE_US
        for _ in range(5):
            assert not used(world, "WRONG-CODE")
        with refused(told):
            used(world, "WRONG-CODE")
    world.clock.now += 20 * MINUTE_US
    with refused("operators.second-locked"):
        used(world, code_of(world))


def test_another_takes_its_place_by_a_code_of_the_one_before(world: World) -> None:
    codes = set_up(world)
    world.clock.now += 10 * HALF_MINUTE
    mine, other = world.session("finance1"), bytes(20)
    with refused("operators.second-before-wrong"):
        second.set_second(mine, other, code_of(world, secret=other), before="")
    with refused("operators.second-code-wrong"):
        second.set_second(mine, other, code_of(world), before=codes[0])
    second.set_second(mine, other, code_of(world, secret=other), before=codes[0])
    world.clock.now += 10 * HALF_MINUTE
    assert not used(world, code_of(world))
    assert not used(world, codes[1]), "the old paper opens nothing"
    assert used(world, code_of(world, secret=other))
    all_holds(world)


def test_who_lost_both_is_reset_by_another_admin_and_it_is_logged(world: World) -> None:
    set_up(world)
    with refused("operators.role-missing"):
        second.reset_second(world.session("manager1"), "finance1", "lost her bag")
    with refused("operators.second-reason"):
        second.reset_second(world.session("admin1"), "finance1", " ")
    with refused("operators.second-own"):
        second.reset_second(world.session("admin1"), " Admin1", "lost my bag")
    with refused("operators.second-none"):
        second.reset_second(world.session("admin1"), "finance2", "lost her bag")
    assert second.reset_second(world.session("admin1"), "Finance1 ", "lost her bag") == "finance1"
    with world.ledger.read() as tx:
        assert not second.has_second(tx, "finance1")
        assert [*tx.tuples("SELECT operator, object FROM log "
                           "WHERE action = 'operator.second-reset'")] == [("admin1", "finance1")]
        assert tx.value("SELECT count(*) FROM operator_recovery") == 0
    set_up(world)
    all_holds(world)


def test_who_reads_no_books_has_none(world: World) -> None:
    for name in ("cashier1", "field1"):
        with refused("operators.role-missing"):
            set_up(world, name)


def test_the_secret_is_sealed_and_another_put_in_its_place_opens_nothing(world: World) -> None:
    codes = set_up(world)
    set_up(world, "finance2")
    with world.ledger.read() as tx:
        kept = [bytes(value) if isinstance(value, bytes) else str(value).encode()
                for table in ("operator_second", "operator_recovery", "log")
                for row in tx.tuples(f"SELECT * FROM {table}") for value in row]
    assert not any(SECRET in one or codes[0].encode() in one or
                   codes[0].replace("-", "").encode() in one for one in kept)
    with world.ledger.write() as tx:
        tx.following = None
        tx.run("DELETE FROM operator_second WHERE operator = 'finance1'")
        tx.run("INSERT INTO operator_second SELECT 'finance1', secret_sealed, 0, '[]', NULL, 0, "
               "made_by, made_at FROM operator_second WHERE operator = 'finance2'")
    world.clock.now += 10 * HALF_MINUTE
    with refused("operators.not-as-said"):
        used(world, code_of(world))
    with world.ledger.read() as tx:
        assert {row.what for row in wrong_rows(tx)} == {"check.row-changed"}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_it_is_set_up_at_a_terminal_and_its_codes_are_printed(
    team: Team, monkeypatch: pytest.MonkeyPatch, language: str, tmp_path: Path
) -> None:
    founded(team)
    assert team.signs_in("bolat") == 0
    monkeypatch.setattr(second, "new_secret", lambda _: SECRET)
    monkeypatch.setattr(CommandContext, "ask", lambda *_: TOTP(SECRET, 6, SHA1(), 30).generate(
        int(time.time())).decode())
    paper, each = tmp_path / "codes.pdf", re.compile(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}")
    line = ("--lang", language, "operator", "second-factor")
    assert team("bolat", *line, "-o", str(paper)) == 0, team.err
    assert second.shown_secret(SECRET) in " ".join(team.err.split())
    assert "▄" in team.err
    with pypdfium2.PdfDocument(paper) as document:
        words = "".join(page.get_textpage().get_text_bounded() for page in document)
    assert "bolat" in words
    assert len(each.findall(words)) == 10
    assert not each.search(team.out)
    assert os.name == "nt" or paper.stat().st_mode & 0o077 == 0
    assert team("bolat", *line) == 3, "a code of it is not right twice"
    assert team("aigul", "operator", "second-reset", "bolat", "--reason", "lost it") == 0
    assert team.signs_in("bolat") == 0, "the terminal asks for none"
    assert team("bolat", *line) == 0, team.err
    assert len(each.findall(team.out)) == 10
