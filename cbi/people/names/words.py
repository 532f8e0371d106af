"""The words of a name: what stands for itself, what belongs together, what says nothing.

`Abdul Rahman` and `Abdulrahman` are one word, so are `Habib Ullah`, `Ahmad Zai`, `Najm ud Din` and
`Abu Bakr`; `Habiburrahman` and `Habib ur Rahman` are two. Articles, the words for son and daughter
and titles fall away, unless nothing else is left.
"""

import re
from functools import lru_cache

from cbi.people.names.scripts import UNSEEN, fold

_SPLIT = re.compile(r"[\W\d_]+")
_JOINER_AFTER_HEH = re.compile("ه\u200c(?=\\w{3})")
"""سیده‌زهرا is two words, written so that the letters do not join; تره‌کی is one."""
_SILENT = str.maketrans("", "", "'’‘ʻʼ`´ʹʿʾ")
_BEFORE_SPLIT = re.compile(
    r"\b(?:[sdwc]/o|[uoe]n[ -](?=n[ei]ss?a\b)|[аэ]ль-|[aeu](?:l|r|s|sh|d|dh|n|t|z)-(?=\w{3}))"
    r"|(?<=\w-)u?[rl](?=-)",
    re.IGNORECASE,
)


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DROPPED = _set(
    "al el ul ur ud us ibn bin ben bint binti ould walad wald son daughter аль эль ибн бин бен "
    "бинт оглы оглу кызы углы улы ұлы қызы кизи uly ogly oglu oghlu qizi qyzy kyzy kizi ال ابن بن "
    "بنت ولد فرزند mr mrs ms miss dr prof eng haji hajji hadji alhaj haj mawlawi mawlavi molavi "
    "maulvi maulavi moulavi qari qary kari хаджи хожи ҳоҷӣ мавлави мавлавӣ кори қори қорӣ "
    "حاجی حاج الحاج مولوی قاری داکتر دکتر انجنیر شاغلی میرمن آقای خانم wife husband widow of "
    "engineer doctor жена муж вдова сын дочь همسر زوجه"
)
_TITLES = _set(
    "mullah mulla molla mola sheikh shaikh shekh shaykh sheik ustad ustaad ostad ustod ustoz "
    "мулла мулло шейх шайх устад устод устоз ملا شیخ استاد استاذ"
)
"""These stand before a name, and are one where nothing follows."""
_TITLES_AFTER = _set("saheb sahib sahab sayeb сахиб сохиб соҳиб صاحب")
"""These stand after a name or a title, and are part of a name where nothing is before."""
_GOES_ON = _set("gul jan khan dad nur noor zaman گل جان خان داد نور زمان")
"""Sahib Jan is a name."""
_FROM = _set("from из از")
"""What follows is a place."""
_JOINS_NEXT = _set(
    "abd abdul abdel abdal abdol abdur abdus abu abo abul abol абд абдул абдуль абдель абдал абу "
    "عبد عبدال ابو"
)
_JOINS_BEFORE = _set(
    "ullah ulla allah ollah ullo ulloh oullah llah lah uddin ullo din deen aldin eddin eddine zai "
    "zay улла уллах аллах улло уллоҳ дин уддин эддин зай الله اله الدین دین زی زیی زایی زوی "
    "nisa nesa nissa unnisa нисо нисса уннисо النسا نسا"
)
_JOINS_BEFORE_AT_THE_END = _set("zada zadah zadeh zoda зада заде зода зод زاده")
_WHOLE = dict.fromkeys(("mohd", "md", "muhd", "mhd", "mohm", "mhmd"), "mohammad")
_TWO = (
    re.compile("(?!abd)(.{3,}?)[aeiou]?[lr]?(r[ae]hm[ao]n|rahim|haqq?)$"),
    re.compile("(?!абд)(.{3,}?)[уоиа]?[лр]?(рахм[ао]н|раҳмон|рахим|хакк?|ҳақ)$"),
    re.compile("(?!عبد)(.{2,})ال(رحمن|رحمان|رحیم|حق)$"),
)
_NOT_A_NAME = (
    "(?:(?:za(?:i|y|d|da|deh?|doda)|zoda|zade|ian|yan|pou?r|nia|ova?|ev|i|y|khel"
    "|за(?:й|да|де)|зода|и?ян|пур|ния|ова?|ев|и|й|хель?"
    "|زی|زیی|زایی|زاده|یان|پور|نیا|وف|وند|خیل|ی|یه|لو)$"
    "|[uoa]?u?ll|u?dd?[ie]|e?ddi|у?лл|алл|у?дд?и|الله|الدین|دین)"
)
_PREFIXED = re.compile(
    "(m[ou]h?amm?[ae]d|sayy?[ei]d|seyy?[ei]d|syed|said(?=ali$|.{4})|м[оу]хамм?[ае]д|мамад"
    "|са[йи][ие]?д|محمد|سید)"
    f"(?!{_NOT_A_NAME})(.{{3,}})"
)
"""Mohammadreza is Mohammad Reza, سیدمهدی Sayed Mahdi; Mohammadzai and محمدیان are one word."""
_PREFIXES_IN = ("m", "s", "м", "с", "م", "س")
TWO_FROM, _LAST_OF_TWO = 6, frozenset("nmqнмкқقنم")
_WITH_ARTICLE = re.compile(
    "(?!rasul)(...+)u(?:l (?:haqq?|huq|hoque|islam|alam)|r (?:r[ae]hm[ao]n|rahim))"
)
"""Shafiqul Islam is Shafiq ul Islam."""


