"""Duplicates: one person against ten thousand and a million, and many against themselves.

    python -m tests.benchmarks.duplicates query|bulk [COUNT]

`duplicate-query` asks for people written down once more, the whole way: keyed hashes, opening,
scoring, the line in the log; theirs is the same among ten thousand. `duplicate-bulk` is `bulk` over
the vault against splink on DuckDB over the same people in the clear, each in a process of its own;
both are held to the same truth. Every side is measured by its wall clock and its peak memory.
"""

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

SMALL, LARGE, BULK = 10_000, 1_000_000, 100_000
ASKED = 200
SEED = 23
QUERY_RATIO_MAX, BULK_RATIO_MAX = 5.0, 0.5
F1_SLACK = 0.0
Row = dict[str, Any]


class Measured(NamedTuple):
    """One side: seconds, peak memory, and how well it found what was planted."""

    seconds: float
    peak_mb: float
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def query(small: int = SMALL, large: int = LARGE) -> Row:
    """The row `duplicate-query`: p95 among a million over p95 among ten thousand."""
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = (
            _run("build-and-ask", str(Path(folder) / str(count)), str(count))["p95_ms"]
            for count in (large, small)
        )
    ratio = ours / theirs
    return {
        "name": "duplicate-query", "ours": round(ours, 2), "theirs": round(theirs, 2),
        "ratio": round(ratio, 2), "bar": f"<= {QUERY_RATIO_MAX}", "holds": ratio <= QUERY_RATIO_MAX,
    }


def bulk(count: int = BULK) -> Row:
    """The row `duplicate-bulk`: wall and memory over splink's, F1 no lower."""
    with tempfile.TemporaryDirectory() as folder:
        _run("build", folder, str(count))
        ours = Measured(**_run("ours", folder, str(count)))
        theirs = Measured(**_run("splink", folder, str(count)))
    ratio, memory = ours.seconds / theirs.seconds, ours.peak_mb / theirs.peak_mb
    return {
        "name": "duplicate-bulk", "ours": round(ours.seconds, 2),
        "theirs": round(theirs.seconds, 2), "ratio": round(ratio, 2),
        "bar": f"<= {BULK_RATIO_MAX}, memory too, F1 no lower",
        "holds": ratio <= BULK_RATIO_MAX and memory <= BULK_RATIO_MAX
        and ours.f1 >= theirs.f1 - F1_SLACK,
        "memory_ratio": round(memory, 2), "f1": [round(ours.f1, 4), round(theirs.f1, 4)],
        "ours_measured": ours._asdict(), "theirs_measured": theirs._asdict(),
    }


