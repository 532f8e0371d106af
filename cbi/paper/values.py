"""What paper is drawn from: plain values, and nothing about a person on a voucher.

`SheetVoucher` has no place for a name, nationality, document or phone, so that none can be printed
by mistake; the distribution list is for staff and has its own row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cbi.paper.logo import Logo


@dataclass(frozen=True, slots=True)
class SheetVoucher:
    """One voucher to print. Dates are ISO text; `code` is the 16 characters without dashes.

    `city` is the name of the place where it is handed over: its vouchers begin a sheet of their
    own and are counted on the cover. `list_order` is the person's number on that place's list.
    """

    serial: str
    code: str
    category: str
    amount_minor: int
    currency: str
    valid_from: str
    valid_until: str
    language: str
    city: str = ""
    list_order: int = 0


@dataclass(frozen=True, slots=True)
class SheetLook:
    """What all vouchers of a batch show alike.

    `shops` is a line by language (English serves where a language is missing). `qr_prefix` is put
    before the code in the square (a web address that ends in `#`), or empty. `reprint_reason` is
    None for a first print; `replaces` is the serial that a single new voucher takes the place of.
    `second_language` repeats the value and validity for the cashier.
    `cover_language` is the language of the cover page. `format` is a name of `formats.FORMATS`,
    `stack` puts sheets in the order for cutting a pile, `plain` leaves out tint, lines and
    microtext.
    """

    programme: str
    shops: Mapping[str, str]
    hotline: str
    batch_label: str
    printed_by: str
    printed_at: str
    practice: bool = False
    qr_prefix: str = ""
    reprint_reason: str | None = None
    replaces: str | None = None
    second_language: str | None = None
    cover_language: str = "en"
    format: str = "a4"
    stack: bool = False
    plain: bool = False
    logo: Logo | None = None


@dataclass(frozen=True, slots=True)
class SheetCount:
    """What was drawn: vouchers, pages with the cover, and value by (category, currency).

    `missing` are characters that no font has; a box stands in their place.
    """

    vouchers: int
    pages: int
    value_minor: Mapping[tuple[str, str], int]
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ListCount:
    """What was drawn of a list: its pages, and for each beneficiary the characters no font has."""

    pages: int
    missing: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListedVoucher:
    """A voucher as it stands on the distribution list: by serial and value, never its code."""

    serial: str
    category: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class DistributionListRow:
    """One person to hand vouchers to. `document_tail` is the document's last digits alone.

    `city` is the place whose pages it stands on: a city's code, or `code/point`. `remark` stands
    where they would sign.
    """

    city: str
    number: int
    beneficiary: str
    name: str
    name_latin: str
    document_tail: str
    household_size: int
    vouchers: tuple[ListedVoucher, ...] = field(default=())
    remark: str = ""
    received: bool = False
    """Nothing of it is to be handed over any more; it does not count among the page's totals."""


@dataclass(frozen=True, slots=True)
class ListLook:
    """What the pages of a distribution list show alike. `cities` gives names to show by code."""

    programme: str
    batch_label: str
    printed_by: str
    printed_at: str
    practice: bool = False
    language: str = "en"
    cities: Mapping[str, str] = field(default_factory=dict)

    def place_name(self, place: str) -> str:
        """A place for people: the city's name, and the point's where there is one."""
        city, _, point = place.partition("/")
        return f"{self.cities.get(city, city)} {point}".strip()
