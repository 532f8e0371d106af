"""The office's own certificate: trusted once, for this till's names and for nothing else."""

import json
import socket
import ssl
import stat
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from cbi.base.clock import system_clock
from cbi.base.errors import BadFile, UsageError
from cbi.till.devices import offer
from cbi.web import certificate
from cbi.web.certificate import CertificateMade, make_certificate
from tests.conftest import World
from tests.lines import typed_by
from tests.programs import program
from tests.web.chromium import page_at
from tests.web.conftest import STORE, Served, opened

NAMES = ("localhost", "127.0.0.1")


@pytest.fixture
def made(tmp_path: Path) -> CertificateMade:
    return make_certificate(tmp_path / "office", NAMES, system_clock)


@pytest.fixture
def served(world: World, made: CertificateMade) -> Iterator[Served]:
    if world.ledger.engine != "sqlite":
        pytest.skip("a certificate is the same on both engines")
    with opened(world, certificate=made) as found:
        yield found


def test_it_lives_no_longer_than_browsers_take_and_names_what_it_is_for(
    made: CertificateMade
) -> None:
    leaf, authority = x509.load_pem_x509_certificates(made.chain.read_bytes())
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc <= timedelta(days=397)
    alternative = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert alternative.get_values_for_type(x509.DNSName) == ["localhost"]
    limits = authority.extensions.get_extension_for_class(x509.NameConstraints)
    assert limits.critical
    assert len(limits.value.permitted_subtrees or ()) == len(NAMES)
    for key in (made.key, made.chain.with_name("ca-key.pem")):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600


@pytest.mark.parametrize(("asked", "other"), [
    ("127.0.0.1", "bank.example"), ("office.example", "127.0.0.9"),
    ("office.example", "bank.example"), ("127.0.0.1", "127.0.0.9"), ("127.0.0.1", "::1"),
])
def test_who_steals_the_authority_is_believed_for_no_other_name(
    tmp_path: Path, asked: str, other: str
) -> None:
    """Of the kind that was asked for or of another: OpenSSL, as a device does, refuses it."""
    made = make_certificate(tmp_path, [asked], system_clock)
    authority, signer = certificate._kept(tmp_path)
    assert handshake(made.chain, made.key, made.authority, asked) == "ok"
    now = datetime.fromtimestamp(system_clock() / 1e6, UTC)
    leaf, key = certificate._leaf(authority, signer, [certificate._general(other)], now)
    made.chain.write_bytes(certificate._text(leaf) + certificate._text(authority))
    made.key.write_bytes(certificate._key_text(key))
    assert handshake(made.chain, made.key, made.authority, other) == "permitted subtree violation"


