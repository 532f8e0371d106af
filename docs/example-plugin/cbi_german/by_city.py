"""A report of one's own: what was issued and spent in each city, as CSV."""

import csv
from pathlib import Path

from cbi.api import Ledger, Voucher, func, select, to_decimal, total


def by_city(ledger: Ledger, path: Path) -> None:
    """Write a line for each city and currency. `cbi report by-city -o by-city.csv` calls this."""
    rows = ledger.all(
        select(Voucher.city, Voucher.currency, func.count(), total(Voucher.face_minor),
               total(Voucher.spent_minor))
        .group_by(Voucher.city, Voucher.currency).order_by(Voucher.city, Voucher.currency)
    )
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["city", "currency", "vouchers", "issued", "spent"])
        for city, currency, count, issued, spent in rows:
            lines.writerow([city, currency, count, to_decimal(issued, currency),
                            to_decimal(spent, currency)])
