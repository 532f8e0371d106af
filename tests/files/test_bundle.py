"""Several CSV files that belong together: in a folder, in a ZIP, and what is refused of them."""

import zipfile
from pathlib import Path

import pytest

from cbi.base import BadFile
from cbi.files import Limits, read_table, read_tables

MAIN = "KEY,city\nuuid:a,Almaty\n"
REPEAT = "name,PARENT_KEY\nZahra,uuid:a\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "export"
    (folder / "media").mkdir(parents=True)
    (folder / "form.csv").write_text(MAIN, "utf-8")
    (folder / "form-members.csv").write_bytes(REPEAT.replace(",", "\t").encode("utf-16"))
    (folder / "form-empty.csv").write_text("\n", "utf-8")
    (folder / ".hidden.csv").write_text("x,y\n1,2\n", "utf-8")
    (folder / "media" / "photo.csv").write_text("x,y\n1,2\n", "utf-8")
    (folder / "readme.md").write_text("x", "utf-8")
    return folder


def zipped(path: Path, **files: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_a_folder_of_lists_is_a_table_each_named_as_its_part(folder: Path) -> None:
    tables = read_tables(folder)
    assert [(one.file, one.sheet) for one in tables] == [
        ("export", "form"), ("export", "members"),
    ]
    assert tables[1].rows[1].cells == ("Zahra", "uuid:a")
    assert tables[0].digest == tables[1].digest


def test_another_file_makes_another_whole(folder: Path) -> None:
    before = read_tables(folder)[0].digest
    (folder / "form-members.csv").write_text(REPEAT + "Omid,uuid:a\n", "utf-8")
    assert read_tables(folder)[0].digest != before


def test_a_zip_as_it_was_downloaded_is_read_in_the_same_way(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "form.csv": MAIN, "form-members.csv": REPEAT, "media/1.jpg": b"\xff\xd8",
        "__MACOSX/form.csv": b"\0",
    }
    path = zipped(tmp_path / "form.zip", **files)
    assert [one.sheet for one in read_tables(path)] == ["form", "members"]
    with pytest.raises(BadFile, match="not-xlsx"):
        read_table(path)


def test_lists_of_one_name_are_told_apart(tmp_path: Path) -> None:
    path = zipped(tmp_path / "two.zip", **{"a/list.csv": MAIN, "b/list.csv": REPEAT})
    assert [one.sheet for one in read_tables(path)] == ["a/list.csv", "b/list.csv"]


def test_a_zip_that_unpacks_to_too_much_is_refused_unopened(tmp_path: Path) -> None:
    path = zipped(tmp_path / "bomb.zip", **{"form.csv": b"0," * 2_000_000})
    with pytest.raises(BadFile, match="xlsx-bomb"):
        read_tables(path, limits=Limits(file_bytes_max=1 << 20))


def test_a_damaged_zip_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "form.zip", **{"form.csv": MAIN * 500})
    content = bytearray(path.read_bytes())
    content[60:90] = bytes(30)
    path.write_bytes(bytes(content))
    with pytest.raises(BadFile, match="xlsx-damaged"):
        read_tables(path)


def test_no_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="no-lists"):
        read_tables(tmp_path)
    with pytest.raises(BadFile, match="not-xlsx"):
        read_tables(zipped(tmp_path / "x.zip", **{"photo.jpg": b"\xff\xd8"}))


def test_a_folder_of_too_many_or_too_large_lists_is_refused(tmp_path: Path) -> None:
    for number in range(61):
        (tmp_path / f"list{number}.csv").write_text(MAIN, "utf-8")
    with pytest.raises(BadFile, match="too-many-lists"):
        read_tables(tmp_path)
    with pytest.raises(BadFile, match="too-large"):
        read_tables(tmp_path, limits=Limits(file_bytes_max=50))
