#!/usr/bin/env bash
# vcf 2.1.2 (npm) knows no backslash in a contact card. Seen: of the address `12\, flat 3\; gate 2` in
# Almaty, which is how vcard-creator 1.0.0 writes it, get("adr") has `12\, flat 3\` as the street and ` gate
# 2` as the town, everything after it one place on, and a note keeps its `\n`; and of an address with a
# semicolon that is set with it the card has no backslash, so that any reader takes the gate for the town. In
# vCard a comma, a semicolon and a new line within a value are written with one (RFC 6350, 3.4). One expects
# street and town: the list of shops that is made of the telephone's contacts has towns that are none.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . vcf@2.1.2 vcard-creator@1.0.0 >&2
node - <<'NODE' || { echo "vcf-a-gate-becomes-the-town: not as described any more"; exit 1; }
const assert = require("assert");
const Card = require("vcf");

(async () => {
  const { default: VCard } = await import("vcard-creator");
  const written = new VCard().addName({ givenName: "Aigul", familyName: "Sample" }).addNote("first\nsecond")
    .addAddress({ street: "12, flat 3; gate 2", locality: "Almaty", country: "Kazakhstan" }).toString();
  const line = written.split("\r\n").find((text) => text.startsWith("ADR"));
  console.log(line);
  assert.ok(line.endsWith(":;;12\\, flat 3\\; gate 2;Almaty;;;Kazakhstan"));
  const card = new Card().parse(written);
  console.log(card.toJSON()[1].filter(([name]) => ["adr", "note"].includes(name)).map((property) => property[3]));
  const [address, note] = ["adr", "note"].map((name) => card.toJSON()[1].find((property) => property[0] === name)[3]);
  assert.deepEqual(address, ["", "", "12\\, flat 3\\", " gate 2", "Almaty", "", "", "Kazakhstan"]);
  assert.equal(note, "first\\nsecond");

  const own = new Card();
  own.set("fn", "Aigul Sample");
  own.set("adr", ["", "", "12, flat 3; gate 2", "Almaty", "", "", "Kazakhstan"]);
  assert.ok(own.toString("4.0").includes("ADR:;;12, flat 3; gate 2;Almaty;;;Kazakhstan"));
})();
NODE
