#!/usr/bin/env bash
# humanparser 2.7.0 (npm) takes a last name for a degree and leaves the person without one. Seen:
# `Khin Ma` has the first name Khin, the suffix Ma and an empty last name, and `Tin Ma Ma` the last
# name Ma and the suffix Ma; `Hla Ba` is left alone. It knows M.A., in any case of letters, as a
# suffix even where no other word is left for the name. One expects at least a last name where two
# words were given: Ma is among the most frequent names of Myanmar, and such people are sorted and
# matched by nothing.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . humanparser@2.7.0 >&2
node - <<'NODE' || { echo "humanparser-a-name-becomes-a-degree: not as described any more"; exit 1; }
const assert = require("assert");
const { parseName } = require("humanparser");

const seen = Object.fromEntries(["Khin Ma", "Tin Ma Ma", "Hla Ba"].map((name) => {
  const { firstName, lastName, suffix } = parseName(name);
  return [name, [firstName, lastName, suffix || ""]];
}));
console.log(seen);
assert.deepEqual(seen, {
  "Khin Ma": ["Khin", "", "Ma"], "Tin Ma Ma": ["Tin", "Ma", "Ma"], "Hla Ba": ["Hla", "Ba", ""],
});
NODE
