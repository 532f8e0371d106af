"""Three PostgreSQL nodes that stand in for each other, from Debian's packages, for one machine.

Each node lives in a network namespace of its own with etcd, Patroni and PostgreSQL; before them
stand HAProxy, which asks Patroni who leads, and PgBouncer in transaction mode, which is where the
tills connect. A node can be killed, stopped for a while, or cut off from the others. Needs root,
the packages etcd-server, haproxy, pgbouncer, postgresql and iproute2, and a Patroni of its Python
packages (`pip install patroni[etcd3,psycopg3]`) in the PATH, since the one of Debian 12 is too old.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from tests.polling import polled

NODES = (1, 2, 3)
NETWORK = "10.77.0"
BRIDGE = "cbibr"
POOLER_PORT, LEADER_PORT = 6543, 6500
PROGRAMS = ("patroni", "etcd", "haproxy", "pgbouncer", "ip")
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
PATRONI_SINCE = (3, 0, 3)
"""Before it a leader that was cut off overwrites its successor's lock as it comes back: two lead,
and what the second acknowledged is lost (https://github.com/patroni/patroni/pull/2689)."""
TTL_S, LOOP_S, RETRY_S = 20, 2, 5
"""Patroni's own least time to live; a leader that is not heard of for so long is followed by
another."""
READY_S, BY_ITSELF_S, LAST_WORDS = 300, 60, 40
_ALWAYS = ("starting up", "INFO: no action", "INFO: Lock owner", "INFO: Local timeline",
           "rejecting connections", "waiting for WAL to become available")

_PROXY = """
global
    maxconn 400
defaults
    mode tcp
    timeout connect 2s
    timeout client 1h
    timeout server 1h
    timeout check 2s
listen leader
    bind 127.0.0.1:{port}
    option httpchk OPTIONS /primary
    http-check expect status 200
    default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
{servers}
"""
_POOLER = """
[databases]
* = host=127.0.0.1 port={leader} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 20
server_login_retry = 1
server_connect_timeout = 3
"""


def missing() -> list[str]:
    """What a cluster needs and this machine has not."""
    path = os.environ.get("PATH", "") + ":/usr/sbin"
    needed = [name for name in PROGRAMS if shutil.which(name, path=path) is None]
    if "patroni" not in needed and patroni_version() < PATRONI_SINCE:
        needed.append("patroni " + ".".join(map(str, PATRONI_SINCE)) + " or later")
    return [*needed, *([] if BINARIES else ["postgresql"]),
            *([] if os.geteuid() == 0 else ["root"])]


def patroni_version() -> tuple[int, ...]:
    """The version of the Patroni that would be started."""
    said = subprocess.run(
        ["patroni", "--version"], capture_output=True, text=True, check=True
    ).stdout
    return tuple(int(part) for part in said.split()[-1].split(".") if part.isdecimal())


class Cluster:
    """The nodes, the proxy and the pooler, in a folder."""

    def __init__(self, folder: Path, *, synchronous: bool) -> None:
        self.folder, self.synchronous = folder, synchronous
        self.front: list[subprocess.Popen[bytes]] = []
        self.made_anew = self.elected = 0

    @property
    def server_url(self) -> str:
        """The leader's address, for who sets databases up."""
        return f"postgresql://postgres@127.0.0.1:{LEADER_PORT}/postgres"

    def start(self) -> None:
        """Start everything and wait until one leads and two follow."""
        _network()
        for node in NODES:
            self.start_node(node)
        self._start_front()
        self.settled()

    def start_node(self, node: int) -> None:
        """Start etcd and Patroni of a node; Patroni starts PostgreSQL."""
        home = self.folder / f"node{node}"
        if not home.exists():
            home.mkdir()
            (home / "patroni.json").write_text(json.dumps(self._patroni(node)), "utf-8")
            for path in (home, home / "patroni.json"):
                shutil.chown(path, "postgres", "postgres")
        own = f"{NETWORK}.{node}"
        members = ",".join(f"n{one}=http://{NETWORK}.{one}:2380" for one in NODES)
        self._inside(node, "etcd", [
            "etcd", "--name", f"n{node}", "--data-dir", home / "etcd",
            "--listen-peer-urls", f"http://{own}:2380",
            "--initial-advertise-peer-urls", f"http://{own}:2380",
            "--listen-client-urls", f"http://{own}:2379",
            "--advertise-client-urls", f"http://{own}:2379",
            "--initial-cluster", members, "--initial-cluster-state", "new", "--log-level", "error",
        ])
        self._inside(node, "patroni", ["patroni", home / "patroni.json"])

    def _inside(self, node: int, name: str, words: list[object]) -> None:
        """Start a program in a node's namespace as the user `postgres`."""
        with (self.folder / f"{name}{node}.log").open("ab") as log:
            subprocess.Popen(
                ["ip", "netns", "exec", f"cbi{node}", "setpriv", "--reuid", "postgres",
                 "--regid", "postgres", "--clear-groups", *map(str, words)],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd="/",
            )

    def _patroni(self, node: int) -> dict[str, object]:
        own, home = f"{NETWORK}.{node}", self.folder / f"node{node}"
        return {
            "scope": "cbi", "namespace": "/cbi/", "name": f"n{node}",
            "bootstrap": {
                "dcs": self._shared(),
                "initdb": [{"encoding": "UTF8"}, {"auth-host": "trust"}, {"auth-local": "trust"}],
                "pg_hba": ["local all all trust", f"host all all {NETWORK}.0/24 trust",
                           f"host replication all {NETWORK}.0/24 trust"],
            },
            "restapi": {"listen": f"{own}:8008", "connect_address": f"{own}:8008"},
            "etcd3": {"hosts": [f"{NETWORK}.{one}:2379" for one in NODES]},
            "postgresql": {
                "listen": f"{own}:5432", "connect_address": f"{own}:5432",
                "data_dir": f"{home}/data", "bin_dir": str(BINARIES[-1]),
                "pgpass": f"{home}/pgpass",
                "authentication": {
                    "superuser": {"username": "postgres"}, "rewind": {"username": "postgres"},
                    "replication": {"username": "replicator", "password": "invented"},
                },
                "parameters": {"unix_socket_directories": str(home)},
                "remove_data_directory_on_diverged_timelines": True,
                "remove_data_directory_on_rewind_failure": True,
            },
        }

    def _shared(self) -> dict[str, object]:
        """What all nodes agree on."""
        return {
            "ttl": TTL_S, "loop_wait": LOOP_S, "retry_timeout": RETRY_S,
            "synchronous_mode": self.synchronous, "maximum_lag_on_failover": 1 << 30,
            "master_start_timeout": 0,
            "postgresql": {"use_pg_rewind": True, "parameters": {
                "max_connections": 200, "wal_log_hints": "on", "wal_keep_size": "256MB",
            }},
        }

    def _start_front(self) -> None:
        servers = "\n".join(
            f"    server n{node} {NETWORK}.{node}:5432 check port 8008" for node in NODES
        )
        (self.folder / "haproxy.cfg").write_text(
            _PROXY.format(port=LEADER_PORT, servers=servers), "utf-8"
        )
        (self.folder / "pgbouncer.ini").write_text(
            _POOLER.format(leader=LEADER_PORT, own=POOLER_PORT), "utf-8"
        )
        path = os.environ["PATH"] + ":/usr/sbin"
        for words in (
            ["haproxy", "-db", "-f", "haproxy.cfg"],
            ["pgbouncer", "-q", "-u", "postgres", "pgbouncer.ini"],
        ):
            with (self.folder / f"{words[0]}.log").open("ab") as log:
                self.front.append(subprocess.Popen(
                    words, cwd=self.folder, env={**os.environ, "PATH": path},
                    stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                ))

    def states(self) -> dict[int, dict[str, Any]]:
        """What Patroni of each node says of itself; nothing of one that does not answer."""
        told = {node: _told(node, "patroni") for node in NODES}
        return {node: state for node, state in told.items() if state}

    def leader(self) -> int | None:
        """The node that leads and says so, if just one does."""
        leading = [
            node for node, state in self.states().items()
            if state.get("role") in ("master", "primary") and state.get("state") == "running"
        ]
        return leading[0] if len(leading) == 1 else None

    def settled(self) -> int:
        """Wait until one leads, two stream from it and, where asked, one of them stands by."""
        with suppress(AssertionError):
            return polled(self._settled, BY_ITSELF_S, "")
        if self.leader() is None:
            self._elect()
        self._make_anew()
        try:
            return polled(self._settled, READY_S, "not settled")
        except AssertionError as error:
            raise AssertionError(f"{error}: {self.states()}\n{self._last_words()}") from error

    def _elect(self) -> None:
        """As an administrator does when nobody led for a minute: the node that holds the lead and
        does not start is switched off, and who of the others has most of the log leads."""
        stuck, states = self._holds_the_lead(), self.states()
        others = [node for node in states if node != stuck]
        if stuck is None or not others:
            return
        heir = max(others, key=lambda node: _written(states[node]))
        self.elected += 1
        print(f"n{stuck} leads and does not start, n{heir} shall lead\n{self._last_words()}",
              file=sys.stderr, flush=True)
        self.kill(stuck)
        _ask(heir, "failover", {"candidate": f"n{heir}"})
        polled(self.leader, READY_S, "nobody leads")
        self.start_node(stuck)
        with suppress(AssertionError):
            polled(self._settled, BY_ITSELF_S, "")

    def _holds_the_lead(self) -> int | None:
        """Who holds the lead by what all agree on, whether it answers or not."""
        for node in NODES:
            members = _told(node, "cluster").get("members", [])
            for member in members if isinstance(members, list) else []:
                if member.get("role") in ("leader", "master"):
                    return int(member["name"].removeprefix("n"))
        return None

    def _make_anew(self) -> None:
        """As an administrator does (`patronictl reinit`) with nodes that do not come back alone:
        who led before may have written what nobody else has, and not find its way back."""
        leader, states = self.leader(), self.states()
        following = [] if leader is None else _names_following(leader)
        for node in NODES:
            if leader is not None and node != leader and f"n{node}" not in following:
                self.made_anew += 1
                state = states.get(node, {}).get("state")
                print(f"n{node} is made anew ({state})", file=sys.stderr, flush=True)
                _ask(node, "reinitialize", {"force": True})

    def _settled(self) -> int | None:
        leader = self.leader()
        return leader if leader is not None and self._followed(leader) else None

    def _last_words(self) -> str:
        """The end of what each Patroni and its PostgreSQL wrote, without what says nothing new."""
        told = []
        for path in sorted(self.folder.glob("patroni*.log")):
            lines = [
                line for line in path.read_text("utf-8", "replace").splitlines()
                if not any(word in line for word in _ALWAYS)
            ]
            told.append(f"{path.name}: " + "\n".join(lines[-LAST_WORDS:]))
        return "\n".join(told)

    def _followed(self, leader: int) -> bool:
        kinds = _names_following(leader).values()
        return len(kinds) == len(NODES) - 1 and ("sync" in kinds or not self.synchronous)

    def kill(self, node: int) -> None:
        """As if the machine's power went: every process of the node at once."""
        self._signal(node, signal.SIGKILL)

    def stop(self, node: int) -> None:
        """As a machine that hangs: nothing answers, connections stay open."""
        self._signal(node, signal.SIGSTOP)

    def go_on(self, node: int) -> None:
        """Let a stopped node go on where it was."""
        self._signal(node, signal.SIGCONT)

    def cut_off(self, node: int) -> None:
        """As a cable pulled: the node runs on, alone."""
        _run("ip", "link", "set", f"cbiv{node}", "down")

    def join_again(self, node: int) -> None:
        """Put the cable back."""
        _run("ip", "link", "set", f"cbiv{node}", "up")

    def switch_over(self, node: int) -> None:
        """Ask Patroni, as an administrator does before maintenance, for another leader."""
        _ask(node, "switchover", {"leader": f"n{node}"})

    def _signal(self, node: int, kind: signal.Signals) -> None:
        told = subprocess.run(
            ["ip", "netns", "pids", f"cbi{node}"], capture_output=True, text=True, check=True,
        ).stdout.split()
        for process in told:
            with suppress(ProcessLookupError):
                os.kill(int(process), kind)

    def end(self) -> None:
        """End every process and take the network away."""
        for one in self.front:
            one.kill()
            one.wait()
        for node in NODES:
            self._signal(node, signal.SIGKILL)
        _no_network()


@contextmanager
def cluster(*, synchronous: bool) -> Iterator[Cluster]:
    """A cluster that has settled; gone with everything it wrote afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="cbi-cluster-"))
    folder.chmod(0o755)
    made = Cluster(folder, synchronous=synchronous)
    try:
        made.start()
        yield made
    finally:
        made.end()
        shutil.rmtree(folder, ignore_errors=True)


def _names_following(leader: int) -> dict[str, str]:
    """Who streams from it, each with how (`sync`, `async`)."""
    with suppress(psycopg.Error), psycopg.connect(
        f"postgresql://postgres@{NETWORK}.{leader}:5432/postgres", connect_timeout=3,
    ) as connection:
        return dict(connection.execute(
            "SELECT application_name, sync_state FROM pg_stat_replication "
            "WHERE state = 'streaming'"
        ).fetchall())
    return {}


def _told(node: int, what: str) -> dict[str, Any]:
    """What Patroni of a node answers; nothing where it does not."""
    with suppress(OSError, ValueError):
        address = f"http://{NETWORK}.{node}:8008/{what}"
        with urllib.request.urlopen(address, timeout=2) as answer:
            told: dict[str, Any] = json.load(answer)
            return told
    return {}


def _written(state: dict[str, Any]) -> int:
    """How far a node's log reaches, in bytes."""
    return max((at for at in state.get("xlog", {}).values() if isinstance(at, int)), default=0)


def _ask(node: int, what: str, words: dict[str, object]) -> None:
    asked = urllib.request.Request(
        f"http://{NETWORK}.{node}:8008/{what}", method="POST", data=json.dumps(words).encode(),
        headers={"Content-Type": "application/json"},
    )
    with suppress(OSError), urllib.request.urlopen(asked, timeout=30):
        pass


def _network() -> None:
    _no_network()
    _run("ip", "link", "add", BRIDGE, "type", "bridge")
    _run("ip", "addr", "add", f"{NETWORK}.254/24", "dev", BRIDGE)
    _run("ip", "link", "set", BRIDGE, "up")
    for node in NODES:
        inside = ["ip", "-n", f"cbi{node}"]
        _run("ip", "netns", "add", f"cbi{node}")
        _run("ip", "link", "add", f"cbiv{node}", "type", "veth", "peer", "name", "eth0",
             "netns", f"cbi{node}")
        _run("ip", "link", "set", f"cbiv{node}", "master", BRIDGE, "up")
        _run(*inside, "addr", "add", f"{NETWORK}.{node}/24", "dev", "eth0")
        _run(*inside, "link", "set", "eth0", "up")
        _run(*inside, "link", "set", "lo", "up")


def _no_network() -> None:
    for node in NODES:
        for words in (["netns", "del", f"cbi{node}"], ["link", "del", f"cbiv{node}"]):
            subprocess.run(["ip", *words], capture_output=True, check=False)
    subprocess.run(["ip", "link", "del", BRIDGE], capture_output=True, check=False)


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)
