"""Paper: voucher sheets and distribution lists as PDF files. Drawing only; it reads no ledger.

What all vouchers share is drawn once per language; each page is that drawing and a small overprint
of serials, codes and squares. The same values give the same bytes.
"""

from cbi.paper.formats import FORMATS
from cbi.paper.lists import draw_distribution_list
from cbi.paper.logo import Logo, read_logo
from cbi.paper.sheets import draw_sheets
from cbi.paper.values import (
    DistributionListRow,
    ListCount,
    ListedVoucher,
    ListLook,
    SheetCount,
    SheetLook,
    SheetVoucher,
)

__all__ = [
    "FORMATS", "DistributionListRow", "ListCount", "ListLook", "ListedVoucher", "Logo",
    "SheetCount", "SheetLook", "SheetVoucher", "draw_distribution_list", "draw_sheets",
    "read_logo",
]
