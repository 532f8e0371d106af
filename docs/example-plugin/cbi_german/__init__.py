"""German for cbi: a retailer's headings, a list's words, and the texts of a till."""

from importlib.resources import files

STATEMENT = {
    "voucher": ["Gutscheinnummer", "Gutschein-Nr.", "Gutschein"],
    "amount": ["Betrag", "Summe"],
    "date": ["Datum", "Kaufdatum"],
    "store": ["Filiale", "Markt"],
    "receipt": ["Belegnummer", "Bon-Nr.", "Kassenbon"],
}
"""By field, the headings that a retailer's statement may have for it."""

VOCABULARY = {
    "headings": {
        "name": {"de": ["Name", "Vor- und Nachname"]},
        "father": {"de": ["Name des Vaters"]},
        "birth": {"de": ["Geburtsdatum", "geboren am"]},
        "sex": {"de": ["Geschlecht"]},
        "phone": {"de": ["Telefon", "Handynummer"]},
        "city": {"de": ["Stadt", "Wohnort"]},
    },
    "words": {"sex": {"f": ["weiblich"], "m": ["männlich"]}},
}
"""By field, the headings of a people's list; and words that stand in its cells."""

TEXTS = files("cbi_german") / "texts"
"""A folder of texts like `cbi/messages/texts/en`; what is missing is said in English."""
