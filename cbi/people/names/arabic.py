"""Sounds of words in Arabic script: Arabic, Dari and Persian, Pashto, Urdu, Kurdish.

Short vowels are not written, and some letters are read differently by language: ض is z in Persian
and d in Arabic, ق is q or gh, و is v, u or o. Each place of a word gives its choices, the likeliest
first.
"""

import re

Choices = list[tuple[str, ...]]

_LETTERS: dict[str, tuple[str, ...]] = {
    "ا": ("a",), "آ": ("a",), "ع": ("a",), "ب": ("b",), "پ": ("p",), "ت": ("t",), "ط": ("t",),
    "ٹ": ("t",), "ث": ("s", "t"), "ج": ("j",), "چ": ("c",), "څ": ("c",), "ځ": ("z",), "ح": ("h",),
    "خ": ("x",), "د": ("d",), "ڈ": ("d",), "ذ": ("z", "d"), "ر": ("r",), "ڑ": ("r",), "ز": ("z",),
    "ژ": ("j",), "ږ": ("j", "g"), "س": ("s",), "ص": ("s",), "ش": ("S",), "ښ": ("S", "x"),
    "ض": ("z", "d"), "ظ": ("z", "d"), "غ": ("g",), "ف": ("f",), "ق": ("q", "g"), "ک": ("k",),
    "گ": ("g",), "ل": ("l",), "م": ("m",), "ن": ("n",), "و": ("u",), "ه": ("h",), "ھ": ("h",),
    "ة": ("a",), "ی": ("i",), "à": ("a", "i"), "ù": ("u",), "é": ("ay",), "ە": ("e",),
    "č": ("c", "tS"),
}
_ASPIRATES = frozenset("بپتٹجچدڈرڑگلمن")
_ARTICLE_KEPT = re.compile("ال(?:یا[سنر]|هام|ناز|هه|برز|ما[سی]|میر|وند|غ(?:ب|$)|ف$|نور|تا[نفی]|کس)")
_BEFORE_SUN = re.compile(
    "(?<=..)ال(?=دین|رح|رش|رز|صمد|ستار|سلام|ناصر|نور|نسا|رو?ف|شکور|ظاهر|رسول|صبور)"
)
_SPECIAL = (
    (re.compile("تش"), "č"), (re.compile("ذوال"), "ذال"), (re.compile("ابوال"), "ابال"),
    (re.compile("های$"), "ای"), (re.compile("^عبید"), "ùبéد"),
    (re.compile("^((?:ال)?(?:مصطف|مجتب|مرتض|یحی|بشر|کبر|صغر|سلو|لیل|سلم|یسر|مثن|موس|عیس|هد|ضح|من))ی$"),
     r"\1à"), (re.compile("^طه$"), "طاها"),
)


def choices(word: str) -> Choices:
    """What each letter of a folded word may sound like."""
    for written, read in _SPECIAL:
        word = written.sub(read, word)
    word = _BEFORE_SUN.sub("", word)
    letters = [letter for letter in word if letter in _LETTERS]
    found: Choices = []
    if len(letters) >= 4 and word.startswith("ال"):
        found = [("", "al")] if not _ARTICLE_KEPT.match(word) else [("al",)]
        letters = letters[2:]
    framed = ["", *letters, "", ""]
    found += [
        _sounds(framed[place], framed[place - 1], framed[place + 1 : place + 3])
        for place in range(1, len(letters) + 1)
    ]
    return found


def _sounds(letter: str, before: str, after: list[str]) -> tuple[str, ...]:
    rule = _RULES.get(letter)
    if rule:
        return rule(before, after[0], after[1])
    once = _LETTERS[letter]
    return once if letter != before else ("", f"e{once[0]}")


def _waw(before: str, after: str, second: str) -> tuple[str, ...]:
    if not before:
        return ("v",)
    if before == "خ" and after == "ا":
        return ("", "v")
    if after in ("ا", "آ"):
        return ("v",)
    if after == "ی":
        return ("v",) if second and second not in "اآن" else ("v", "u")
    if before in ("ا", "آ"):
        return ("v", "u")
    return ("u", "v")


def _heh(before: str, after: str, _: str) -> tuple[str, ...]:
    if after:
        return ("h",)
    return ("h", "") if before in ("ا", "و") else ("a",)


def _hah(_: str, after: str, __: str) -> tuple[str, ...]:
    return ("h",) if after else ("h", "")


def _aspirate(before: str, _: str, __: str) -> tuple[str, ...]:
    if before == "ک":
        return ("", "h")
    return ("",) if before in _ASPIRATES else ("h",)


def _kaf(_: str, after: str, __: str) -> tuple[str, ...]:
    return ("x", "k") if after == "ھ" else ("k",)


def _yeh(before: str, _: str, __: str) -> tuple[str, ...]:
    return ("i",) if before else ("y",)


def _ta_marbuta(before: str, after: str, _: str) -> tuple[str, ...]:
    return ("t",) if after or before == "ا" else ("a",)


_RULES = {
    "و": _waw, "ه": _heh, "ح": _hah, "ھ": _aspirate, "ک": _kaf, "ی": _yeh, "ة": _ta_marbuta,
}
