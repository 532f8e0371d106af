"""The places' tables: cities with aliases by date, retailers, and their stores.

Names stand as one JSON object by language (`{"en": …, "ru": …, "kk": …, "fa": …, "ps": …}`): a new
language is a new key, never a new column. A place is never deleted, because entries point at it; a
store that shuts gets the instant it did.
"""

from sqlalchemy import Index
from sqlmodel import SQLModel

from cbi.storage.appendonly import append_only
from cbi.storage.columns import GROWS, changes, rule, text_field, whole_field
from cbi.storage.duties import written_by


class CountryProfileRow(SQLModel, table=True):
    """The country that the ledger works in, as its profile said when it was made: one row."""

    __tablename__ = "country_profile"
    __table_args__ = (
        rule("one_country_profile", "number = 1"),
        rule("country_profile_country", "length(country) = 2"),
        rule("country_profile_content", "content LIKE '{%}'"),
        GROWS,
    )
    number: int = whole_field(key=True)
    country: str = text_field()
    content: str = text_field()


class CityRow(SQLModel, table=True):
    """A city by our code, its names by language and the codes others know it by."""

    __tablename__ = "city"
    __table_args__ = (
        rule("city_code", "code <> '' AND code = lower(code)"),
        rule("city_names", "names LIKE '{%}'"),
        changes("names", "kato", "iso", "pcode"),
    )
    code: str = text_field(key=True)
    names: str = text_field()
    kato: str | None = text_field(null=True)
    iso: str | None = text_field(null=True)
    pcode: str | None = text_field(null=True)


class CityAlias(SQLModel, table=True):
    """Another name of a city and when it held: both days included, empty means always."""

    __tablename__ = "city_alias"
    __table_args__ = (
        rule("city_alias_name", "name <> ''"),
        rule(
            "city_alias_dates",
            "valid_from = '' OR valid_until = '' OR valid_from <= valid_until",
        ),
        GROWS,
    )
    city: str = text_field(key=True)
    name: str = text_field(key=True)
    language: str = text_field(key=True)
    valid_from: str = text_field(key=True)
    valid_until: str = text_field(key=True)


class RetailerRow(SQLModel, table=True):
    """A chain or shop that is paid; `number` is its own in the country's register of taxpayers."""

    __tablename__ = "retailer"
    __table_args__ = (
        rule("retailer_code", "code <> '' AND code = lower(code)"),
        rule("retailer_name", "name <> ''"),
        rule("retailer_number", "length(number) BETWEEN 4 AND 32"),
        changes("name", "number"),
    )
    code: str = text_field(key=True)
    name: str = text_field()
    number: str | None = text_field(null=True)


class StoreRow(SQLModel, table=True):
    """One shop of a retailer in a city. `names` holds name and address lines by language."""

    __tablename__ = "store"
    __table_args__ = (
        Index("store_retailer", "retailer"),
        rule("store_code", "code <> '' AND code = lower(code)"),
        rule("store_names", "names LIKE '{%}'"),
        changes("names", "city", "closed_at"),
    )
    code: str = text_field(key=True)
    retailer: str = text_field()
    city: str = text_field()
    names: str = text_field()
    closed_at: int | None = whole_field(null=True)


for _grows in (CountryProfileRow, CityAlias):
    append_only(SQLModel.metadata.tables[str(_grows.__tablename__)])

for _set_up in (CountryProfileRow, CityRow, CityAlias, RetailerRow, StoreRow):
    written_by(_set_up)
