"""A contract's terms in words: on acts and letters, at `settle`, in `contract list`."""

from cbi.finance.contract_tables import ContractTerms
from cbi.finance.discounting import rate_words
from cbi.messages import text
from cbi.messages.figures import amount_figures, date_words


def contract_name(terms: ContractTerms, language: str) -> str:
    """The contract's number and date."""
    day = date_words(terms.contract_date, language)
    return text("contract.name", language, contract=terms.contract, date=day)


def terms_words(terms: ContractTerms, language: str) -> str:
    """What it takes off, and in how many days it is paid."""
    said = []
    if terms.discount_rate:
        said.append(text("contract.said-discount", language, rate=rate_words(terms.discount_rate)))
    if terms.fee_minor:
        fee = amount_figures(terms.fee_minor, terms.currency, language)
        said.append(text("contract.said-fee", language, amount=fee))
    if terms.days is not None:
        said.append(text("contract.said-days", language, count=terms.days))
    return "; ".join(said) or text("contract.said-nothing", language)
