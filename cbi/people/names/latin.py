"""Sounds of words in Latin script: English and French romanisations of Persian, Arabic and Russian
names, Uzbek, Turkish and Kazakh Latin, and European names. A Turkish or Azeri c is j (Celal).

Two letters may be one sound or two (th in Othman and in Fathi), and one letter several (g in
Gamal and in Ghani); each group gives its choices, the likeliest first.
"""

import re

MARKED = "çşščžğć"
"""Letters whose mark says how they sound; other marks are dropped before."""

Choices = list[tuple[str, ...]]

_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("(?<=^i)sh(?=a[qkg])|(?<=^e)sh(?=a[qkg])", ("sh",)),
    ("tsch|tch", ("c",)), ("shch|sch", ("S",)), ("dzh|dj", ("j",)), ("chael", ("kal",)),
    ("ch(?=[rl])", ("k", "S")), ("ch", ("c", "S")), ("sh", ("S",)),
    ("khw(?=a)", ("x", "xv")), ("kh", ("x",)), ("gh", ("g", "q")),
    ("ph", ("f",)), ("th", ("t", "th")), ("zh", ("j", "zh")), ("dh", ("d", "dh")),
    ("bh", ("b", "bh")), ("jh", ("j", "jh")), ("^q(?=[ou])", ("q", "g")),
    ("oo|ou(?![aei])", ("u",)), ("ee", ("i",)), ("ck", ("k",)), ("tz", ("ts",)),
    ("qu(?=[ei])", ("k",)),
    ("cc", ("k",)), ("c(?=[eiy])", ("s", "j")), ("c(?=[aou])", ("k", "j")),
    ("(?<=[ao])w(?![aeiouy])", ("v", "u")),
    ("(?<=[aeo])w(?=[ou])", ("v", "")), ("(?<=[aeiou])j(?![aeiou])", ("j", "y")),
    ("^x", ("x",)), ("x", ("ks", "x")), ("g(?![uh])", ("g", "j")),
    ("^y(?=[aeiou])", ("y",)), ("y", ("i",)), ("^ou(?=[aei])", ("v", "u")),
    ("ou(?=[aei])", ("u", "v")), ("[şš]", ("S", "s")), ("ç", ("c", "s")), ("[čć]", ("c", "k")),
    ("ž", ("j", "z")), ("ğ", ("g", "")),
)
_PLAIN = {"c": "k", "w": "v"}
_SOUND = re.compile("|".join(f"({group})" for group, _ in _GROUPS) + "|.")
_PATRONYMIC = re.compile(
    "(?<=...)(?:[oe]vi[ct]?ch|[oe]vna|uly|ugli|o?gly|oglu|[qk][iy]zy|qizi)$"
)
_ARTICLE = re.compile("[ae]l(?=[bcdfghjklmnpqrstvwxz]..)")
_H_AT_THE_END = re.compile("(?<=[aeiou])h$")
_VOWELS = re.compile("[aeiouy]+")


def choices(word: str) -> Choices:
    """What each group of letters of a word in plain a–z may sound like."""
    plain = _PATRONYMIC.sub("", word)
    if len(_VOWELS.findall(plain)) > 1 and not plain.endswith(("kh", "gh")):
        plain = _H_AT_THE_END.sub("", plain)
    found = [_sounds(group) for group in _SOUND.finditer(plain)]
    if len(plain) >= 7 and _ARTICLE.match(plain):
        found[:2] = [("al", "")]
    return found


def _sounds(group: re.Match[str]) -> tuple[str, ...]:
    if group.lastindex is None:
        return (_PLAIN.get(group[0], group[0]),)
    return _GROUPS[group.lastindex - 1][1]
