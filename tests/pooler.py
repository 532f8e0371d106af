"""PgBouncer in transaction mode before a server, speaking TLS, as an office beyond meets it.

Without PgBouncer the test is skipped, or fails where the tools are required.
"""

import datetime
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.programs import program

NAME, PASSWORD = "db.example", "invented words of a database user"
_CONFIG = """
[databases]
* = host={host} port={port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {folder}/users.txt
pool_mode = transaction
default_pool_size = 1
client_tls_sslmode = require
client_tls_key_file = {folder}/server.key
client_tls_cert_file = {folder}/server.crt
pidfile = {folder}/pid
"""
"""One connection to the server for all clients of a user: whatever leaks, the next one has."""


@contextmanager
def pooled(server_url: str, *users: str) -> Iterator[dict[str, str]]:
    """A pooler before a server with a socket; where it is the host `db.example`."""
    pgbouncer, port = program("pgbouncer"), free_port()
    address = urlsplit(server_url)
    host = parse_qs(address.query).get("host", [address.hostname or ""])[0]
    folder = Path(tempfile.mkdtemp(prefix="cbi-pooler-"))
    certify(folder)
    (folder / "users.txt").write_text(
        "".join(f'"{user}" "{PASSWORD}"\n' for user in users), "utf-8"
    )
    (folder / "pooler.ini").write_text(_CONFIG.format(
        host=host, port=address.port or 5432, own=port, folder=folder,
    ), "utf-8")
    user = Path(host).owner()
    give_to(folder, user)
    running = subprocess.Popen(
        [pgbouncer, "-q", *(["-u", user] if os.geteuid() == 0 else []),
         str(folder / "pooler.ini")],
        stderr=subprocess.PIPE, text=True,
    )
    try:
        environment = {
            "PGHOSTADDR": "127.0.0.1", "PGPORT": str(port), "PGPASSWORD": PASSWORD,
            "PGSSLROOTCERT": str(folder / "server.crt"),
        }
        _wait_for(port, running)
        yield environment
    finally:
        running.terminate()
        running.communicate()
        shutil.rmtree(folder)


def address(environment: dict[str, str], user: str, database: str) -> str:
    """The pooler's address for who has no such environment; the password is not in it."""
    return (f"postgresql://{user}@{NAME}:{environment['PGPORT']}/{database}?sslmode=verify-full"
            f"&hostaddr={environment['PGHOSTADDR']}&sslrootcert={environment['PGSSLROOTCERT']}")


def users_on(server_url: str, *names: str, rights: str = "") -> None:
    """Users who may connect, beside those that are there."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        for name in names:
            connection.execute(f"CREATE ROLE \"{name}\" LOGIN {rights} PASSWORD '{PASSWORD}'")


def certify(folder: Path) -> None:
    """A certificate of the server's name that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "server.crt").write_bytes(certificate.public_bytes(pem))
    (folder / "server.key").write_bytes(key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ))
    (folder / "server.key").chmod(0o600)


def give_to(folder: Path, user: str) -> None:
    """Neither PgBouncer nor PostgreSQL runs as root: the files are another user's then."""
    if os.geteuid() == 0:
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, user)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _wait_for(port: int, running: "subprocess.Popen[str]") -> None:
    while running.poll() is None:
        with socket.socket() as trying:
            if trying.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise AssertionError(running.communicate()[1])


@contextmanager
def debian_server() -> Iterator[tuple[str, dict[str, str]]]:
    """Debian's own PostgreSQL with TLS: its address for SQL, and the environment of an office."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not programs:
        pytest.skip("Debian's PostgreSQL is not installed")
    folder, port = Path(tempfile.mkdtemp(prefix="cbi-debian-")), free_port()
    give_to(folder, "postgres")
    _as_postgres(programs[-1], "-D", folder, "-U", "postgres", "--auth=trust", "-E", "UTF8")
    certify(folder)
    (folder / "pg_hba.conf").write_text(
        "local all postgres trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n", "utf-8"
    )
    give_to(folder, "postgres")
    control = programs[-1].with_name("pg_ctl")
    settings = f"-k {folder} -h 127.0.0.1 -p {port} -c ssl=on -c fsync=off"
    _as_postgres(control, "-D", folder, "-l", folder / "log", "-o", settings, "-w", "start")
    try:
        yield f"postgresql://postgres@/postgres?host={folder}&port={port}", {
            "PGHOSTADDR": "127.0.0.1", "PGPORT": str(port), "PGPASSWORD": PASSWORD,
            "PGSSLROOTCERT": str(folder / "server.crt"),
        }
    finally:
        _as_postgres(control, "-D", folder, "-m", "immediate", "stop")
        shutil.rmtree(folder)


def _as_postgres(*words: object) -> None:
    subprocess.run(
        [str(word) for word in words], check=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, user="postgres" if os.geteuid() == 0 else None, cwd="/",
    )
