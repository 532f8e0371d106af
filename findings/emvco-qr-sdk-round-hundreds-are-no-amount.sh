#!/usr/bin/env bash
# emvco-qr-sdk 1.0.0 (npm) loses the amount of a payment code if it has four figures and ends in two noughts.
# Seen: transactionAmount of 1500 tenge is `{"15": ""}`, of 2000 `{"20": ""}`; 500, 2501, 15000 and 1500.00
# come out as they are. It takes for a group of fields whatever can be read as tag, length and content, and
# 1500 is tag 15 with the length 00. In the EMV specification for merchant-presented codes the amount, ID
# 54, is one value; groups are IDs 26 to 51, 62, 64 and 80 to 99. One expects `1500`: at the till of a shop
# the most usual amounts of assistance are the very ones that cannot be read.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . emvco-qr-sdk@1.0.0 >&2
node - <<'NODE' || { echo "emvco-qr-sdk-round-hundreds-are-no-amount: not as described any more"; exit 1; }
const assert = require("assert");
const { parseQR, QRParseMode } = require("emvco-qr-sdk");

const field = (id, value) => id + String(value.length).padStart(2, "0") + value;
function withSum(text) {  // CRC-16/CCITT-FALSE, as the specification has it
  let sum = 0xffff;
  for (const byte of Buffer.from(`${text}6304`)) {
    sum ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum & 0x8000 ? (sum << 1) ^ 0x1021 : sum << 1) & 0xffff;
  }
  return `${text}6304${sum.toString(16).toUpperCase().padStart(4, "0")}`;
}
const code = (amount) => withSum("000201010212" + field("26", field("00", "kz.sample") + field("01", "12345")) +
  "520454115303398" + field("54", amount) + "5802KZ" + field("59", "Sample Shop") + field("60", "Almaty"));
const read = (amount) => parseQR(code(amount), { parseMode: QRParseMode.GLOBAL }).transactionAmount;
for (const amount of ["1500", "2000", "500", "2501", "15000", "1500.00"]) console.log(code(amount), JSON.stringify(read(amount)));
assert.deepEqual(["1500", "2000", "5000"].map((amount) => JSON.stringify(read(amount))), ['{"15":""}', '{"20":""}', '{"50":""}']);
for (const amount of ["500", "2501", "15000", "1500.00"]) assert.equal(read(amount), amount);
NODE