def handshake(chain: Path, key: Path, authority: Path, name: str) -> str:
    """What a client that trusts the authority says of a server by this name."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(chain, key)
    client = ssl.create_default_context(cafile=str(authority))
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    there = server.wrap_bio(up, down, server_side=True)
    here = client.wrap_bio(down, up, server_hostname=name)
    for _ in range(4):
        for side in (here, there):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLCertVerificationError as refused:
                return refused.verify_message
    return "ok"


def test_asked_again_the_same_authority_signs(made: CertificateMade) -> None:
    folder = made.chain.parent
    again = make_certificate(folder, NAMES, system_clock)
    assert (again.renewed, again.fingerprint) == (True, made.fingerprint)
    with pytest.raises(UsageError, match="another-name"):
        make_certificate(folder, ["bank.example"], system_clock)
    with pytest.raises(UsageError, match="authority-old"):
        make_certificate(folder, NAMES, lambda: system_clock() + 5 * 365 * 86_400_000_000)
    (folder / "ca.pem").write_text("torn")
    with pytest.raises(BadFile, match="no-authority"):
        make_certificate(folder, NAMES, system_clock)


def test_nothing_of_somebody_elses_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "till.pem").write_text("theirs")
    with pytest.raises(BadFile, match="no-authority"):
        make_certificate(tmp_path, NAMES, system_clock)
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("till.pem", "theirs")]


@pytest.mark.parametrize("name", ["a b", "https://till", "-x.org", "x" * 64, "*", "тест"])
def test_what_is_no_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="name-unreadable"):
        make_certificate(tmp_path, [name], system_clock)
    assert list(tmp_path.iterdir()) == []


def test_who_trusts_the_authority_reaches_the_till(served: Served, made: CertificateMade) -> None:
    address = f"https://localhost:{served.port}/"
    trusting = ssl.create_default_context(cafile=str(made.authority))
    with urllib.request.urlopen(address + "ca.crt", context=trusting) as answer:
        der = answer.read()
    assert x509.load_der_x509_certificate(der).fingerprint is not None
    assert ssl.DER_cert_to_PEM_cert(der).split() == made.authority.read_text().split()
    with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
        urllib.request.urlopen(address, context=ssl.create_default_context())


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_renewed_certificate_is_taken_while_the_till_runs(
    world: World, made: CertificateMade
) -> None:
    """Half of it does no harm; the one before goes on until both files are there."""
    said: list[str] = []

    def tell(key: str, **_: object) -> None:
        said.append(key.removeprefix("help-serve."))

    with opened(world, certificate=made, say=tell) as served:
        first = number_shown(served.port, made.authority)
        key = made.key.read_bytes()
        make_certificate(made.chain.parent, NAMES, system_clock)
        new = made.key.read_bytes()
        made.key.write_bytes(key)
        assert [number_shown(served.port, made.authority) for _ in range(2)] == [first] * 2
        made.key.unlink()
        assert number_shown(served.port, made.authority) == first
        made.key.write_bytes(new)
        second = number_shown(served.port, made.authority)
        assert second == number_shown(served.port, made.authority) != first
    assert said == ["certificate", *["certificate-stays"] * 2, "certificate"]


def number_shown(port: int, authority: Path) -> str:
    """The number of the certificate that who connects is shown, and trusts."""
    trusting = ssl.create_default_context(cafile=str(authority))
    with socket.create_connection(("127.0.0.1", port)) as line, trusting.wrap_socket(
        line, server_hostname="localhost"
    ) as secured:
        found = secured.getpeercert()
    assert found is not None
    return str(found["serialNumber"])


def test_over_https_the_cookies_are_the_hosts_alone(
    served: Served, made: CertificateMade
) -> None:
    code = offer(served.world.session("admin1"), STORE).code
    address = f"https://localhost:{served.port}"
    request = urllib.request.Request(
        f"{address}/till/pair", json.dumps({"code": code}).encode(),
        {"X-CBI-Till": "1", "Origin": address, "Content-Type": "application/json"},
    )
    trusting = ssl.create_default_context(cafile=str(made.authority))
    with urllib.request.urlopen(request, context=trusting) as answer:
        cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-cbi-device=")
    for word in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"):
        assert word.lower() in cookie.lower()


def test_a_browser_told_to_trust_it_keeps_the_page_for_offline(
    served: Served, made: CertificateMade, tmp_path: Path
) -> None:
    """Chromium's own store of certificates is told, nothing is overlooked."""
    store = tmp_path / "home" / ".pki" / "nssdb"
    store.mkdir(parents=True)
    certutil = program("certutil")
    for words in (["-N", "--empty-password"], ["-A", "-t", "C,,", "-n", "cbi", "-i",
                                               str(made.authority)]):
        subprocess.run([certutil, "-d", f"sql:{store}", *words], check=True, capture_output=True)
    with page_at(f"https://localhost:{served.port}/", keeps=True, home=tmp_path / "home") as page:
        assert page.evaluate("navigator.serviceWorker.ready.then(() => isSecureContext)")
        page.context.set_offline(True)
        page.reload()
        assert page.is_visible("h1")


def test_the_command_writes_a_page_to_print(
    world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    cbi = typed_by(world, capsys, "admin1")
    code, out, err = cbi("serve", "certificate", "till.office", "192.0.2.20", "--folder",
                         str(tmp_path / "c"), "--port", "443", "--json")
    assert code == 0, err
    told = json.loads(out)
    page = Path(told["page"]).read_text("utf-8")
    assert told["fingerprint"] in page
    assert "https://till.office/ca.crt" in page
    assert "<svg" in page
    assert cbi("serve", "certificate", "till.office", who="cashier1")[0] == 3
