"""`docs/postgresql.md`, typed block by block, and the tutorial's programme worked by its users.

Each duty has its own database user, home and keyring, as the page says; the address is the page's
own, whose host the environment leads to a server that proves by TLS who it is.
"""

import datetime
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.journeys.conftest import Ended, LedgerContext, office_in
from tests.journeys.test_tutorial import FIRST, ROOT, Reader, lines
from tests.pooler import PASSWORD, debian_server, pooled, users_on

PAGE = (ROOT / "docs" / "postgresql.md").read_text("utf-8").partition("\n## Staying up\n")[0]
"""What an office types; what keeps its server up is the server's own settings."""
USERS = ("shop_almaty", "office_almaty", "books_almaty", "head_office")
WORKS_AS = {"aigul": "head_office", "gulnar": "head_office", "timur": "office_almaty",
            "kassa": "shop_almaty", "dana": "books_almaty", "erlan": "books_almaty"}
KEYRING = {"shop_almaty": "almaty.json", "office_almaty": "office.json"}
SLOW = {"--dry-run", "print", "preview", "report", "explain", "log", "check"}
"""What adds nothing but time to the other lines here."""
TODAY = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=5))).date()
DAYS = {"2022-08-16": TODAY.isoformat(), "2022-09-30": f"{TODAY + datetime.timedelta(45)}",
        "2022-08": TODAY.isoformat()[:7]}


def blocks() -> Iterator[str]:
    """The page's blocks of commands, in order."""
    bare = re.sub(r"<!--.*?-->", "", PAGE, flags=re.S)
    for found in re.finditer(r"(?:^    .*\n|(?<=\n)\n(?=    ))+", bare, re.M):
        yield re.sub(r"^    ", "", found[0], flags=re.M).strip()


@pytest.fixture
def beyond(
    through: str, request: pytest.FixtureRequest
) -> Iterator[tuple[str, dict[str, str]]]:
    """A server's address for SQL, and the environment in which it is `db.example`, by TLS."""
    with ExitStack() as stack:
        if through == "server":
            server_url, environment = stack.enter_context(debian_server())
        else:
            server_url = request.getfixturevalue("postgres_url")
        stack.enter_context(users(server_url))
        if through == "pooler":
            environment = stack.enter_context(pooled(server_url, "owner", *USERS))
        yield server_url, environment


@contextmanager
def users(server_url: str) -> Iterator[None]:
    """The page's users, as the server knows them before the page begins."""
    users_on(server_url, *USERS)
    users_on(server_url, "owner", rights="CREATEDB CREATEROLE")
    try:
        yield
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            for name in ("cbi", "cbi_vault"):
                connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            made = connection.execute(
                "SELECT rolname FROM pg_roles WHERE rolname ~ '^cbi_' OR rolname = ANY(%s)",
                ([*USERS, "owner"],),
            ).fetchall()
            for (name,) in made:
                connection.execute(f'DROP ROLE "{name}"')


class Offices(Reader):
    """The tutorial's reader, who goes to another office when another operator signs in."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.all = {name: self._office(name, environment) for name in ("owner", *USERS)}
        super().__init__(self.all["head_office"])

    def _office(self, user: str, environment: dict[str, str]) -> LedgerContext:
        made = office_in(self.folder / user)
        (self.folder / user / "data").symlink_to(ROOT / "data", target_is_directory=True)
        shim = self.folder / user / "cbi"
        shim.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m cbi "$@"\n', "utf-8")
        shim.chmod(0o755)
        made.env.pop("CBI_LEDGER")
        made.env |= environment | {"PATH": f"{shim.parent}:{made.env['PATH']}"}
        if user != "owner":
            made.env |= {
                "CBI_LEDGER": f"postgresql://{user}@db.example/cbi?sslmode=verify-full",
                "CBI_KEYRING": str(made.folder / "home" / KEYRING.get(user, "sealing.json")),
            }
        return made

    def shell(self, user: str, block: str, **env: str) -> None:
        """Type a block of the page at an office's own prompt."""
        office = self.all[user]
        typed = office.env.keys() - {"CBI_LEDGER", "CBI_KEYRING", "PGPASSWORD"}
        done = subprocess.run(
            ["bash", "-euc", block.replace("…", shlex.quote(PASSWORD))], cwd=office.folder,
            env={name: office.env[name] for name in typed} | {"PGPASSWORD": PASSWORD} | env,
            capture_output=True, text=True, timeout=120, check=False,
        )
        assert done.returncode == 0, (block, done.stderr)

    def types(self, words: list[str]) -> Ended:
        """At the office of whoever is signed in, with today's dates."""
        if words[1] == "login":
            if words[2] == "kassa" and "kassa" not in self.logged_in:
                self.office = self.all["head_office"]
                super().types(words)
            self.office = self.all[WORKS_AS[words[2]]]
        return super().types([_of_today(word) for word in words])


def _of_today(word: str) -> str:
    for then, now in DAYS.items():
        word = word.replace(then, now)
    return word


@pytest.mark.parametrize(
    ("through", "whole"), [
        ("pooler", False), *(
            pytest.param(through, True, marks=pytest.mark.long) for through in ("pooler", "server")
        ),
    ],
)
def test_the_page_is_typed_and_a_programme_is_worked(
    beyond: tuple[str, dict[str, str]], tmp_path: Path, whole: bool,
) -> None:
    server_url, environment = beyond
    set_up, grants, office = blocks()
    offices = Offices(tmp_path, environment)
    offices.shell("owner", set_up, CBI_PASSPHRASE="the words of aigul")
    with psycopg.connect(server_url, dbname="cbi", autocommit=True) as connection:
        connection.execute("SET SESSION AUTHORIZATION owner")
        connection.execute(grants)
    for name in USERS:
        copy = KEYRING.get(name, "sealing.json")
        (tmp_path / name / "home" / copy).write_bytes((tmp_path / "owner" / copy).read_bytes())
        (tmp_path / name / "home" / copy).chmod(0o600)
    for words in [["cbi", "login", "aigul"], *list(lines())[2:]]:
        if words == shlex.split(office.splitlines()[-1]) and "timur" not in offices.logged_in:
            offices.shell("office_almaty", office, CBI_PASSPHRASE=FIRST,
                          CBI_NEW_PASSPHRASE="the words of timur")
            offices.logged_in.add("timur")
        if words[1:3] == ["clock", "move"]:
            continue  # a day is moved in practice alone
        if whole or not SLOW & set(words):
            ended = offices.types(words)
            wanted = 5 if words[1] == "close" else 0  # in earnest the month is not over yet
            assert ended.code == wanted, (words, ended.err)
    for name in USERS if whole else ["shop_almaty"]:
        ended = offices.all[name]("check")
        assert ended.code == 0, (name, ended.out)
