"""A workbook of ours with one cell changed in the file itself, as anybody can."""

import random
import re
import zipfile
from html import unescape
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

_CELL = re.compile(
    rb'<c r="([A-Z]+)([0-9]+)"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL
)


class Cell(NamedTuple):
    """A cell of a sheet's part: where its XML stands, and what it holds."""

    part: str
    name: str
    span: tuple[int, int]
    attributes: bytes
    inside: bytes

    @property
    def holds(self) -> str:
        """What a person sees of it, or its formula."""
        found = re.search(rb"<(?:t|f|v)[^>]*>(.*?)</(?:t|f|v)>", self.inside, re.DOTALL)
        return unescape(found[1].decode()) if found else ""


class Book:
    """A workbook's parts, and its cells by sheet."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        links = dict(re.findall(
            rb'Target="/?(?:xl/)?([^"]+)" Id="([^"]+)"', self.parts["xl/_rels/workbook.xml.rels"]
        ))
        links = {key: target for target, key in links.items()}
        self.sheets: dict[str, list[Cell]] = {}
        for title, key in re.findall(
            rb'<sheet [^>]*?name="([^"]+)"[^>]*?r:id="([^"]+)"', self.parts["xl/workbook.xml"]
        ):
            part = f"xl/{links[key].decode()}"
            self.sheets[unescape(title.decode())] = [
                Cell(part, (met[1] + met[2]).decode(), met.span(), met[3], met[4])
                for met in _CELL.finditer(self.parts[part]) if met[4]
            ]

    def with_changed(self, cell: Cell, value: str | int, path: Path) -> Path:
        """The same workbook with another value in one cell."""
        style = re.search(rb' s="[0-9]+"', cell.attributes)
        kept = style[0] if style else b""
        if isinstance(value, int):
            inside = b' t="n"><v>%d</v>' % value
        else:
            inside = b' t="inlineStr"><is><t>%b</t></is>' % escape(value).encode()
        content, (start, end) = self.parts[cell.part], cell.span
        made = b'<c r="%b"%b%b</c>' % (cell.name.encode(), kept, inside)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, part in self.parts.items():
                archive.writestr(
                    name, content[:start] + made + content[end:] if name == cell.part else part
                )
        return path

    def any_change(self, chance: random.Random, sheet: str, cell: Cell, path: Path) -> Path:
        """One cell changed to anything else."""
        number = chance.randrange(10**6)
        choices: list[str | int] = [number, f"x{number}", f"{cell.holds}1"]
        value = chance.choice(choices)
        return self.with_changed(cell, value, path)
