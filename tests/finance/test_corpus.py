"""Twenty-four invented statements with thirteen mistakes in each: all found, none invented."""

import json
from pathlib import Path

import pytest

from cbi.files import read_tables
from tests.finance.statements.__main__ import FOLDER, LANGUAGES, expected, made
from tests.finance.statements.campaign import campaign
from tests.finance.statements.later import LATER
from tests.finance.statements.measuring import Measure, measures
from tests.finance.statements.newest import NEWEST
from tests.finance.statements.planting import planted
from tests.finance.statements.shapes import SHAPES, Shape


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


@pytest.mark.parametrize("shapes", [LATER, NEWEST], ids=["later", "newest"])
def test_shapes_that_the_reader_was_not_made_for_are_read_alike(
    shapes: dict[str, Shape], tmp_path: Path
) -> None:
    """When it first saw the later ones it read 21 of 24 and found 257 of 312, with 119 invented;
    of the newest 18 of 24 and 186 of 312, with 349 invented."""
    for shape, (draw, has) in shapes.items():
        for language in LANGUAGES:
            plan = planted(campaign(), has, f"{shape} {language}")
            document = draw(language, plan)
            path = tmp_path / f"{shape}-{language}.{document.ending}"
            document.save(path)
            path.with_suffix(".json").write_text(json.dumps(expected(document, plan)), "utf-8")
    found = measures(tmp_path)
    assert len(found) == 24
    assert "\n".join(str(one) for one in found if not one.is_whole) == ""


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
