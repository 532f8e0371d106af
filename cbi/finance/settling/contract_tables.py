"""The contract's table: on which terms a retailer is paid, and from which day."""

from sqlmodel import SQLModel

from cbi.storage.appendonly import append_only
from cbi.storage.columns import GROWS, rule, text_field, whole_field
from cbi.storage.duties import written_by


class ContractTerms(SQLModel, table=True):
    """A retailer's terms from a day on: `discount_rate` in parts of 100,000, `fee_minor` what it
    bears of the transfer of a settlement, `days` to pay in. They are numbered as they were said;
    of those from one day the last holds.
    """

    __tablename__ = "contract_terms"
    __table_args__ = (
        rule("contract_terms_number", "number >= 1 AND contract <> ''"),
        rule("contract_terms_discount", "discount_rate >= 0 AND discount_rate < 100000"),
        rule("contract_terms_fee", "fee_minor >= 0"),
        rule("contract_terms_days", "days IS NULL OR days BETWEEN 0 AND 3650"),
        rule("contract_terms_dates", "contract_date <= valid_from"),
        GROWS,
    )
    retailer: str = text_field(key=True)
    number: int = whole_field(key=True)
    currency: str = text_field()
    valid_from: str = text_field()
    contract: str = text_field()
    contract_date: str = text_field()
    discount_rate: int = whole_field()
    fee_minor: int = whole_field()
    days: int | None = whole_field(null=True)
    made_by: str = text_field()
    made_at: int = whole_field()


append_only(SQLModel.metadata.tables[str(ContractTerms.__tablename__)])
written_by(ContractTerms)
