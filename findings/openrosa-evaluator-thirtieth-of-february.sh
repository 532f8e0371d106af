#!/usr/bin/env bash
# openrosa-xpath-evaluator 3.1.0 (npm), which web forms of ODK and Kobo are worked out with, takes days that no
# month has and moves them on. Seen: format-date of `1986-02-30` is 1986-03-02, of 31 April 1 May, and a birth
# put together from three questions, `concat(${y}, '-', ${m}, '-', ${d})`, likewise; boolean(date('1986-02-30'))
# is true, so a constraint on it passes; the 32nd and a thirteenth month give an empty answer. One expects an
# empty answer for each: who asks for day, month and year apart, as one does where people know them by heart
# and not from a paper, gets another good date out of a slip of the finger, and nobody is asked again.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . openrosa-xpath-evaluator@3.1.0 jsdom@29.1.1 >&2
node - <<'NODE' || { echo "openrosa-evaluator-thirtieth-of-february: not as described any more"; exit 1; }
process.env.TZ = "Asia/Almaty"; // the package works with the device's clock
const assert = require("assert");
const { JSDOM } = require("jsdom");

const { window } = new JSDOM("<data><y>1986</y><m>2</m><d>30</d></data>", { contentType: "text/xml" });
const { document, Node, XPathEvaluator, XPathResult } = window;
Object.assign(global, { window, document, Node, XPathEvaluator, XPathResult });
const evaluator = require("openrosa-xpath-evaluator")(require("openrosa-xpath-evaluator/src/openrosa-extensions")());
const text = (expression) => evaluator.evaluate(expression, document, null, XPathResult.STRING_TYPE, null).stringValue;
const written = (day) => text(`format-date(${day}, '%Y-%m-%d')`);
const days = ["'1986-02-28'", "'1986-02-30'", "'1986-04-31'", "concat(/data/y, '-', /data/m, '-', /data/d)", "'1986-02-32'", "'1986-13-01'"];
const seen = days.map(written);
console.log(seen, text("boolean(date('1986-02-30'))"));
assert.deepEqual(seen, ["1986-02-28", "1986-03-02", "1986-05-01", "1986-03-02", "", ""]);
assert.equal(text("boolean(date('1986-02-30'))"), "true");
NODE
