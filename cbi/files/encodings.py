"""Which of the old code pages a text is in, where it is no Unicode: by the words it makes. Pure.

Windows has a code page for each corner of the world, and a file does not say which. In the wrong
one words turn strange: two alphabets in one (`Prйnom`), capitals amid small letters (`ЗЗЗбг`),
letters that no language here has. The one in which words are least strange is taken, cp1251 of
several that are equally good.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

CODE_PAGES = ("cp1251", "cp1254", "cp1256", "cp866")
_SAMPLE_BYTES = 65_536
_WORD = re.compile(r"[^\W\d_]+")
_AMID = re.compile(r"[^\W\d_]\S?[^\w\s.,;:'\"()/+«»№°’‘“”–—-]\S?[^\W\d_]")
_RARE = frozenset("ЂЃѓЉЊЌЋЏђљњќћџЅѕЈјўЎ¤¦§¬®±¶ðþÐÞýÝ")


def code_page(content: bytes) -> str:
    """The code page of a text that is not UTF-8."""
    sample = content[:_SAMPLE_BYTES]
    pages = [page for page in CODE_PAGES if _strangeness(sample, page) is not None]
    return min(pages, key=lambda page: _strangeness(sample, page) or 0, default=CODE_PAGES[0])


@lru_cache(maxsize=16)
def _strangeness(sample: bytes, page: str) -> float | None:
    """Which share of the words with foreign letters is strange; None if it cannot be read so."""
    try:
        text = sample.decode(page)
    except UnicodeDecodeError:
        return None
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    strange = sum(map(_is_strange, words)) + len(_AMID.findall(text))
    strange += sum(letter in _RARE for letter in text if not letter.isalpha())
    return strange / max(len(words), 1)


def _is_strange(word: str) -> bool:
    scripts = {_script(letter) for letter in word}
    if len(scripts) > 1 or not _RARE.isdisjoint(word):
        return True
    if any(before.islower() and after.isupper() for before, after in pairwise(word)):
        return True
    foreign = sum(not letter.isascii() for letter in word)
    return scripts == {"LATIN"} and len(word) > 2 and 2 * foreign > len(word)


@lru_cache(maxsize=1024)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").split()[0]
