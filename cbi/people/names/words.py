"""The words of a name: what stands for itself, what belongs together, what says nothing.

`Abdul Rahman` and `Abdulrahman` are one word, so are `Habib Ullah`, `Ahmad Zai`, `Najm ud Din` and
`Abu Bakr`; articles and the words for son and daughter fall away.
"""

import re
from functools import lru_cache

from cbi.people.names.scripts import fold


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SPLIT = re.compile(r"[\W\d_]+")
_SILENT = str.maketrans("", "", "'’‘ʻʼ`´ʹʿʾ")
_DROPPED = _set(
    "al el ul ur ud us as ar ibn bin ben bint binti ould walad wald so do аль эль ибн бин оглы "
    "оглу кызы углы улы кизи uly ogly oglu oghlu qizi qyzy kyzy ال ابن بن بنت ولد"
)
_JOINS_NEXT = _set(
    "abd abdul abdel abdal abdol abdur abdus abu abo абд абдул абдуль абдель абдал абу "
    "عبد عبدال ابو"
)
_JOINS_BEFORE = _set(
    "ullah ulla allah ollah ullo ulloh oullah uddin din deen aldin eddin zai zay zada zadah zadeh "
    "zoda улла уллах аллах улло уллоҳ дин уддин эддин зай зада заде зода "
    "الله اله الدین الدين دین زی زئی زایی زاده زوی"
)


@lru_cache(maxsize=65_536)
def words(text: str) -> tuple[str, ...]:
    """The words of a name, folded, compounds joined, in the order written."""
    found: list[str] = []
    joins_next = False
    for part in _SPLIT.split(fold(text).translate(_SILENT)):
        if not part or (part in _DROPPED and len(part) > 1):
            continue
        if found and (joins_next or part in _JOINS_BEFORE):
            found[-1] += part
        else:
            found.append(part)
        joins_next = part in _JOINS_NEXT
    return tuple(found)
