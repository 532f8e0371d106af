"""The tutorial, typed line by line as it stands."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from tests.journeys.conftest import Ended, LedgerContext, office_in

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
FIRST = "a first passphrase"


def lines() -> Iterator[list[str]]:
    """The lines to type, in order."""
    for line in re.sub(r" \\\n +", " ", PAGE).splitlines():
        if line.startswith("    "):
            yield shlex.split(line)


class Reader:
    """Somebody who types what the page says, and fills in what it leaves open."""

    def __init__(self, office: LedgerContext) -> None:
        self.office = office
        self.known: dict[str, str] = {}
        self.logged_in: set[str] = {"aigul"}

    def types(self, words: list[str]) -> Ended:
        """Type a line and hold on to what it tells."""
        self.looks_up(words)
        words = [self.known.get(word, word) for word in words[1:]]
        env, stdin = {}, ""
        if words[0] in ("login", "--ledger"):
            name = words[-1] if words[0] == "login" else "aigul"
            env = {"CBI_PASSPHRASE": f"the words of {name}"}
            if name not in self.logged_in:
                self.logged_in.add(name)
                env = {"CBI_PASSPHRASE": FIRST, "CBI_NEW_PASSPHRASE": f"the words of {name}"}
        elif "add" in words:
            env = {"CBI_NEW_PASSPHRASE": FIRST}
        if words[0] == "hand-over":
            stdin = self.known["SERIAL"] + "\n\n"
        if "-" in words:
            stdin = self.known["CODE"] + "\n"
        ended = self.office(*words, "--yes", stdin=stdin, **env)
        found = re.search(r"cbi people approve --list ([0-9a-f]{12})\b", ended.out)
        if words[:2] == ["people", "import"] and found:
            self.known["HASH"] = found[1]
        return ended

    def looks_up(self, words: list[str]) -> None:
        """Read from the lists what the page leaves open."""
        if "FIRST" in words:
            pair = self.office("duplicates", "list", "--json").json[0]
            if "FIRST" not in self.known:
                self.known |= {"FIRST": pair["first"], "SECOND": pair["second"]}
        if words[1:] == ["hand-over"]:
            told = self.office("batch", "show", "KZ22-R1-B1", "--json").json
            paper = next(one for one in told["vouchers"] if one["category"] == "food")
            self.known |= {"SERIAL": paper["serial"], "CODE": paper["code"]}
        if words[1:3] == ["statement", "import"]:
            bill = re.search(r"```csv\n(.*?)```", PAGE, re.S)
            assert bill is not None
            text = bill[1].replace("SERIAL", self.known["SERIAL"])
            (self.office.folder / "statement.csv").write_text(text, "utf-8")


def test_every_line_of_the_tutorial_does_what_the_page_says(tmp_path: Path) -> None:
    office = office_in(tmp_path)
    (tmp_path / "data").symlink_to(ROOT / "data", target_is_directory=True)
    reader, told = Reader(office), {}
    for words in lines():
        if words[0] == "export":
            office.env["CBI_LEDGER"] = words[1].partition("=")[2]
            continue
        ended = reader.types(words)
        assert ended.code == 0, (words, ended.err)
        told[" ".join(words[1:3])] = ended.out.replace("\u00a0", " ")
    assert "12,500 tenge taken off" in told["redeem -"]
    assert "amount differs" in told["reconcile MAGNUM-S1"]
    assert "12,500 tenge" in told["settle MAGNUM-S1"]
    assert "rules hold" in told["check"]
