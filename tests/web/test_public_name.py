"""A certificate for a public name, got and renewed by certbot as `docs/till-setup.md` says.

On this machine alone: Pebble is the authority, Knot the name's DNS, and the browser is told where
the name leads. The plug-in is that of servers which take updates (RFC 2136) for the page's own.
"""

import getpass
import json
import re
import socket
import ssl
import subprocess
import urllib.request
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from cbi.base.clock import system_clock
from cbi.web.certificate import CertificateMade, make_certificate
from tests.browser import KEPT
from tests.conftest import World
from tests.polling import polled
from tests.programs import program
from tests.web.conftest import opened

PAGE = (Path(__file__).parents[2] / "docs" / "till-setup.md").read_text("utf-8")
NAME = "till.example.test"
SECRET = "c2VjcmV0IG9mIGFuIGludmVudGVkIHpvbmUgb2YgdGVzdHM="
KNOT = """
server:
    rundir: "{folder}"
    listen: 127.0.0.1@{port}
database:
    storage: "{folder}"
key:
  - id: certbot
    algorithm: hmac-sha256
    secret: {secret}
acl:
  - id: txt
    key: certbot
    action: update
    update-type: [TXT]
    update-owner: name
    update-owner-match: equal
    update-owner-name: [_acme-challenge.till]
zone:
  - domain: example.test
    storage: "{folder}"
    file: zone
    acl: txt
"""
ZONE = "@ 60 SOA ns admin 1 3600 600 86400 60\n@ 60 NS ns\nns 60 A 127.0.0.1\ntill 60 A 127.0.0.1\n"


@dataclass(frozen=True)
class Office:
    """An office's machine with certbot, a DNS and an authority."""

    folder: Path
    directory: str
    management: int
    dns: int
    https: Path

    def line(self, begins: str) -> str:
        """A line of the page's, on its own or between words, with this office's names."""
        found = re.search(rf"(?:^    |`)sudo ({begins}(?:[^`\n]*\\\n)*[^`\n]*)", PAGE, re.MULTILINE)
        assert found is not None, begins
        words = (
            found[1].replace("till.example.org", NAME).replace("cloudflare", "rfc2136")
            .replace("/home/aliya/till", f"{self.folder}/till").replace("aliya", getpass.getuser())
        )
        folders = (f"--{one}-dir {self.folder}/{one}" for one in ("config", "work", "logs"))
        return " ".join((
            words, *folders, f"--server {self.directory}", "--agree-tos --no-random-sleep-on-renew",
            "--register-unsafely-without-email",
        ))

    def types(self, line: str) -> "subprocess.Popen[str]":
        """It is run by a shell, where the office keeps its plug-in's file."""
        return subprocess.Popen(
            line, shell=True, cwd=self.folder, text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={"PATH": "/usr/bin:/bin", "REQUESTS_CA_BUNDLE": str(self.https),
                 "HOME": str(self.folder)},
        )

    def did(self, line: str) -> str:
        """What a line said that asks nobody anything."""
        running = self.types(line + " --non-interactive")
        said, _ = running.communicate(timeout=120)
        assert running.returncode == 0, said
        return said

    def put(self, word: str) -> None:
        """The word stands in the DNS, as a person writes it there."""
        for words in ("zone-begin example.test",
                      f"zone-set example.test _acme-challenge.till 60 TXT {word}",
                      "zone-commit example.test"):
            subprocess.run([program("knotc"), "-s", str(self.folder / "knot.sock"), *words.split()],
                           check=True, capture_output=True)

    def authority(self) -> Path:
        """The root that browsers of this office trust, as they trust a public one."""
        with urllib.request.urlopen(
            f"https://localhost:{self.management}/roots/0",
            context=ssl.create_default_context(cafile=str(self.https)),
        ) as answer:
            (self.folder / "root.pem").write_bytes(answer.read())
        return self.folder / "root.pem"


def free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@pytest.fixture
def office(engine: str, tmp_path: Path) -> Iterator[Office]:
    if engine != "sqlite":
        pytest.skip("a certificate is the same on both engines")
    pebble, knotd, certbot = program("pebble"), program("knotd"), program("certbot")
    if "dns-rfc2136" not in subprocess.run(
        [certbot, "plugins", *(f"--{one}-dir={tmp_path}" for one in ("config", "work", "logs"))],
        capture_output=True, text=True, check=True,
    ).stdout:
        pytest.skip("certbot's plug-in for RFC 2136 is not installed")
    dns, acme, management = free(), free(), free()
    own = make_certificate(tmp_path / "https", ["localhost"], system_clock)
    (tmp_path / "zone").write_text("$ORIGIN example.test.\n" + ZONE)
    (tmp_path / "knot.conf").write_text(KNOT.format(folder=tmp_path, port=dns, secret=SECRET))
    (tmp_path / "pebble.json").write_text(json.dumps({"pebble": {
        "listenAddress": f"127.0.0.1:{acme}", "certificate": str(own.chain),
        "managementListenAddress": f"127.0.0.1:{management}", "privateKey": str(own.key),
        "certificateValidityPeriod": 90 * 86_400,
    }}))
    (tmp_path / "rfc2136.ini").write_text(
        f"dns_rfc2136_server = 127.0.0.1\ndns_rfc2136_port = {dns}\ndns_rfc2136_name = certbot\n"
        f"dns_rfc2136_secret = {SECRET}\ndns_rfc2136_algorithm = HMAC-SHA256\n"
    )
    (tmp_path / "rfc2136.ini").chmod(0o600)
    (tmp_path / "till").mkdir()
    with ExitStack() as stack:
        for words in ([knotd, "-c", "knot.conf"],
                      [pebble, "-config", "pebble.json", "-dnsserver", f"127.0.0.1:{dns}"]):
            running = subprocess.Popen(
                words, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env={"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"},
            )
            stack.callback(running.wait, 30)
            stack.callback(running.terminate)
        polled(lambda: _hears(acme) and _hears(dns), 60, "the authority or its DNS is silent")
        yield Office(tmp_path, f"https://localhost:{acme}/dir", management, dns, own.authority)


