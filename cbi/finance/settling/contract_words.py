"""A contract's terms in words: on acts and letters, at `settle`, in `contract list`."""

import re

from cbi.finance.settling.contract_tables import ContractTerms
from cbi.finance.settling.discounting import rate_words
from cbi.messages import text
from cbi.messages.figures import amount_figures, date_words

_SIGN = re.compile(r"\s*(?:№|no\.?(?=[\s\d]))\s*", re.IGNORECASE)
"""The sign before a number, where somebody typed it with the number."""


def _number(contract: str) -> str:
    sign = _SIGN.match(contract)
    return contract[sign.end():] if sign else contract


def contract_name(terms: ContractTerms, language: str) -> str:
    """The contract's number and date."""
    day, number = date_words(terms.contract_date, language), _number(terms.contract)
    return text("contract.name", language, contract=number, date=day)


def terms_words(terms: ContractTerms, language: str) -> str:
    """What it takes off, and in how many days it is paid."""
    said = []
    if terms.discount_rate:
        rate = rate_words(terms.discount_rate, language)
        said.append(text("contract.said-discount", language, rate=rate))
    if terms.fee_minor:
        fee = amount_figures(terms.fee_minor, terms.currency, language)
        said.append(text("contract.said-fee", language, amount=fee))
    if terms.days is not None:
        said.append(text("contract.said-days", language, count=terms.days))
    return "; ".join(said) or text("contract.said-nothing", language)
