"""The ledger's tables as classes to ask with: what may be read without a name or a secret in it.

Operators, their sign-ins and the rows' digests are left out. What is sealed stays sealed: a column
of bytes that ends in `_sealed` tells nothing without the keyring.
"""

from cbi.distribution.tables import (
    DistributionOutcome,
    DistributionTaken,
    PrintedVoucher,
    PrintRun,
)
from cbi.distribution.tables import DistributionRow as Distribution
from cbi.distribution.tables import ExtensionRow as Extension
from cbi.distribution.tables import HandOver as Handover
from cbi.finance.tables import (
    Acceptance,
    Claim,
    Decision,
    ReconciliationException,
    Statement,
)
from cbi.ledger.tables import (
    Entry,
    LedgerIdentity,
    Payment,
    Period,
    Receipt,
    Seal,
    SettlementLine,
)
from cbi.ledger.tables import SettlementRow as Settlement
from cbi.ledger.tables import VoucherRow as Voucher
from cbi.ledger.vouchers.late_tables import LateSaleRow as LateSale
from cbi.ledger.vouchers.late_tables import LateVerdict
from cbi.operators.tables import LogRow as Log
from cbi.people.records.tables import HouseholdAid
from cbi.people.records.tables import HouseholdRow as Household
from cbi.people.records.tables import PersonRow as Person
from cbi.places.tables import CityAlias
from cbi.places.tables import CityRow as City
from cbi.places.tables import CountryProfileRow as CountryProfile
from cbi.places.tables import RetailerRow as Retailer
from cbi.places.tables import StoreRow as Store
from cbi.programmes.batch_tables import Batch, BatchLine
from cbi.programmes.tables import CategoryTermsRow as CategoryTerms
from cbi.programmes.tables import Entitlement, Programme, RoundRetailer
from cbi.programmes.tables import RoundRow as Round

__all__ = [
    "Acceptance", "Batch", "BatchLine", "CategoryTerms", "City", "CityAlias", "Claim",
    "CountryProfile", "Decision", "Distribution", "DistributionOutcome", "DistributionTaken",
    "Entitlement", "Entry", "Extension", "Handover", "Household", "HouseholdAid", "LateSale",
    "LateVerdict", "LedgerIdentity", "Log", "Payment", "Period", "Person", "PrintRun",
    "PrintedVoucher", "Programme", "Receipt", "ReconciliationException", "Retailer", "Round",
    "RoundRetailer", "Seal", "Settlement", "SettlementLine", "Statement", "Store", "Voucher",
]