@lru_cache(maxsize=65_536)
def words(text: str) -> tuple[str, ...]:
    """The words of a name, folded, compounds joined, in the order written."""
    return tuple(word for word, _ in spelled(text))


@lru_cache(maxsize=65_536)
def spelled(text: str) -> tuple[tuple[str, str], ...]:
    """The words of a name, each with how it was written."""
    parted = _JOINER_AFTER_HEH.sub("ه ", text) if "\u200c" in text else text
    seen = parted if parted.isascii() else UNSEEN.sub("", parted)
    bare = _BEFORE_SPLIT.sub(" ", seen.translate(_SILENT))
    parts = [(word, part) for part in _SPLIT.split(bare) if (word := fold(part))]
    kept = _without_titles(parts)
    found: list[tuple[str, str]] = []
    joins_next = False
    last = len(kept or parts) - 1
    for place, (part, written) in enumerate(kept or parts):
        if found and (joins_next or part in _JOINS_BEFORE or (
            place == last and part in _JOINS_BEFORE_AT_THE_END
        )):
            found[-1] = found[-1][0] + part, f"{found[-1][1]} {written}"
        else:
            if found and (whole := _WITH_ARTICLE.fullmatch(f"{found[-1][0]} {part}")):
                found[-1] = whole[1], found[-1][1]
            found += [(word, written) for word in _as_two(_WHOLE.get(part, part))]
        joins_next = part in _JOINS_NEXT
    return tuple(found)


def _without_titles(parts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Without titles that stand beside a name, and without where somebody comes from."""
    kept: list[tuple[str, str]] = []
    for place, (part, written) in enumerate(parts):
        after = parts[place + 1][0] if place + 1 < len(parts) else ""
        if part in _FROM and kept:
            break
        title = part in _DROPPED or (part in _TITLES and after) or (
            part in _TITLES_AFTER and place and after not in _GOES_ON
        )
        if not title:
            kept.append((part, written))
    return kept


def _as_two(part: str) -> tuple[str, ...]:
    if len(part) < TWO_FROM:
        return (part,)
    if part[0] in _PREFIXES_IN and (found := _PREFIXED.fullmatch(part)):
        return found.groups()
    if part[-1] in _LAST_OF_TWO:
        for pattern in _TWO:
            found = pattern.fullmatch(part)
            if found:
                return found.groups()
    return (part,)
