"""The global options: taken off the line wherever they stand, with their environment variables."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cbi.base.errors import UsageError
from cbi.messages.catalogue import LANGUAGES, is_language, known_languages

VALUED = {
    "--ledger": "ledger", "--vault": "vault", "--keyring": "keyring", "--as": "operator",
    "--passphrase-file": "passphrase_file", "--lang": "language", "--read-from": "read_from",
}
SWITCHES = {"--json": "json", "--yes": "yes", "-y": "yes", "--force": "force",
            "--verbose": "verbose", "--debug": "debug"}


@dataclass(frozen=True, slots=True)
class Globals:
    """What the global options say; None where neither the line nor the environment does."""

    ledger: str | None = None
    vault: str | None = None
    keyring: str | None = None
    operator: str | None = None
    passphrase_file: str | None = None
    language: str | None = None
    read_from: str | None = None
    json: bool = False
    yes: bool = False
    force: bool = False
    verbose: bool = False
    debug: bool = False


def from_environment() -> Globals:
    """`CBI_LEDGER`, `CBI_VAULT`, `CBI_KEYRING`, `CBI_AS`, `CBI_PASSPHRASE_FILE`, `CBI_LANG`."""
    get = os.environ.get
    return Globals(
        ledger=get("CBI_LEDGER") or None, vault=get("CBI_VAULT") or None,
        keyring=get("CBI_KEYRING") or None, operator=get("CBI_AS") or None,
        passphrase_file=get("CBI_PASSPHRASE_FILE") or None,
        language=get("CBI_LANG") or _of_locale(),
    )


def take_globals(argv: Sequence[str], base: Globals) -> tuple[Globals, list[str]]:
    """The global options of a line, and the line without them. After `--` nothing is taken.

    Raises:
        UsageError: an option without its value, or a language that is not known.
    """
    found: dict[str, str | bool] = {}
    rest: list[str] = []
    words = list(argv)
    while words:
        word = words.pop(0)
        name, equals, value = word.partition("=")
        if word == "--":
            rest += [word, *words]
            break
        if word in SWITCHES:
            found[SWITCHES[word]] = True
        elif name in VALUED:
            if not equals:
                if not words:
                    raise UsageError("cli.option-needs-value", option=name)
                value = words.pop(0)
            found[VALUED[name]] = value
        else:
            rest.append(word)
    known = replace(base, **found)  # type: ignore[arg-type]
    if known.language is not None and not is_language(known.language):
        raise UsageError("cli.language-unknown", text=known.language, known=known_languages())
    return known, rest


def _of_locale() -> str:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        said = os.environ.get(name, "")[:2].lower()
        if said in LANGUAGES:
            return said
    return "en"
