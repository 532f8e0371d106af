"""How the till is served: in the clear to nobody else, with patience for nobody, ended in order."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from cbi.base.errors import CbiError
from cbi.cli import faults
from cbi.web import guard, patience
from cbi.web.app import Serving
from tests.conftest import World
from tests.web.conftest import opened


@pytest.mark.parametrize(("serving", "code"), [
    (Serving(host="0.0.0.0"), "help-serve.needs-tls"),
    (Serving(host="192.0.2.7"), "help-serve.needs-tls"),
    (Serving(host="till.example.org"), "help-serve.needs-tls"),
    (Serving(certificate=Path("chain.pem")), "help-serve.both-files"),
    (Serving(certificate=Path("none.pem"), key=Path("none.pem")), "help-serve.file-unreadable"),
])
def test_nothing_crosses_a_network_in_the_clear(serving: Serving, code: str) -> None:
    with pytest.raises(CbiError, match=code.replace(".", r"\.")):
        serving.check()


@pytest.mark.parametrize("serving", [
    Serving(), Serving(host="::1"), Serving(host="localhost"),
    Serving(host="0.0.0.0", behind_proxy=True),
])
def test_what_is_served_without_a_certificate(serving: Serving) -> None:
    serving.check()


def test_an_address_that_is_taken_is_told() -> None:
    refused = pytest.raises(CbiError, match=r"help-serve\.cannot-listen")
    with socket.create_server(("127.0.0.1", 0)) as taken, refused:
        Serving(port=taken.getsockname()[1]).listening()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_fault_of_our_own_is_kept_and_told_without_its_words(
    world: World, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(faults, "fault_file", lambda: tmp_path / "faults.txt")

    typed = "".join(("what ", "somebody ", "typed"))

    def broken(*_: object) -> None:
        raise RuntimeError(typed)

    with opened(world, fault=lambda error: faults.keep(error, "", "serve")) as served:
        browser, till = served.signed_in(), served.own_till()
        with monkeypatch.context() as patched:
            patched.setattr("cbi.web.till.verify_uncounted", broken)
            told = browser("/till/verify", {"code": "x"})
            assert (told.status, told["error"]) == (500, "own-fault")
            told = till("/api/v1/verify", {"code": "x"})
            assert (told.status, told["type"]) == (500, "/api/v1/problems/own-fault")
            assert told.headers["content-type"] == "application/problem+json"
        assert browser("/till/day").status == 200, "it goes on"
    kept = (tmp_path / "faults.txt").read_text("utf-8")
    assert kept.count("command serve") == 2
    assert "builtins.RuntimeError" in kept
    assert typed not in kept + "".join(capfd.readouterr())


@pytest.mark.parametrize("sent", [
    b"", b"POST /till/verify HTTP/1.1\r\nHost: 127",
    b"POST /api/v1/verify HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99\r\n\r\n{",
])
def test_who_sends_slowly_is_cut_off(
    world: World, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.2)
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.2)
    with opened(world) as served, socket.create_connection(("127.0.0.1", served.port)) as slow:
        slow.settimeout(60)
        slow.sendall(sent)
        told = slow.recv(10_000)
        assert told == b"" or told.split()[1] == b"408"


def test_a_server_begins_without_what_an_office_needs() -> None:
    """A till's server is small: the classes of the office's tables come when they are needed."""
    done = subprocess.run(
        [sys.executable, "-c", "import sys, cbi.web.app, cbi.cli.serve; "
         "print(sorted({'sqlmodel', 'sqlalchemy', 'pydantic', 'openpyxl'} & set(sys.modules)))"],
        capture_output=True, text=True, check=True,
    )
    assert done.stdout.strip() == "[]"
