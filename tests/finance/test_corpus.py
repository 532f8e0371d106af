"""Twenty-four invented statements with thirteen mistakes in each: all found, none invented."""

import json
from pathlib import Path

import pytest

from cbi.files import read_tables
from tests.finance.statements.__main__ import FOLDER, LANGUAGES, expected, made
from tests.finance.statements.measuring import Measure, measures
from tests.finance.statements.shapes import SHAPES


@pytest.fixture(scope="module")
def measured() -> dict[str, Measure]:
    return {one.name: one for one in measures(FOLDER)}


def test_every_mistake_is_found_none_is_invented_and_sums_are_exact(
    measured: dict[str, Measure],
) -> None:
    assert len(measured) == len(SHAPES) * len(LANGUAGES) == 24
    assert [one.planted for one in measured.values()] == [13] * 24
    assert "\n".join(str(one) for one in measured.values() if not one.is_whole) == ""


def test_every_planted_slip_is_cured_and_none_wrongly(measured: dict[str, Measure]) -> None:
    assert all(right == planted > 0 for right, planted in
               (one.cured for one in measured.values()))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_committed_files_are_what_the_generator_makes(
    shape: str, language: str, tmp_path: Path
) -> None:
    document, plan = made(shape, language)
    name = f"{shape}-{language}.{document.ending}"
    document.save(tmp_path / name)
    fresh, kept = (
        [(table.sheet, table.rows, table.hidden) for table in read_tables(folder / name)]
        for folder in (tmp_path, FOLDER)
    )
    assert fresh == kept
    told = json.loads((FOLDER / f"{shape}-{language}.json").read_text("utf-8"))
    assert told == expected(document, plan)
