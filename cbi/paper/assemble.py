"""From drawn content to a PDF file: fonts by fpdf2, objects by pikepdf, the same bytes each time.

Pages are kept as compressed streams of their own drawing, and what they share (fonts, forms) is
written once. The fonts come last, because a subset must know every glyph that was asked for.
"""

import io
import zlib
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from cbi.paper.ink import POINT_PER_MM, Ink
from cbi.paper.logo import Logo

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

_LEVEL: Final = 6


@dataclass(slots=True)
class PdfForm:
    """A drawing used many times: its content and size in mm."""

    content: str
    width_mm: float
    height_mm: float


@dataclass(slots=True)
class PdfDocument:
    """Pages and forms of one file, before the fonts are known."""

    ink: Ink
    title: str
    language: str
    size_mm: tuple[float, float]
    pages: list[bytes] = field(default_factory=list)
    forms: dict[str, PdfForm] = field(default_factory=dict)
    images: dict[str, Logo] = field(default_factory=dict)

    def add(self, content: str, at: int | None = None) -> None:
        """Adds a page with this content, at the end or at a place."""
        packed = zlib.compress(content.encode("ascii"), _LEVEL)
        self.pages.insert(len(self.pages) if at is None else at, packed)


def write(
    document: PdfDocument, out: BinaryIO, *, created: datetime, password: str | None = None
) -> None:
    """Writes the file; with a password (AES-256) its bytes differ each time, else they do not."""
    from pikepdf import Array, Dictionary, Encryption, Name, ObjectStreamMode, Pdf, String

    with Pdf.open(BytesIO(_fonts_file(document.ink))) as pdf:
        fonts = pdf.pages[0].obj.Resources.Font
        shared = pdf.make_indirect(Dictionary(Font=fonts, XObject=_forms(pdf, document, fonts)))
        width, height = (side * POINT_PER_MM for side in document.size_mm)
        del pdf.pages[0]
        tree, pages = pdf.Root.Pages, deque(document.pages)
        document.pages.clear()
        kids = []  # put together here: `pdf.pages.append` looks through all pages for each
        while pages:
            stream = pdf.make_stream(pages.popleft(), Filter=Name.FlateDecode)
            kids.append(pdf.make_indirect(Dictionary(
                Type=Name.Page, Parent=tree, Contents=stream, Resources=shared,
                MediaBox=[0, 0, round(width, 2), round(height, 2)],
            )))
        tree.Kids, tree.Count = Array(kids), len(kids)
        if "/ID" in pdf.trailer:
            del pdf.trailer.ID  # it tells when the fonts were made; a new one is of the content
        pdf.Root.Lang = String(document.language)
        stamp = String(created.strftime("D:%Y%m%d%H%M%SZ"))
        pdf.trailer.Info = pdf.make_indirect(Dictionary(
            Title=String(document.title), Producer=String("cbi"), CreationDate=stamp,
        ))
        lock = Encryption(owner=password, user=password) if password else None
        sink = _Sink(out)
        pdf.save(
            cast(BinaryIO, sink), deterministic_id=lock is None, encryption=lock or False,
            object_stream_mode=ObjectStreamMode.generate,
        )
    if sink.refusal is not None:
        raise sink.refusal


class _Sink(io.RawIOBase):
    """Writes on to a file and keeps its refusal for later.

    A disk that fills while the library writes would end the process: the library can't stop there.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self.refusal: OSError | None = None

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Write on, or let it fall after a refusal."""
        if self.refusal is None:
            try:
                self._out.write(data)
                self._out.flush()
            except OSError as refusal:
                self.refusal = refusal
        return len(data)


def _forms(pdf: "Pdf", document: PdfDocument, fonts: "Object") -> "Object":
    from pikepdf import Dictionary, Name

    images = Dictionary({
        f"/{name}": image.stream(pdf) for name, image in document.images.items()
    })
    made = Dictionary()
    for name, form in document.forms.items():
        made[f"/{name}"] = pdf.make_stream(
            form.content.encode("ascii"),
            Type=Name.XObject, Subtype=Name.Form,
            BBox=[0, 0, round(form.width_mm * POINT_PER_MM, 2),
                  round(form.height_mm * POINT_PER_MM, 2)],
            Resources=Dictionary(Font=fonts, XObject=images),
        )
    return made


def _fonts_file(ink: Ink) -> bytes:
    """A file of one page that names all fonts, with their subsets; closes the ink."""
    ink.tell_ligatures_backwards()
    ink.pdf.add_page()
    for family in ("latin", "arabic"):
        for style in ("", "B"):
            ink.pdf.set_font(family, style, 10)
            ink.pdf.text(0, 0, " ")
    return bytes(ink.pdf.output())
