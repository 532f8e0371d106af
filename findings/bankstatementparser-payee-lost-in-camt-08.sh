#!/usr/bin/env bash
# bankstatementparser 0.0.29 reads the other side's name from a camt.053.001.02 statement and
# not from one of version 08. In 08 the name stands in Cdtr/Pty/Nm, in 02 in Cdtr/Nm. Seen: the
# same payment in both versions gives Creditor `Sample Shop` and an empty string; amount,
# currency, reference and account are read from both, and nothing is raised. One expects a
# version that is taken to be read whole, or refused: claims are matched to payments by the
# shop's name, and once a bank moves to the later version none is found.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check bankstatementparser==0.0.29
venv/bin/python - <<'PYTHON' || { echo "bankstatementparser-payee-lost-in-camt-08: not as described any more"; exit 1; }
from pathlib import Path

from bankstatementparser import CamtParser

FORM = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-03-02T18:00:00</CreDtTm></GrpHdr>
<Stmt><Id>S1</Id><CreDtTm>2026-03-02T18:00:00</CreDtTm>
<Acct><Id><IBAN>KZ86125KZT5004100100</IBAN></Id><Ccy>KZT</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="KZT">15000.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-02</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="KZT">13500.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-02</Dt></Dt></Bal>
<Ntry><Amt Ccy="KZT">1500.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>{status}</Sts>
<BookgDt><Dt>2026-03-02</Dt></BookgDt><ValDt><Dt>2026-03-02</Dt></ValDt>
<BkTxCd><Prtry><Cd>NTRF</Cd></Prtry></BkTxCd>
<NtryDtls><TxDtls><Refs><EndToEndId>E1</EndToEndId></Refs>{amount}
<RltdPties><Cdtr>{name}</Cdtr></RltdPties><RmtInf><Ustrd>claim 7</Ustrd></RmtInf>
</TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>
"""
parts = {
    "02": {"status": "BOOK", "amount": "", "name": "<Nm>Sample Shop</Nm>"},
    "08": {"status": "<Cd>BOOK</Cd>", "name": "<Pty><Nm>Sample Shop</Nm></Pty>",
           "amount": '<Amt Ccy="KZT">1500.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>'},
}
seen = {}
for version, part in parts.items():
    Path(f"{version}.xml").write_text(FORM.format(version=version, **part))
    (entry,) = CamtParser(f"{version}.xml").parse().to_dict("records")
    seen[version] = (str(entry["Amount"]), entry["Reference"], entry["Creditor"])
print(seen)
assert seen == {"02": ("-1500.00", "claim 7", "Sample Shop"), "08": ("-1500.00", "claim 7", "")}
PYTHON
