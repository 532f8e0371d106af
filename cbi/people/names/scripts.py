"""Which script a name is written in, and one way of writing each letter.

Folding never changes how a name sounds: it unites the letters that keyboards and spreadsheets mix
up (Arabic and Persian kaf and yeh, full-width Latin), drops marks, and lowers the case. Folding
what is folded changes nothing.
"""

import re
import unicodedata
from functools import lru_cache

SCRIPTS = ("Latn", "Cyrl", "Arab")
OTHER = "Zyyy"

_RANGES = (
    ("Latn", re.compile("[a-z\u00c0-\u024f\u1e00-\u1eff\uff21-\uff5a]", re.IGNORECASE)),
    ("Cyrl", re.compile("[\u0400-\u052f]")),
    ("Arab", re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")),
)
_UNITED = str.maketrans(
    {
        "ي": "ی", "ى": "ی", "ې": "ی", "ۍ": "ی", "ئ": "ی", "ێ": "ی", "ے": "ی", "ۓ": "ی", "ك": "ک",
        "ګ": "گ", "ڪ": "ک", "أ": "ا", "إ": "ا", "ٱ": "ا", "ؤ": "و", "ۀ": "ه", "ہ": "ه",
        "ۂ": "ه", "ء": "", "ـ": "", "ڼ": "ن", "ں": "ن", "ټ": "ت", "ډ": "د",
        "ړ": "ر", "ڕ": "ر", "ڵ": "ل", "ۆ": "و", "ۇ": "و", "ڤ": "ف", "ё": "е", "ß": "ss", "æ": "ae",
        "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "þ": "th", "ð": "dh", "ə": "a",
    }
)
_KEEPS_ITS_MARK = frozenset("йўїѓќçşščžğć")
_SORANI_CARRIER = re.compile(r"\bئ(?=[ەاوێۆی])")
_SORANI_AT_THE_END = re.compile(r"ە\b")
"""Kurdish puts ئ before a first vowel, and writes ە for every e; at the end it is ه elsewhere."""
UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


def script_of(text: str) -> str:
    """The ISO 15924 code of the script most letters of a text are in; `Zyyy` for any other."""
    if text.isascii():
        return "Latn" if any(map(str.isalpha, text)) else OTHER
    there = [(script, pattern) for script, pattern in _RANGES if pattern.search(text)]
    if len(there) < 2:
        return there[0][0] if there else OTHER
    counts = [(len(pattern.findall(text)), script) for script, pattern in there]
    best, script = max(counts, key=lambda one: one[0])
    return script if best else OTHER


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """The text in lower case, its letters united, without marks and unseen characters."""
    lowered = unicodedata.normalize("NFKC", UNSEEN.sub("", text)).casefold()
    if lowered.isascii():
        return lowered
    if "ئ" in lowered:
        lowered = _SORANI_CARRIER.sub("", lowered)
    bare = "".join(_without_marks(letter) for letter in lowered)
    folded = unicodedata.normalize("NFC", bare.translate(_UNITED))
    return _SORANI_AT_THE_END.sub("ه", folded) if "ە" in folded else folded


def _without_marks(letter: str) -> str:
    if letter in _KEEPS_ITS_MARK or letter == "آ":
        return letter
    parts = unicodedata.normalize("NFD", letter)
    return "".join(part for part in parts if not unicodedata.combining(part))
