"""Empty forms to fill in, and the sample's people list, written the same byte for byte each time.

`python -m cbi.practice` writes them anew into `data/`; a test holds that nothing changes by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cbi.messages import text
from cbi.practice.generator import people
from cbi.practice.people_list import COLUMNS, write_people_csv, write_people_list
from cbi.practice.sample import PEOPLE, SEED
from cbi.practice.shop_files import STATEMENT_HEADINGS

HELP_LANGUAGES = ("en", "ru")
STATEMENT_LINES = (
    "Retailer / Торговая сеть:", "Statement for / Реестр за период с – по:",
    "Contract / Договор:", "Payer / Плательщик:", "Currency / Валюта:", "Made by / Составил(а):",
)


@dataclass(frozen=True, slots=True)
class EmptyForm:
    """An empty form: its columns as (heading, word); those `needed` by word, and an example each.

    What to write in a column is the text `template.<name>-<word>` of the catalogue.
    """

    name: str
    sheet: str
    columns: Sequence[tuple[str, str]]
    needed: frozenset[str]
    examples: dict[str, str]
    title: tuple[str, ...] = ()


PEOPLE_FORM = EmptyForm(
    "people-list", "People", COLUMNS, frozenset({"city", "consent", "consent-date"}),
    {
        "number": "1", "city": "Almaty", "household": "H0001", "household-size": "4",
        "head": "yes", "latin": "Ahmad Wardak", "latin-father": "Karim", "cyrillic": "Ахмад Вардак",
        "cyrillic-father": "Карим", "arabic": "احمد وردک", "arabic-father": "کریم", "sex": "M",
        "birth": "31.08.1990", "tazkira": "1400-0123-45678", "passport": "P01234567",
        "refugee-certificate": "KZ-RC-012345", "iin": "", "phone": "+7 700 012 34 56",
        "language": "Dari", "consent": "signature", "consent-date": "31.07.2022",
        "consent-text": "KZ22-1", "consent-witness": "", "notes": "",
    },
)
HAND_OVER_FORM = EmptyForm(
    "hand-over-list", "Vouchers",
    (("Serial", "serial"), ("Date", "date"), ("Signed or thumbprint", "acknowledged"),
     ("Notes", "notes")),
    frozenset({"serial"}),
    {"serial": "KZ22-R1-000123", "date": "16.08.2022", "acknowledged": "signature", "notes": ""},
)
REDEMPTION_FORM = EmptyForm(
    "redemption-list", "Vouchers",
    (("Date", "date"), ("Time", "time"), ("Receipt", "receipt"), ("Receipt total", "total"),
     ("Code", "code"), ("Amount", "amount")),
    frozenset({"date", "receipt", "code", "amount"}),
    {"date": "20.08.2022", "time": "14:35", "receipt": "004512", "total": "16 250",
     "code": "XXXX-XXXX-XXXX-XXXX", "amount": "15 000"},
)
STATEMENT_FORM = EmptyForm(
    "retailer-statement", "Statement",
    tuple(zip(STATEMENT_HEADINGS, ("number", "date", "store", "receipt", "voucher", "amount"),
              strict=True)),
    frozenset({"voucher", "amount"}),
    {"number": "1", "date": "20.08.2022", "store": "magnum-almaty-1", "receipt": "004512",
     "voucher": "KZ22-R1-000123", "amount": "15 000"},
    STATEMENT_LINES,
)
PLACES_FORM = EmptyForm(
    "places", "Places",
    (("City / Город", "city"), ("Retailer / Торговая сеть", "retailer"),
     ("Tax number / БИН", "number"), ("Shop / Магазин", "shop")),
    frozenset({"city"}),
    {"city": "Алматы", "retailer": "Magnum", "number": "123456789013", "shop": "Магнум Абая 1"},
)
FORMS = (PEOPLE_FORM, HAND_OVER_FORM, REDEMPTION_FORM, STATEMENT_FORM, PLACES_FORM)


def write_form(path: Path, form: EmptyForm) -> None:
    """One empty form with its help on a second sheet.

    Raises:
        BadFile: the file cannot be written.
    """
    from cbi.files.workbook import Column, Sheet, write_workbook

    columns = [Column(heading, width=max(12, len(heading) + 4)) for heading, _ in form.columns]
    blank = Sheet(form.sheet, columns, [], title=form.title)
    helped = Sheet(
        "Help", [Column(text(f"template.help-{name}", "en")) for name in
                 ("column", "needed", "en", "ru", "example")],
        [
            (heading, text("template.yes") if word in form.needed else "",
             *(text(f"template.{form.name}-{word}", language) for language in HELP_LANGUAGES),
             form.examples[word])
            for heading, word in form.columns
        ],
    )
    write_workbook(path, [blank, helped], title=text(f"template.{form.name}"))


def write_templates(folder: Path) -> list[Path]:
    """Every form as `<name>.xlsx` in a folder that exists; returns the files.

    Raises:
        BadFile: a file cannot be written.
    """
    made = [folder / f"{form.name}.xlsx" for form in FORMS]
    for path, form in zip(made, FORMS, strict=True):
        write_form(path, form)
    return made


def write_sample_people(folder: Path) -> list[Path]:
    """The sample's people list as `people.xlsx` and `people.csv`; returns the files.

    Raises:
        BadFile: a file cannot be written.
    """
    workbook, plain = folder / "people.xlsx", folder / "people.csv"
    write_people_list(workbook, people(SEED, PEOPLE))
    write_people_csv(plain, people(SEED, PEOPLE))
    return [workbook, plain]
