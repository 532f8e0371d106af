#!/usr/bin/env bash
# tafgeetjs 2.1.0 (npm) writes tenths of a Sudanese pound as piastres. Seen: 1500.5 is one thousand five
# hundred pounds and `خمسة قرش`, five piastres, the same words as for 1500.05; its README's own example,
# 556563.20 with `عشرون قرش`, twenty piastres, comes out with two; 1500.75 and the text "1500.50" are
# right. A number has no last nought in JavaScript, and a pound has a hundred piastres. One expects
# fifty: a sum that is paid in words is short by nine tenths of its small coin, and two different
# sums have the same words.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . tafgeetjs@2.1.0 >&2
node - <<'NODE' || { echo "tafgeetjs-half-a-pound-is-five-piastres: not as described any more"; exit 1; }
const assert = require("assert");
const Tafgeet = require("tafgeetjs");

const say = (sum) => new Tafgeet(sum, "SDG").parse();
for (const sum of [1500.5, 1500.05, 556563.2, 1500.75, "1500.50"]) console.log(sum, say(sum));
assert.equal(say(1500.5), say(1500.05));
assert.ok(say(1500.5).includes("وخمسة قرش"));
assert.ok(!say(556563.2).includes("عشرون"));
assert.ok(say(1500.75).includes("وخمسة وسبعون قرش") && say("1500.50").includes("وخمسون قرش"));
NODE
