"""The corpus: every list read, asked or refused as it must be, none silently wrong."""

from pathlib import Path

from cbi.operators.operator_session import OperatorSession
from tests.enrolment.corpus import corpus, differences, outcome
from tests.lists_page import PAGE, page


def test_every_list_of_the_corpus_comes_to_what_it_must(
    desk: OperatorSession, tmp_path: Path,
) -> None:
    wrong = {}
    for one in corpus():
        folder = tmp_path / one.name
        folder.mkdir()
        found = differences(one.wanted, outcome(desk, one, folder))
        if found:
            wrong[one.name] = found
    assert wrong == {}


def test_the_page_lists_every_shape_and_what_comes_of_it() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python -m tests.lists_page"
