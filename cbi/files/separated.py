"""Separated lists (CSV): which encoding, which separator, then rows as the file has them.

An encoding is proved, not guessed, wherever it can be: a byte-order mark, zero bytes in every
second place, valid UTF-8; what remains is the code page in which its words are words.
"""

import codecs
import csv
import io
from collections import Counter

from cbi.base import BadFile
from cbi.files.encodings import code_page
from cbi.files.fixed_width import columns_by_place
from cbi.files.values import Limits, Row

_SEPARATORS = ",;\t|"
_SAMPLE_LINES = 40
_CELL_CHARACTERS_MAX = 131_072
_TEXT_CONTROLS = dict.fromkeys(map(ord, "\t\n\r\f\v\x1a\x1c\x1d\x1e\x1f"), None)


def parse_separated(content: bytes, *, file: str, limits: Limits) -> list[Row]:
    """Rows that are not wholly empty; an empty cell is None, all others are text.

    Raises:
        BadFile: not text, a quote never closed, or more than the limits allow.
    """
    words = _decode(content, file)
    if printed := columns_by_place(words):
        if len(printed) > limits.rows_max:
            raise BadFile("files.csv-too-large", file=file, row=limits.rows_max)
        return [Row(number, cells) for number, cells in printed]
    first, _, rest = words.partition("\n")
    announced = first.strip().lower().startswith("sep=") and len(first.strip()) <= 5
    separator = first.strip()[4:] or "\t" if announced else _separator(words)
    before = 1 if announced else 0
    reader = csv.reader(io.StringIO(rest if announced else words, newline=""), delimiter=separator)
    csv.field_size_limit(_CELL_CHARACTERS_MAX)
    rows = []
    try:
        for number, cells in enumerate(reader, 1 + before):
            if any(cells):
                rows.append(Row(number, tuple(_bare(cell) or None for cell in cells)))
            if number > limits.rows_max or len(cells) > limits.columns_max:
                raise BadFile("files.csv-too-large", file=file, row=number)
    except csv.Error as error:
        raise BadFile("files.csv-unreadable", file=file, row=reader.line_num) from error
    if rows and words.count('"') % 2 and any("\n" in str(cell) for cell in rows[-1].cells):
        # the last row swallowed what came after a quotation mark that was never closed
        raise BadFile("files.csv-unreadable", file=file, row=rows[-1].number)
    return rows


def _bare(cell: str) -> str:
    """A cell without the `="…"` that keeps a number's zeros when a spreadsheet opens the list."""
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') else cell


def _decode(content: bytes, file: str) -> str:
    words = None
    for encoding in _encodings(content):
        try:
            words = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    if words is None or _is_binary(words[:4096]):
        raise BadFile("files.not-a-table", file=file)
    return words.replace("\0", "").rstrip("\x1a")


def _encodings(content: bytes) -> tuple[str, ...]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    head = content[:2048]
    half = len(head) // 2
    if half > 1 and head[1::2].count(0) > 0.4 * half:
        return ("utf-16-le",)
    if half > 1 and head[::2].count(0) > 0.4 * half:
        return ("utf-16-be",)
    return ("utf-8-sig", code_page(content))


def _is_binary(sample: str) -> bool:
    strange = sum(1 for letter in sample if letter < " " and ord(letter) not in _TEXT_CONTROLS)
    return strange > len(sample) // 100


def _separator(words: str) -> str:
    """The separator that cuts most lines into the same number of cells, more than one."""
    lines = words[:65_536].splitlines()[:_SAMPLE_LINES]
    best, best_score = ",", 0
    for separator in _SEPARATORS:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=separator))
        widths.pop(0, None)
        score = max((lines_ * (width - 1) for width, lines_ in widths.items()), default=0)
        if score > best_score:
            best, best_score = separator, score
    return best