def _hears(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.long
def test_a_certificate_by_a_word_in_the_dns_as_the_page_says(
    world: World, office: Office, tmp_path: Path
) -> None:
    by_hand(office)
    root = office.authority()
    made = CertificateMade(office.folder / "till" / "fullchain.pem",
                           office.folder / "till" / "privkey.pem", root, "", (NAME,),
                           leaf_of(office).not_valid_after_utc, renewed=False)
    said: list[str] = []

    def tell(key: str, **facts: object) -> None:
        said.append(f"{key.removeprefix('help-serve.')} {facts.get('until')}")

    with opened(world, certificate=made, say=tell) as served:
        shown = in_a_browser(served.port, root, tmp_path)
        first = next(shown)
        assert first == leaf_of(office).serial_number
        assert "All simulated renewals failed" in refused(office, "certbot renew --dry-run"), \
            "what was got by hand is not renewed by itself, as the page says"
        office.did(office.line("certbot certonly --dns-")
                   + " --dns-rfc2136-propagation-seconds 1 --force-renewal")
        assert next(shown) == (second := leaf_of(office).serial_number) != first
        assert "succeeded" in office.did(office.line("certbot renew --dry-run"))
        assert leaf_of(office).serial_number == second
        office.did(office.line("certbot renew --force-renewal"))
        assert next(shown) == leaf_of(office).serial_number != second
        shown.close()
    assert [one.partition(" ")[0] for one in said] == ["certificate"] * 3
    assert made.until.date().isoformat() in said[0]
    assert made.key.stat().st_mode & 0o077 == 0


def by_hand(office: Office) -> None:
    """The word that certbot asks for is put into the DNS, then Enter is pressed."""
    running = office.types(office.line("certbot certonly --manual"))
    assert running.stdout is not None
    said = []
    for line in running.stdout:
        said.append(line)
        if re.fullmatch(r"[\w-]{43}\n", line):
            assert f"_acme-challenge.{NAME}." in "".join(said)
            office.put(line.strip())
            break
    rest, _ = running.communicate("\n", timeout=120)
    assert running.returncode == 0, "".join(said) + rest
    assert "repeat this same certbot command" in rest
    assert leaf_of(office).not_valid_after_utc - leaf_of(office).not_valid_before_utc \
        < timedelta(days=91)


def refused(office: Office, line: str) -> str:
    running = office.types(office.line(line) + " --non-interactive")
    said, _ = running.communicate(timeout=120)
    assert running.returncode != 0, said
    return said


def leaf_of(office: Office) -> x509.Certificate:
    """What the deploy hook put where the till reads it."""
    return x509.load_pem_x509_certificate((office.folder / "till" / "fullchain.pem").read_bytes())


def in_a_browser(port: int, root: Path, folder: Path) -> Generator[int]:
    """Each time a browser that trusts public authorities opens the page anew: the number of the
    certificate that it was shown. Nothing is overlooked."""
    store = folder / "home" / ".pki" / "nssdb"
    store.mkdir(parents=True)
    for words in (["-N", "--empty-password"], ["-A", "-t", "C,,", "-n", "public", "-i", str(root)]):
        subprocess.run([program("certutil"), "-d", f"sql:{store}", *words], check=True,
                       capture_output=True)
    while True:
        with KEPT.another(f"--host-resolver-rules=MAP {NAME} 127.0.0.1",
                          home=folder / "home") as browser:
            page = browser.new_page()
            assert page.goto(f"https://{NAME}:{port}/").ok
            assert page.evaluate("isSecureContext && navigator.serviceWorker.ready.then(() => 1)")
        yield number_shown(port, root)


def number_shown(port: int, root: Path) -> int:
    trusting = ssl.create_default_context(cafile=str(root))
    with socket.create_connection(("127.0.0.1", port)) as line, trusting.wrap_socket(
        line, server_hostname=NAME
    ) as secured:
        der = secured.getpeercert(binary_form=True)
    assert der is not None
    return x509.load_der_x509_certificate(der).serial_number
