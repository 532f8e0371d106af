"""The till behind a proxy, set up as `docs/till-setup.md` says."""

import os
import re
import socket
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from cbi.base.clock import system_clock
from cbi.web.certificate import CertificateMade, make_certificate
from tests.conftest import World
from tests.polling import polled
from tests.programs import program
from tests.web.conftest import opened

PAGE = Path(__file__).parents[2] / "docs" / "till-setup.md"


@pytest.fixture
def nginx(tmp_path: Path) -> str:
    """nginx, where it is installed."""
    return program("nginx")


@pytest.fixture
def made(tmp_path: Path) -> CertificateMade:
    return make_certificate(tmp_path / "office", ("localhost", "127.0.0.1"), system_clock)


def configured(made: CertificateMade, folder: Path, port: int, till: int) -> Path:
    """The page's own words, with this test's names, ports and files."""
    found = re.search(r"```\n(server \{.*?\n\})\n```", PAGE.read_text("utf-8"), re.DOTALL)
    assert found is not None
    words = (
        found[1].replace("listen 443", f"listen 127.0.0.1:{port}")
        .replace("till.example.org", "localhost").replace("fullchain.pem", str(made.chain))
        .replace("privkey.pem", str(made.key)).replace("127.0.0.1:8765", f"127.0.0.1:{till}")
    )
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    file = folder / "nginx.conf"
    file.write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; user root;\n"
        f"events {{}}\nhttp {{ access_log off; {temporary}\n{words}\n}}\n"
    )
    return file


@pytest.fixture
def only_sqlite(engine: str) -> None:
    if engine != "sqlite":
        pytest.skip("a proxy is the same on both engines")


@pytest.fixture
def proxied(
    only_sqlite: None, world: World, made: CertificateMade, nginx: str, tmp_path: Path
) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with opened(world, behind_proxy=True) as served:
        file = configured(made, tmp_path, port, served.port)
        running = subprocess.Popen([nginx, "-c", str(file), "-e", str(tmp_path / "first.log")])
        try:
            while running.poll() is None:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
            yield port
        finally:
            running.terminate()
            running.wait(30)


def test_a_till_behind_nginx_as_the_page_says(proxied: int, made: CertificateMade) -> None:
    answers_behind_it(proxied, made.authority)


@pytest.fixture
def behind_caddy(only_sqlite: None, world: World, tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """The page's own words with `tls internal`, as it says too; the port, and caddy's authority."""
    caddy = program("caddy")
    words = PAGE.read_text("utf-8")
    found = re.search(r"```\n(till\.example\.org \{.*?\n\})\n```", words, re.DOTALL)
    assert found is not None
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    root = tmp_path / "caddy"
    with opened(world, behind_proxy=True) as served:
        file = tmp_path / "Caddyfile"
        file.write_text(
            "{\nadmin off\nauto_https disable_redirects\nskip_install_trust\n"
            f"storage file_system {root}\n}}\n"
            + found[1].replace("till.example.org {", f"localhost:{port} {{\n    tls internal")
            .replace("127.0.0.1:8765", f"127.0.0.1:{served.port}")
        )
        running = subprocess.Popen(
            [caddy, "run", "--config", str(file), "--adapter", "caddyfile"],
            stderr=subprocess.DEVNULL, env={**os.environ, "HOME": str(tmp_path)},
        )
        try:
            authority = root / "pki" / "authorities" / "local" / "root.crt"
            polled(lambda: running.poll() is not None or _speaks_tls(port, authority), 60,
                   "caddy has no certificate")
            yield port, authority
        finally:
            running.terminate()
            running.wait(30)


def _speaks_tls(port: int, authority: Path) -> bool:
    """Whether it has its certificate: it listens before."""
    try:
        trusting = ssl.create_default_context(cafile=str(authority))
        with socket.create_connection(("127.0.0.1", port)) as line, trusting.wrap_socket(
            line, server_hostname="localhost"
        ):
            return True
    except OSError:
        return False


def test_a_till_behind_caddy_as_the_page_says(behind_caddy: tuple[int, Path]) -> None:
    answers_behind_it(*behind_caddy)


def answers_behind_it(port: int, authority: Path) -> None:
    """Over https, for its own page, and for no other."""
    trusting = ssl.create_default_context(cafile=str(authority))
    own = f"https://localhost:{port}"

    def asked(origin: str) -> int:
        request = urllib.request.Request(f"{own}/till/pair", b'{"code": "AAAA-AAAA"}', {
            "X-CBI-Till": "1", "Origin": origin, "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, context=trusting) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return refused.code

    assert asked(own) == 404, "it was looked at: there is no such code"
    assert asked("https://elsewhere.example") == 403
    with urllib.request.urlopen(own, context=trusting) as page:
        assert page.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


def test_certbot_knows_every_option_that_the_page_names() -> None:
    """Nothing is asked of anybody: certbot's own help is read."""
    named = set(re.findall(r"--[a-z-]+", "".join(
        re.findall(r"^    sudo certbot(?:.*\\\n)*.*$", PAGE.read_text("utf-8"), re.MULTILINE)
    )))
    assert {"--manual", "--preferred-challenges", "--deploy-hook"} <= named
    known = subprocess.run(
        [program("certbot"), "--help", "all"], capture_output=True, text=True, check=True
    ).stdout
    plugins = {one for one in named if one.startswith("--dns-") and one.endswith("-credentials")}
    assert [one for one in named - plugins if one not in known] == []