def _run(side: str, *told: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.duplicates", side, *told], capture_output=True,
        text=True, check=False, cwd=Path(__file__).parents[2],
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def _build(folder: Path, count: int) -> Row:
    """As many people, with who was planted twice."""
    from cbi.practice.generator import new_person, people, truth
    from tests.benchmarks.people_world import desk_in, pour

    rows = list(people(SEED, count))
    numbers = pour(desk_in(folder, create=True), (new_person(row, "bench") for row in rows))
    of = {row.number: number for row, number in zip(rows, numbers, strict=True)}
    planted = [sorted((of[pair.first], of[pair.second])) for pair in truth(rows)]
    (folder / "truth.json").write_text(json.dumps(planted), "utf-8")
    columns = [
        {
            "unique_id": of[row.number], "name": _latin(row.latin, row.cyrillic, row.arabic),
            "father": _latin(row.latin_father, row.cyrillic_father, row.arabic_father),
            "birth": row.birth.date, "year": row.birth.year, "phone": row.phone or None,
            "document": row.document[1] or None, "sex": row.sex or None,
        }
        for row in rows
    ]
    (folder / "people.json").write_text(json.dumps(columns), "utf-8")
    return {"people": len(rows), "planted": len(planted)}


def _latin(*names: str) -> str | None:
    """The first of the names that is there, in plain Latin letters: what theirs can compare."""
    from anyascii import anyascii

    written = next(filter(None, names), "")
    return anyascii(written).lower() or None


def _ours(folder: Path) -> Row:
    from cbi.people.matching.bulk import bulk as search
    from tests.benchmarks.people_world import desk_in

    session = desk_in(folder)
    started = time.perf_counter()
    found = search(session)
    seconds = time.perf_counter() - started
    likely = {
        (pair.first, pair.second) for pair in found.pairs if pair.strength != "possible"
    }
    return _measured(folder, seconds, likely)


def _splink(folder: Path) -> Row:
    """Splink as its tutorial on people sets it up, for these columns."""
    import pandas
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    frame = pandas.DataFrame(json.loads((folder / "people.json").read_text("utf-8")))
    for place, column in enumerate(("first_word", "last_word")):
        frame[column] = frame["name"].str.split().str[-place]
    started = time.perf_counter()
    rules = [
        block_on("document"), block_on("phone"), block_on("birth"),
        block_on("first_word", "last_word"), block_on("first_word", "year"),
        block_on("last_word", "year"),
    ]
    settings = SettingsCreator(
        link_type="dedupe_only", blocking_rules_to_generate_predictions=rules,
        comparisons=[
            cl.JaroWinklerAtThresholds("name", [0.95, 0.88, 0.8]),
            cl.JaroWinklerAtThresholds("father", [0.95, 0.88]),
            cl.DateOfBirthComparison("birth", input_is_string=True),
            cl.ExactMatch("phone"), cl.LevenshteinAtThresholds("document", 1), cl.ExactMatch("sex"),
        ],
    )
    linker = Linker(DuckDBAPI().register(frame), settings, log_level=None)
    training = linker.training
    training.estimate_probability_two_random_records_match(rules[:2], recall=0.4)
    training.estimate_u_using_random_sampling(max_pairs=1e6)
    training.estimate_parameters_using_expectation_maximisation(rules[2])
    training.estimate_parameters_using_expectation_maximisation(rules[3])
    found = linker.inference.predict(threshold_match_probability=0.99).as_pandas_dataframe()
    seconds = time.perf_counter() - started
    pairs = {
        tuple(sorted(pair))
        for pair in zip(found["unique_id_l"], found["unique_id_r"], strict=True)
    }
    return _measured(folder, seconds, pairs)


def _measured(folder: Path, seconds: float, found: Iterable[Any]) -> Row:
    planted = {tuple(pair) for pair in json.loads((folder / "truth.json").read_text("utf-8"))}
    told = set(found)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    hit = len(told & planted)
    return {
        "seconds": seconds, "peak_mb": peak_mb, "precision": hit / max(len(told), 1),
        "recall": hit / max(len(planted), 1),
    }


def _build_and_ask(folder: Path, count: int) -> Row:
    from cbi.practice.generator import new_person, people
    from tests.benchmarks.people_world import desk_in, pour

    folder.mkdir(exist_ok=True)
    if not (folder / "poured").exists():
        pour(desk_in(folder, create=True), (new_person(row, "q") for row in people(SEED, count)))
        (folder / "poured").touch()
    return ask(desk_in(folder), count)


def ask(session: Any, count: int) -> Row:
    """Ask for people of the ledger as another officer would write them; p50 and p95 in ms."""
    from cbi.people.matching.duplicates import find_duplicates
    from cbi.practice.generator import new_person, people

    spread = random.Random(1).sample(range(min(count, SMALL)), ASKED)
    wanted = set(spread)
    asked = [
        new_person(row, "again")
        for place, row in enumerate(islice(people(SEED, count), SMALL)) if place in wanted
    ]
    taken, known = [], 0
    for person in asked:
        started = time.perf_counter()
        found = find_duplicates(session, person.data)
        taken.append((time.perf_counter() - started) * 1_000)
        known += bool(found)
    taken = sorted(taken[ASKED // 10 :])
    return {
        "p50_ms": taken[len(taken) // 2], "p95_ms": taken[int(len(taken) * 0.95)],
        "found": known / ASKED,
    }


SIDES: dict[str, Callable[[Path, int], Row]] = {
    "build": _build, "ours": lambda folder, _: _ours(folder),
    "splink": lambda folder, _: _splink(folder), "build-and-ask": _build_and_ask,
}
ROWS: dict[str, Callable[..., Row]] = {"query": query, "bulk": bulk}

if __name__ == "__main__":
    what, *more = sys.argv[1:]
    if what in ROWS:
        print(json.dumps(ROWS[what](*map(int, more))))
    else:
        print(json.dumps(SIDES[what](Path(more[0]), int(more[1]))))
