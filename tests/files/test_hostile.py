"""Files that ask for too much or mislead are refused by name, by limits lowered for the test."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from cbi.base import BadFile
from cbi.files import Limits, read_table
from cbi.messages import text
from tests.files.builders import ROW, cell, open_document, open_row, packed, sheet_xml

SMALL = replace(
    Limits(), rows_max=200, columns_max=20, cells_max=5_000, entries_max=20,
    unpacked_bytes_max=1 << 20,
)
"""Limits for these tests: what goes beyond them here is nothing that would trouble a parser."""
FAR = f'<row r="300">{cell("AB300")}</row>'
DECLARED = '<!DOCTYPE worksheet [<!ENTITY a "a word">]>'
EXTERNAL = '<!DOCTYPE worksheet SYSTEM "sheet.dtd">'

REFUSED = {
    "a part packed too well": (packed(sheet_xml(ROW + " " * 2_000_000)), "xlsx-bomb"),
    "more than is unpacked": (
        packed(more={"xl/media/1.bin": bytes(range(256)) * 6_000}), "xlsx-bomb"),
    "many small parts": (
        packed(more={f"xl/media/{n}.xml": "<a/>" for n in range(30)}), "xlsx-bomb"),
    "a cell beyond the last row and column": (packed(sheet_xml(ROW + FAR)), "xlsx-far-cell"),
    "the same in single quotes": (
        packed(sheet_xml(ROW + FAR.replace('"', "'"))), "xlsx-far-cell"),
    "alone and in single quotes": (packed(sheet_xml(FAR.replace('"', "'"))), "xlsx-far-cell"),
    "a declared entity": (packed(sheet_xml(head=DECLARED)), "xlsx-doctype"),
    "a DOCTYPE in shared texts": (
        packed(more={"xl/sharedStrings.xml": DECLARED + "<sst/>"}), "xlsx-doctype"),
    "a DOCTYPE that names a file": (packed(sheet_xml(head=EXTERNAL)), "xlsx-doctype"),
    "a part in another encoding": (
        packed(more={"xl/sharedStrings.xml": "<sst/>".encode("utf-16")}), "xlsx-damaged"),
    "a password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
        + "EncryptedPackage".encode("utf-16-le") + bytes(500), "password"),
    "an ODS under a password": (
        open_document(open_row(), manifest="<manifest:encryption-data/>"), "password"),
    "an ODS that repeats one cell": (
        open_document(open_row(times=30, wide=30)), "xlsx-far-cell"),
    "a truncated archive": (packed()[:-200], "xlsx-damaged"),
    "the beginning of an archive": (packed()[:600], "xlsx-damaged"),
    "a zip of other things": (
        packed(more={"x": "x"}).replace(b"xl/workbook.xml", b"xl/workboek.xml"), "not-xlsx"),
    "a Word document's container": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
        + "WordDocument".encode("utf-16-le"), "not-a-table"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "not-a-table"),
    "a PDF": (b"%PDF-1.7\n" + bytes(100), "not-a-table"),
    "a web page": (b"<html><body><p>a</p></body></html>", "markup-unreadable"),
    "noise": (bytes(range(256)) * 20, "not-a-table"),
    "nothing": (b"", "empty"),
    "only separators": (b";;;\r\n;;;\r\n", "empty"),
    "XML of something else": (b"<?xml version='1.0'?><rows><row/></rows>", "markup-unreadable"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_honest_list_is_refused_by_name(tmp_path: Path, what: str) -> None:
    content, code = REFUSED[what]
    path = tmp_path / "list.xlsx"
    path.write_bytes(content)
    with pytest.raises(BadFile) as refused:
        read_table(path, limits=SMALL)
    assert refused.value.code == f"files.{code}"
    assert "list.xlsx" in text(refused.value.code, "ru", **refused.value.facts)
    assert os.listdir(tmp_path) == ["list.xlsx"]


def test_a_part_that_lies_about_its_size_is_damaged(tmp_path: Path) -> None:
    content = bytearray(packed(sheet_xml(ROW + " " * 5_000)))
    real = (5_000 + len(sheet_xml())).to_bytes(4, "little")
    assert content.count(real) == 2
    path = tmp_path / "lies.xlsx"
    path.write_bytes(bytes(content).replace(real, (10).to_bytes(4, "little")))
    with pytest.raises(BadFile, match="xlsx-damaged"):
        read_table(path)


@pytest.mark.parametrize("dimension", ["A1:T200", "A1:A1", "A5:B2"])
def test_what_a_sheet_says_of_its_size_is_not_believed(tmp_path: Path, dimension: str) -> None:
    rows = "".join(f'<row r="{n}">{cell(f"A{n}")}</row>' for n in range(1, 300))
    path = tmp_path / "list.xlsx"
    path.write_bytes(packed(sheet_xml(rows, dimension=dimension)))
    assert len(read_table(path).rows) == 299


def test_a_sheet_that_declares_every_row_has_those_with_content(tmp_path: Path) -> None:
    empty = "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(2, 400))
    path = tmp_path / "list.xlsx"
    path.write_bytes(packed(sheet_xml(ROW + empty, dimension="A1:L400")))
    assert [row.number for row in read_table(path, limits=SMALL).rows] == [1]


def test_macros_and_links_are_told_and_the_cells_are_read(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsm"
    path.write_bytes(packed(
        more={"xl/vbaProject.bin": b"x", "xl/externalLinks/externalLink1.xml": "<a/>"}
    ))
    table = read_table(path)
    assert [row.cells for row in table.rows] == [("name",)]
    assert [one.code for one in table.warnings] == ["files.macros", "files.external-links"]


def test_a_formula_without_its_value_is_told_by_its_cell(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(packed(sheet_xml(
        f'<row r="1">{cell("A1")}<c r="B1"><f>1+1</f><v>2</v></c>'
        '<c r="C1"><f>1+1</f></c></row>'
    )))
    table = read_table(path)
    assert table.rows[0].cells == ("x", 2.0)
    assert [one.facts["cell"] for one in table.warnings] == ["sheet1!C1"]


def test_hidden_and_further_sheets_are_told(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(packed(names=("Notes", "One", "Two"), hidden=("Notes",)))
    table = read_table(path)
    assert table.sheet == "One"
    assert [one.code for one in table.warnings] == ["files.hidden-sheets", "files.other-sheets"]
    assert read_table(path, sheet="notes").sheet == "Notes"
    with pytest.raises(BadFile, match="no-sheet"):
        read_table(path, sheet="Three")


@pytest.mark.parametrize("ending", [".csv", ".xls", ".xlsm", ".txt", ""])
def test_a_renamed_ending_deceives_nobody(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"list{ending}"
    path.write_bytes(packed())
    assert read_table(path).rows[0].cells == ("name",)
    path.write_bytes(b"name;phone\r\nA;1\r\n")
    assert [row.cells for row in read_table(path).rows] == [("name", "phone"), ("A", "1")]


def test_a_file_larger_than_allowed_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"a,b\n" * 1_000)
    with pytest.raises(BadFile, match="too-large"):
        read_table(path, limits=replace(Limits(), file_bytes_max=100))


def test_a_child_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}">{cell(f"A{n}")}{cell(f"B{n}")}</row>' for n in range(1, 200_000))
    path = tmp_path / "list.xlsx"
    path.write_bytes(packed(sheet_xml(rows)))
    with pytest.raises(BadFile, match="too-slow"):
        read_table(path, limits=replace(Limits(), seconds_max=0))


def test_a_child_that_takes_too_much_memory_ends_alone(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}">{cell(f"A{n}", "word " * 40)}</row>' for n in range(1, 100_000))
    path = tmp_path / "list.xlsx"
    path.write_bytes(packed(sheet_xml(rows)))
    with pytest.raises(BadFile, match="xlsx-unreadable"):
        read_table(path, limits=replace(Limits(), memory_bytes_max=40 << 20))


def test_where_no_limit_can_be_set_the_childs_memory_is_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cbi.files import sandbox

    slow = tmp_path / "slow.py"
    slow.write_text("import sys, time\nsys.stdin.buffer.read()\nheld = bytes(90 << 20)\n"
                    "held = bytearray(held)\ntime.sleep(60)\n")
    monkeypatch.setattr(sandbox, "_CHILD", slow)
    monkeypatch.setattr(sandbox, "_MEMORY_IS_LIMITED", False)
    start = time.monotonic()
    with pytest.raises(BadFile, match="xlsx-unreadable"):
        sandbox.parse_workbook(
            b"x", file="list.xlsx", limits=replace(Limits(), memory_bytes_max=50 << 20)
        )
    assert time.monotonic() - start < 20


@pytest.mark.parametrize("answer", [
    "", "import os; os.write(1, bytes(7) + b'\\x09half')", "raise SystemExit(1)",
    "import os; os.kill(os.getpid(), 9)",
])
def test_a_child_that_ends_before_its_answer_is_a_file_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    from cbi.files import sandbox

    gone = tmp_path / "gone.py"
    gone.write_text(f"import sys\nsys.stdin.buffer.read()\n{answer}\n")
    monkeypatch.setattr(sandbox, "_CHILD", gone)
    with pytest.raises(BadFile, match="xlsx-unreadable"):
        sandbox.parse_workbook(b"x", file="list.xlsx", limits=Limits())


def test_the_child_imports_nothing_from_the_folder_we_stand_in(tmp_path: Path) -> None:
    (tmp_path / "python_calamine.py").write_text("raise SystemExit('taken over')")
    (tmp_path / "marshal.py").write_text("raise SystemExit('taken over')")
    (tmp_path / "list.xlsx").write_bytes(packed())
    program = (
        "from pathlib import Path; from cbi.files import read_table; "
        "print(read_table(Path('list.xlsx')).rows[0].cells)"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], cwd=tmp_path, capture_output=True, text=True,
        check=True,
    )
    assert done.stdout.strip() == "('name',)"
