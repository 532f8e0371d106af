#!/usr/bin/env bash
# secret-sharing 0.2.7 and secretsharingng 0.2.11, which split a key among several people, do not give back a key that
# begins with a zero. Seen: of a key of 64 hexadecimal digits that begins with 00 recover_secret returns the 62
# others, of one that begins with 0 the 63 others, without an error; pyseltongue 1.0.2, of the same descent, returns
# both whole, and a key that begins with c is whole in all. One key in sixteen begins so. One expects the key: the
# keepers of a sealed archive come together and what they get opens nothing, or can't even be read as bytes.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check secret-sharing==0.2.7 secretsharingng==0.2.11 pyseltongue==1.0.2 utilitybelt==0.2.6 six==1.17.0
venv/bin/python - <<'PYTHON' || { echo "secretsharing-a-key-loses-its-first-zeros: not as described any more"; exit 1; }
import pyseltongue
import secretsharing
import secretsharingng

rest = "c4bbcb1fbec99d65bf59d85c8cb62ee2db963f0fe106f483d9afa73bd4e39a"
keys = ("00" + rest, "0e" + rest, rest + "8a")
seen = {
    package.__name__: [package.SecretSharer.recover_secret(package.SecretSharer.split_secret(key, 2, 3)[:2]) for key in keys]
    for package in (secretsharing, secretsharingng, pyseltongue)
}
print({name: [len(key) for key in found] for name, found in seen.items()})
short = [rest, "e" + rest, rest + "8a"]
assert seen == {"secretsharing": short, "secretsharingng": short, "pyseltongue": list(keys)}
PYTHON
