"""The composition root: settings -> clock, keys, ledger, vault, operator; gathers all tables."""

from sqlalchemy import MetaData


def ledger_metadata() -> MetaData:
    """The tables of every room that stand in the ledger's database."""
    from sqlmodel import SQLModel

    import cbi.enrolment.tables
    import cbi.finance.tables
    import cbi.issuance.tables
    import cbi.ledger.tables
    import cbi.operators.tables
    import cbi.people.tables
    import cbi.places.tables  # noqa: F401

    return SQLModel.metadata


def vault_metadata() -> MetaData:
    """The tables of the vault's database."""
    from cbi.people.vault_tables import vault_metadata

    return vault_metadata
