"""Short and long forms of a name: Najib is Najibullah, Karim Abdulkarim, Najm Najmuddin. Pure."""

import re
from functools import lru_cache

from cbi.people.names.scripts import script_of

MADE_WITH = (
    re.compile("^(?:abd[aeou]?[lrsnztd]?|абд[уоеа]?[лрснзтд]?|عبدال?)(?=...)"),
    re.compile("(?<=..)(?:[oe]vi[ct]?ch|[oe]vna|[оеё]вич|[оеё]вна)$"),
    re.compile("(?<=..)(?:[aeiou]?l?l[aou]h?|у?лл[ао][хҳ]?|(?:ال)?له|الله)$"),
    re.compile("(?<=..)(?:[aeiou]?dd?[iey]n|у?дд?ин|ال?دین)$"),
)
PATRONYMIC = 1
"""The place of what makes a father's name: it makes no other form of a name."""
_MADE = {
    "Latn": ("abdul{}", "{}ullah", "{}uddin"), "Cyrl": ("абдул{}", "{}улла", "{}уддин"),
    "Arab": ("عبدال{}", "{}الله", "{}الدین"),
}
FORMS_FROM = 3


@lru_cache(maxsize=100_000)
def bare(text: str) -> dict[int, str]:
    """What is left of a word without what it is made with, by the way in which it is made."""
    found = {}
    for way, pattern in enumerate(MADE_WITH):
        made = pattern.search(text)
        if made:
            found[way] = text[: made.start()] + text[made.end() :]
    return found


@lru_cache(maxsize=100_000)
def other_forms(text: str) -> tuple[str, ...]:
    """The short form of a long name, or the long ones of a short name."""
    left = [form for way, form in bare(text).items() if way != PATRONYMIC]
    if left:
        return tuple(form for form in left if len(form) >= FORMS_FROM)
    if len(text) < FORMS_FROM:
        return ()
    return tuple(made.format(text) for made in _MADE.get(script_of(text), ()))
