"""What is copied or searched in a PDF of ours is what stands on it, in every script."""

import io
import subprocess
from datetime import datetime
from pathlib import Path

import pypdfium2
import pytest

from cbi.paper import draw_distribution_list
from cbi.paper.values import DistributionListRow, ListedVoucher, ListLook
from tests.programs import program

NAMES = ("جلال سلام", "غلام علی (اسلام)", "لاله", "محمد", "Zahra Haidari", "Әлия Қабдолова")


@pytest.fixture
def drawn() -> bytes:
    """A distribution list with these names."""
    rows = [
        DistributionListRow(
            city="almaty", number=place, beneficiary=f"B-{place}", name=name, name_latin="",
            document_tail="1234", household_size=1, remark="",
            vouchers=(ListedVoucher(f"S-{place}", "food", 100, "KZT"),),
        )
        for place, name in enumerate(NAMES, 1)
    ]
    look = ListLook(programme="P", batch_label="B", printed_by="x", printed_at="2022-08-16 10:00",
                    practice=False, language="fa", cities={"almaty": "Almaty"})
    out = io.BytesIO()
    draw_distribution_list(out, rows, look, created=datetime(2022, 8, 16),  # noqa: DTZ001
                           password=None, progress=None)
    return out.getvalue()


def missing(copied: str) -> list[str]:
    return [word for name in NAMES for word in name.strip("()").split()
            if word.strip("()") not in copied]


def test_a_name_is_copied_as_it_is_written(drawn: bytes) -> None:
    copied = "".join(
        page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(drawn)
    )
    assert missing(copied) == []


def test_another_reader_finds_it_too(drawn: bytes, tmp_path: Path) -> None:
    path = tmp_path / "list.pdf"
    path.write_bytes(drawn)
    said = subprocess.run(
        [program("pdftotext"), "-raw", str(path), "-"], capture_output=True, check=True
    )
    assert missing(said.stdout.decode("utf-8")) == []
