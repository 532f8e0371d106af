"""What a line of text may hold: nothing that steers a terminal or turns what follows around.

`typed` refuses such characters where a person enters them, `visible` replaces them wherever a text
is shown, whoever brought it into the ledger.
"""

import re
import unicodedata

from cbi.base.errors import UsageError

REPLACEMENT = "\ufffd"
_STEERING = "\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff"
"""Control characters, line and paragraph separators, embeddings and overrides of direction, halves
of a pair. Isolates and joiners are no harm: names in Persian and Pashto need them."""
_STEERS = re.compile(f"[{_STEERING}]")
_STEERS_LINES = re.compile(f"(?![\n\t])[{_STEERING}]")
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
                     "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]")


def typed(text: str) -> str:
    """The text as a person entered it.

    Raises:
        UsageError: it holds a character that steers a terminal.
    """
    if found := _STEERS.search(text):
        raise UsageError(
            "base.control-character", text=visible(text), character=f"U+{ord(found[0]):04X}",
            place=found.start() + 1,
        )
    return text


def said(text: str, missing: str) -> str:
    """What a person has to say, a reason or a purpose, trimmed.

    Raises:
        UsageError: nothing was said; `missing` is the refusal's key.
    """
    if not (trimmed := text.strip()):
        raise UsageError(missing)
    return trimmed


def visible(text: str) -> str:
    """One line as it may be shown: what would steer a terminal is replaced."""
    return _STEERS.sub(REPLACEMENT, text)


def visible_lines(text: str) -> str:
    """The same of several lines, whose breaks and tabs stay."""
    return _STEERS_LINES.sub(REPLACEMENT, text)


def escaped_in_json(json: str) -> str:
    """A JSON text that says the same, with escapes for what would steer a terminal."""
    return _STEERS_LINES.sub(lambda found: f"\\u{ord(found[0]):04x}", json)


def western_digits(text: str) -> str:
    """A text with the digits of any script as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in text)


def alike(text: str) -> str:
    """A number or name on paper as it is compared: whatever dress its letters wear, without what
    nobody sees."""
    return " ".join(_UNSEEN.sub("", unicodedata.normalize("NFKC", text)).split()).upper()
