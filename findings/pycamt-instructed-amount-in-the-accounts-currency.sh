#!/usr/bin/env bash
# pycamt 1.1.1 gives a transfer ordered in dollars its dollars as tenge. An entry of 47000.00 KZT
# whose details hold the instructed amount (AmtDtls/InstdAmt 100.00 USD) before the amount booked
# (TxAmt 47000.00 KZT), as the schema orders them, comes out as Amount 100.00, Currency KZT: the
# first amount below the details is taken, and the currency is left from the entry. One expects
# the 47000.00 KZT that the account's balances add up with.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pycamt==1.1.1
venv/bin/python - <<'PYTHON' || { echo "pycamt-instructed-amount-in-the-accounts-currency: not as described any more"; exit 1; }
from pycamt.parser import Camt053Parser

TEXT = b"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-03-02T18:00:00</CreDtTm></GrpHdr>
<Stmt><Id>S1</Id><CreDtTm>2026-03-02T18:00:00</CreDtTm>
<Acct><Id><IBAN>KZ86125KZT5004100100</IBAN></Id><Ccy>KZT</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="KZT">100000.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-02</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="KZT">53000.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-02</Dt></Dt></Bal>
<Ntry><Amt Ccy="KZT">47000.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><Dt>2026-03-02</Dt></BookgDt><ValDt><Dt>2026-03-02</Dt></ValDt>
<BkTxCd><Prtry><Cd>X</Cd></Prtry></BkTxCd>
<NtryDtls><TxDtls><Refs><EndToEndId>E1</EndToEndId></Refs>
<AmtDtls><InstdAmt><Amt Ccy="USD">100.00</Amt></InstdAmt>
<TxAmt><Amt Ccy="KZT">47000.00</Amt></TxAmt></AmtDtls></TxDtls></NtryDtls></Ntry>
</Stmt></BkToCstmrStmt></Document>"""
(seen,) = Camt053Parser(TEXT).get_transactions()
print(seen["Amount"], seen["Currency"])
assert (seen["Amount"], seen["Currency"]) == ("100.00", "KZT")
PYTHON
