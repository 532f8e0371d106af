"""Lists that come as several CSV files, in a folder or a ZIP: one for each table of a survey.

Each becomes a table named as its file. They share one digest, so that the whole is known again, and
another file beside an unchanged one makes it another whole.
"""

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from cbi.base import BadFile
from cbi.files.separated import parse_separated
from cbi.files.values import Limits, Table

FILES_MAX = 60
_ENDINGS = (".csv", ".tsv", ".txt")
Named = tuple[str, bytes]


def is_bundle(content: bytes) -> bool:
    """Whether a ZIP holds CSV files and is no workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [entry.filename for entry in archive.infolist()]
    except (zipfile.BadZipFile, OSError):
        return False
    parts = {name.lower() for name in names}
    if "[content_types].xml" in parts or "mimetype" in parts:
        return False
    return any(_is_list(name) for name in names)


def bundle_of_zip(content: bytes, *, file: str, limits: Limits) -> list[Table]:
    """The lists of a ZIP.

    Raises:
        BadFile: damaged, under a password, unpacks to too much, or no list in it can be read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if _is_list(entry.filename)]
            unpacked = sum(entry.file_size for entry in entries)
            if unpacked > limits.file_bytes_max or len(archive.infolist()) > limits.entries_max:
                raise BadFile("files.xlsx-bomb", file=file, megabytes=unpacked >> 20)
            named = [(entry.filename, _unpacked(archive, entry, file)) for entry in entries]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as damage:
        raise BadFile("files.xlsx-damaged", file=file) from damage
    except RuntimeError as locked:
        raise BadFile("files.password", file=file) from locked
    return _tables(named, file, limits)


def bundle_of_folder(folder: Path, *, limits: Limits) -> list[Table]:
    """The lists of a folder, not of folders in it.

    Raises:
        BadFile: none is there, one cannot be read, or they are too large together.
    """
    named: list[Named] = []
    left = limits.file_bytes_max
    for path in sorted(folder.iterdir()):
        if not _is_list(path.name) or not path.is_file():
            continue
        with path.open("rb") as source:
            content = source.read(left + 1)
        left -= len(content)
        if left < 0:
            megabytes = limits.file_bytes_max >> 20
            raise BadFile("files.too-large", file=folder.name, megabytes=megabytes)
        named.append((path.name, content))
    return _tables(named, folder.name, limits)


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, file: str) -> bytes:
    with archive.open(entry) as part:
        content = part.read(entry.file_size + 1)
    if len(content) != entry.file_size:
        raise BadFile("files.xlsx-damaged", file=file)
    return content


def _tables(named: list[Named], file: str, limits: Limits) -> list[Table]:
    if len(named) > FILES_MAX:
        raise BadFile("files.too-many-lists", file=file, count=len(named), most=FILES_MAX)
    digest = hashlib.sha256()
    for name, content in sorted(named):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    tables = [
        Table(file, sheet, digest.hexdigest(), rows)
        for sheet, content in _sheets(named)
        if content.strip(b"\0\xff\xfe\xef\xbb\xbf \t\r\n,;")
        and (rows := parse_separated(content, file=sheet, limits=limits))
    ]
    if not tables:
        raise BadFile("files.no-lists", file=file)
    return tables


def _sheets(named: list[Named]) -> Iterator[Named]:
    """Each list under its bare name, a survey's repeats without the survey's own before theirs
    (`form-members` is `members`); under its path where two would be called the same."""
    bare = [PurePosixPath(name).stem for name, _ in named]
    main = min(bare, key=len, default="")
    short = [
        stem.removeprefix(main).strip("-_. ") or stem if stem != main else stem for stem in bare
    ]
    for _, stem, (name, content) in sorted(zip(bare, short, named, strict=True)):
        yield (stem if short.count(stem) == 1 else name), content


def _is_list(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    hidden = any(part.startswith((".", "__MACOSX", "~")) for part in path.parts)
    return path.suffix.lower() in _ENDINGS and not hidden
