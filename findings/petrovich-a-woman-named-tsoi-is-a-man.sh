#!/usr/bin/env bash
# petrovich 0.2.1 (npm) declines the Korean last name Tsoi for a woman as for a man. Seen: with the gender
# given as female Мария Ивановна Цой is `Цою Марии Ивановне` in the dative and `Цоя` in the genitive;
# Югай, Хегай and Ким stay as they are. In Russian a woman's last name that ends in a consonant or й
# is not declined, and pytrovich 0.2.0, of the same rules, leaves it so. One expects `Цой`: it is the
# name of many families of Kazakhstan and Uzbekistan, and the receipt is made out to a man.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . petrovich@0.2.1 >&2
node - <<'NODE' || { echo "petrovich-a-woman-named-tsoi-is-a-man: not as described any more"; exit 1; }
const assert = require("assert");
const petrovich = require("petrovich");

const given = (last) => petrovich({ gender: "female", first: "Мария", middle: "Ивановна", last }, "dative");
const seen = ["Цой", "Югай", "Хегай", "Ким"].map((last) => given(last).last);
console.log(seen, given("Цой").first, petrovich.female.last.genitive("Цой"));
assert.deepEqual(seen, ["Цою", "Югай", "Хегай", "Ким"]);
assert.deepEqual([given("Цой").first, given("Цой").middle], ["Марии", "Ивановне"]);
assert.equal(petrovich.female.last.genitive("Цой"), "Цоя");
assert.equal(petrovich.male.last.dative("Цой"), "Цою");
NODE
