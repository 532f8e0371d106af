"""The ledger's tables as classes to ask with: what may be read without a name or a secret in it.

Operators, their sign-ins and the rows' digests are left out. What is sealed stays sealed: a column
of bytes that ends in `_sealed` tells nothing without the keyring.
"""

from cbi.finance.tables import Acceptance, Claim, Decision, Statement
from cbi.finance.tables import FoundException as ReconciliationException
from cbi.issuance.tables import (
    Distribution,
    DistributionOutcome,
    DistributionTaken,
    Extension,
    PrintedVoucher,
    PrintRun,
)
from cbi.issuance.tables import HandOver as Handover
from cbi.ledger.late_tables import LateSale, LateVerdict
from cbi.ledger.round_tables import (
    Batch,
    BatchLine,
    Entitlement,
    Programme,
    Round,
    RoundRetailer,
)
from cbi.ledger.round_tables import CategoryTermsRow as CategoryTerms
from cbi.ledger.tables import (
    Entry,
    LedgerIdentity,
    Payment,
    Period,
    Receipt,
    Seal,
    Settlement,
    SettlementLine,
    Voucher,
)
from cbi.operators.tables import Log
from cbi.people.tables import Household, HouseholdAid, Person
from cbi.places.tables import City, CityAlias, CountryProfile, Retailer, Store

__all__ = [
    "Acceptance", "Batch", "BatchLine", "CategoryTerms", "City", "CityAlias", "Claim",
    "CountryProfile", "Decision", "Distribution", "DistributionOutcome", "DistributionTaken",
    "Entitlement", "Entry", "Extension", "Handover", "Household", "HouseholdAid", "LateSale",
    "LateVerdict", "LedgerIdentity", "Log", "Payment", "Period", "Person", "PrintRun",
    "PrintedVoucher", "Programme", "Receipt", "ReconciliationException", "Retailer", "Round",
    "RoundRetailer", "Seal", "Settlement", "SettlementLine", "Statement", "Store", "Voucher",
]
