"""Reports and checks read from a standby or a copy, which nothing is written to; as typed."""

import shutil
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from cbi.storage.postgres import database_name
from tests.conftest import own_server
from tests.standby import caught_up, standby
from tests.team import Team, batch, founded

READS: tuple[tuple[str, ...], ...] = (
    ("check",), ("report", "progress"), ("batch", "list"), ("log",), ("whoami",),
    ("operator", "list"), ("waiting",),
)
WRITES: tuple[tuple[str, ...], ...] = (
    ("city", "add", "astana", "--name", "en=Astana"),
    ("retailer", "add", "other", "--name", "Other"),
    ("operator", "disable", "amina"),
)


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    """A server with this ledger alone: a standby begins as a copy of everything."""
    with own_server() as url:
        yield url


def known_to_both(said: str) -> list[str]:
    """All but the line that a ledger writes of a backup once it stands, which no backup holds."""
    later = ("made a backup", "not sealed yet", "What no seal holds yet")
    return [line for line in said.splitlines() if not any(words in line for words in later)]


def reads_and_writes_nothing(team: Team, place: str, kind: str) -> None:
    """What reads answers as at the ledger itself; what writes is refused, and nothing is there."""
    for words in READS:
        assert team("aigul", *words) == 0, team.err
        there = known_to_both(team.out)
        assert team("aigul", "--read-from", place, *words) == 0, (words, team.err)
        assert f"Read from {place}" in team.err
        assert kind in team.err
        assert known_to_both(team.out) == there, words
    for words in WRITES:
        assert team("aigul", "--read-from", place, *words) == 7, (words, team.out)
        assert "opened to be read alone" in team.err, words
    assert team("aigul", "city", "list") == 0
    assert "astana" not in team.out


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_standby_is_read_and_never_written(team: Team, postgres_url: str) -> None:
    founded(team)
    with standby(postgres_url) as there:
        batch(team, "aigul", "bolat")  # a standby can tell the time of what it has replayed itself
        name = database_name(team.places.ledger)
        caught_up(postgres_url, there, name)
        place = f"postgresql://postgres@/{name}?{urlencode(there)}"
        reads_and_writes_nothing(team, place, "the newest change that it has is of 20")
        assert team("aigul", "city", "add", "astana", "--name", "en=Astana") == 0
        caught_up(postgres_url, there, name)
        assert team("aigul", "--read-from", place, "city", "list") == 0
        assert "astana" in team.out


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_copy_is_read_as_of_when_it_was_made(team: Team) -> None:
    founded(team)
    batch(team, "aigul", "bolat")
    copy = team.folder / "copy"
    copy.mkdir()
    assert team("aigul", "backup", str(copy / "ledger.db")) == 0
    shutil.move(copy / "ledger-vault.db", copy / "vault.db")
    reads_and_writes_nothing(team, str(copy / "ledger.db"), "a copy")
