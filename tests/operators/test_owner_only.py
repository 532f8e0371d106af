"""Which files lie open to others: modes on POSIX, access lists on Windows."""

import sys
from pathlib import Path

import pytest

from cbi.operators.owner_only import how_to_close, lies_open, list_is_wide, write_new, write_over

OWNER = "(A;;FA;;;S-1-5-21-1-2-3-1001)"
SYSTEM = "(A;;FA;;;SY)(A;;FA;;;BA)"


@pytest.mark.parametrize("sddl", [
    f"D:PAI{OWNER}", f"D:AI{OWNER}{SYSTEM}", "D:P", f"D:{OWNER}(D;;FA;;;WD)",
    f"keyring.json\r\nD:AI{OWNER}{SYSTEM}\r\n",
])
def test_an_access_list_of_owner_and_system_is_closed(sddl: str) -> None:
    assert not list_is_wide(sddl)


@pytest.mark.parametrize("trustee", ["WD", "BU", "AU", "AN", "BG", "IU", "DU", "S-1-1-0"])
def test_an_access_list_that_lets_groups_in_is_wide(trustee: str) -> None:
    assert list_is_wide(f"D:AI{OWNER}(A;ID;0x1200a9;;;{trustee}){SYSTEM}")
    assert list_is_wide(f'D:AI{OWNER}(XA;;FR;;;{trustee};(Member_of {{SID(BA)}}))')


@pytest.mark.skipif(sys.platform == "win32", reason="a mode says nothing on Windows")
@pytest.mark.parametrize(("mode", "is_open"), [
    (0o600, False), (0o400, False), (0o700, False), (0o640, True), (0o602, True), (0o611, True),
])
def test_a_mode_for_others_lies_open(tmp_path: Path, mode: int, is_open: bool) -> None:
    path = tmp_path / "file"
    path.touch()
    path.chmod(mode)
    assert lies_open(path) is is_open


@pytest.mark.skipif(sys.platform == "win32", reason="another command closes a file there")
def test_what_closes_a_file_is_told_ready_to_type() -> None:
    assert how_to_close(Path("/x/key ring.json")) == "chmod 600 '/x/key ring.json'"


def test_a_new_file_is_never_put_over_another(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_new(path, b"first")
    with pytest.raises(FileExistsError):
        write_new(path, b"second")
    assert path.read_bytes() == b"first"


def test_writing_over_leaves_the_new_file_alone_and_closed(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old and longer than the new one")
    path.chmod(0o644)
    write_over(path, b"new")
    assert path.read_bytes() == b"new"
    assert not lies_open(path)
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_writing_over_never_follows_a_link_laid_in_its_way(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"theirs")
    path = tmp_path / "file"
    path.symlink_to(elsewhere)
    write_over(path, b"ours")
    assert elsewhere.read_bytes() == b"theirs"
    assert not path.is_symlink()
