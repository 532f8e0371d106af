"""Files appear whole or not at all; CSV holds text and nothing that calculates."""

import csv
import errno
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbi.base import BadFile
from cbi.files import atomic_file, read_table, write_csv
from cbi.messages import text


def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "report.bin"
    with atomic_file(path) as file:
        file.write(b"half")
        assert not path.exists()
        file.write(b" and half")
    assert path.read_bytes() == b"half and half"
    assert os.listdir(tmp_path) == ["report.bin"]


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "report.bin"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), atomic_file(path) as file:
        file.write(b"new")
        raise ZeroDivisionError
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["report.bin"]


def test_an_interruption_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), atomic_file(tmp_path / "report.bin"):
        raise KeyboardInterrupt
    assert os.listdir(tmp_path) == []


def test_a_full_disk_is_one_line_and_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "report.bin"
    path.write_bytes(b"old")
    with pytest.raises(BadFile) as refused, atomic_file(path) as file:
        file.write(b"new")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert refused.value.code == "files.cannot-write"
    assert "No space left" in text(refused.value.code, "en", **refused.value.facts)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["report.bin"]


def test_another_files_trouble_is_not_told_as_this_ones(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), atomic_file(tmp_path / "report.bin"):
        (tmp_path / "not there").read_bytes()
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "code"),
    [("", "is-folder"), ("none/report.bin", "no-folder"), ("x" * 300, "cannot-write"),
     ("nul\0", "cannot-write")],
)
def test_a_place_where_no_file_can_be_is_refused(tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(BadFile) as refused, atomic_file(tmp_path / name):
        pass
    assert refused.value.code == f"files.{code}"
    assert os.listdir(tmp_path) == []


def test_a_device_is_not_replaced() -> None:
    with pytest.raises(BadFile, match="not-a-file"), atomic_file(Path(os.devnull)) as file:
        file.write(b"x")
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    for name, target in (("link", "real"), ("dangling", "nowhere")):
        (tmp_path / name).symlink_to(tmp_path / target)
        with pytest.raises(BadFile, match="is-link"), atomic_file(tmp_path / name) as file:
            file.write(b"new")
    assert (tmp_path / "real").read_bytes() == b"old"
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("wanted", [0o000, 0o027])
def test_a_private_file_is_its_owners_and_another_its_groups(tmp_path: Path, wanted: int) -> None:
    mask = os.umask(wanted)
    try:
        for name, private in (("mine", True), ("ours", False)):
            with atomic_file(tmp_path / name, private=private) as file:
                file.write(b"x")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "mine").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "ours").stat().st_mode) == 0o640


def test_csv_is_text_in_every_script_with_its_mark(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    assert write_csv(path, ["نام", "Сумма"], [["احمد", 1500], [None, -2]]) == 2
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert path.read_bytes().endswith(b"\r\n,-2\r\n")
    assert [row.cells for row in read_table(path).rows] == [
        ("نام", "Сумма"), ("احمد", "1500"), (None, "-2"),
    ]


@pytest.mark.parametrize("evil", ["=1+1", "+77001234567", "-cmd", "@SUM(A1)", " =1", "\t=1", "＝1"])
def test_text_that_would_calculate_stays_text(tmp_path: Path, evil: str) -> None:
    write_csv(tmp_path / "a.csv", ["a"], [[evil]])
    held = list(csv.reader((tmp_path / "a.csv").read_text("utf-8-sig").splitlines()))[1][0]
    assert held == f"\t{evil}"


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=2,
                         max_size=2), max_size=5))
def test_csv_gives_back_what_it_was_given(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]],
) -> None:
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    write_csv(path, ["a", "b"], rows)
    with path.open(encoding="utf-8-sig", newline="") as file:
        read = [[cell.removeprefix("\t") for cell in row] for row in csv.reader(file)][1:]
    assert read == rows


def test_what_a_killed_run_left_is_taken_away_and_what_is_being_written_is_not(
    tmp_path: Path,
) -> None:
    left, others = tmp_path / ".list.pdf.abc123.part", tmp_path / ".list.pdf-2.abc123.part"
    for file in (left, others):
        file.write_bytes(b"names")
    with atomic_file(tmp_path / "list.pdf") as first:
        first.write(b"first")
        assert not left.exists()
        with atomic_file(tmp_path / "list.pdf") as second:
            second.write(b"second")
        assert (tmp_path / "list.pdf").read_bytes() == b"second"
    assert (tmp_path / "list.pdf").read_bytes() == b"first"
    assert {one.name for one in tmp_path.iterdir()} == {"list.pdf", others.name}
