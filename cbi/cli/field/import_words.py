"""What `cbi people import` shows and asks."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from cbi.base.errors import UsageError
from cbi.cli import show as showing
from cbi.cli.field.language_words import language_lines
from cbi.cli.field.person_words import agreeing
from cbi.cli.here import Here
from cbi.enrolment import telling
from cbi.enrolment.importing import ImportPreview, ImportResult, carry_out, preview
from cbi.messages import text
from cbi.people.names.scripts import script_of

COLUMNS = ("column", "heading", "field", "how")
PERSON_COLUMNS = ("name", "father", "birth", "sex", "city", "document", "phone", "household")
HASH_SHOWN = 12
KEYS_A_PERSON = 1
ROWS_SHOWN, GROUPS_SHOWN, DOUBLES_SHOWN = 8, 12, 10


def pairs(maps: Sequence[str]) -> dict[str, str]:
    """`FIELD=COLUMN` as a mapping.

    Raises:
        UsageError: no `=`, or no field before it.
    """
    found = {}
    for one in maps:
        field, equals, column = one.partition("=")
        if not equals or not field.strip() or not column.strip():
            raise UsageError("help-import.map-unreadable", text=one)
        found[field.strip()] = column
    return found


def rejected_path(file: Path) -> Path:
    """A new name beside the list for the rows that go back."""
    stem = file.stem.removesuffix("-rejected")
    path, number = file.with_name(f"{stem}-rejected.xlsx"), 1
    while path.exists():
        number += 1
        path = file.with_name(f"{stem}-rejected-{number}.xlsx")
    return path


def looked_at(
    here: Here, file: Path, mapping_pairs: Mapping[str, str], *, mapping: str | None,
    sheet: str | None, erased_too: bool = False,
) -> ImportPreview:
    """The list read, with a bar while it is."""
    with here.progress("help-import.reading", 100) as tell:
        return preview(
            here.desk, file, sheet=sheet, mapping=mapping_pairs, mapping_name=mapping,
            erased_too=erased_too, progress=tell,
        )


def show(here: Here, shown: ImportPreview) -> None:
    """What the list would do."""
    here.show(telling.told(shown, here.language))
    if here.json:
        return
    showing.put(_counts(here, shown))
    if shown.seen_at is not None:
        here.line("help-import.seen", at=here.instant(shown.seen_at))
    if shown.first or shown.problems:
        _columns(here, shown)
    _groups(here, "help-import.notices", telling.grouped(shown.notices, shown, here.language))
    _groups(here, "help-import.problems", telling.grouped(shown.problems, shown, here.language))
    _alike(here, shown)
    _doubles(here, shown)
    for programmes, spoken in shown.languages.items():
        several = programmes if len(shown.languages) > 1 else ""
        for line in language_lines(here, spoken, several):
            showing.put(line)
    silent = sum(person.consent is None for person in shown.people)
    if silent and shown.new_count:
        here.line("help-import.no-consent", count=silent)
    if shown.first:
        here.line("help-import.first")
        cells = [telling.person_cells(person) for person in shown.first]
        here.grid(
            [here.say(f"help-import.column-{name}") for name in PERSON_COLUMNS],
            [[_isolated(one[name]) for name in PERSON_COLUMNS] for one in cells],
        )


def take_in(here: Here, shown: ImportPreview, rejected: Path) -> ImportResult | None:
    """Show, ask, take in, and say what was done; None if the answer was no."""
    if not here.json:
        show(here, shown)
    if shown.new_count and not here.confirmed("help-import.confirm", count=shown.new_count):
        here.line("help-import.nothing-done")
        return None
    sealed = shown.new_count
    with here.progress("help-import.sealing", sealed + _keys_likely(here, shown)) as tell:
        done = carry_out(
            here.desk, shown, rejected_path=rejected, language=here.language, progress=tell,
            search_progress=lambda looked: tell(sealed + looked),
        )
    here.show({**telling.told(shown, here.language), **_done(done)}, *_done_lines(here, done))
    return done


def _keys_likely(here: Here, shown: ImportPreview) -> int:
    """About how many shared search keys there will be to look at, in one bar with the sealing."""
    with here.desk.ledger.read() as tx:
        people = int(tx.value("SELECT count(*) FROM person"))
    return KEYS_A_PERSON * (people + shown.new_count) + 1


def _done_lines(here: Here, done: ImportResult) -> list[str]:
    lines = [here.say(
        "help-import.done" if done.enrolled_count else "help-import.nothing-new",
        enrolled=done.enrolled_count, known=done.known_count,
    )]
    if done.doubtful_count:
        lines.append(here.say(
            "help-import.doubtful", count=done.doubtful_count, blocking=done.blocking_count
        ))
    if done.rejected_path is not None:
        lines.append(here.say(
            "help-import.went-back", count=done.rejected_count, path=done.rejected_path
        ))
    if done.enrolled_count:
        lines.append(here.say("help-import.list", list=done.list_hash[:HASH_SHOWN]))
    return lines


def _done(done: ImportResult) -> dict[str, object]:
    path = done.rejected_path
    return {
        "enrolled": done.enrolled_count, "doubtful": done.doubtful_count,
        "blocking": done.blocking_count,
        "numbers": list(done.numbers), "rejected_file": str(path) if path else None,
    }


def _counts(here: Here, shown: ImportPreview) -> str:
    line = here.say(
        "help-import.counts", file=" ".join(filter(None, (shown.path.name, shown.sheet))),
        rows=shown.row_count, new=shown.new_count, known=shown.known_count,
        rejected=shown.rejected_count,
    )
    if shown.repeated_count:
        line += " " + here.say("help-import.counts-repeated", count=shown.repeated_count)
    if shown.skipped:
        passed = ", ".join(
            f"{here.say(f'enrolment.skipped-{why}')} {count}"
            for why, count in sorted(shown.skipped.items())
        )
        line += " " + here.say("help-import.counts-skipped", skipped=passed)
    return line


def _columns(here: Here, shown: ImportPreview) -> None:
    """What every column is taken for."""
    several = len({one.sheet for one in shown.proposals}) > 1
    rows = [
        [
            f"{one.sheet}!{one.column}" if several else one.column,
            _isolated(" ".join(one.heading.split())),
            one.field or here.say("help-import.not-read"),
            here.say(f"help-import.how-{one.how}") if one.field else "",
        ]
        for one in shown.proposals
    ]
    here.grid([here.say(f"help-import.column-{name}") for name in COLUMNS], rows)
    for one in shown.mapped.constants:
        here.line("help-import.for-everybody", field=one.meaning.text, value=one.cell)


def _groups(here: Here, headed: str, groups: Sequence[telling.Group]) -> None:
    if not groups:
        return
    here.line(headed)
    for group in groups[:GROUPS_SHOWN]:
        rows = ", ".join(map(str, group.rows[:ROWS_SHOWN]))
        more = " …" if len(group.rows) > ROWS_SHOWN else ""
        place = " ".join(
            part for part in (
                text("files.place-column", here.language, column=group.column)
                if group.column else "",
                f"({_isolated(group.heading)})" if group.heading else "",
            ) if part
        )
        one = "help-import.row" if len(group.rows) == 1 else "help-import.rows"
        where = here.say(one, rows=rows + more) if rows else ""
        told = "; ".join(part for part in (place, where) if part)
        showing.put(f"  {told}: {group.message}" if told else f"  {group.message}")
    if len(groups) > GROUPS_SHOWN:
        here.line("help-import.more", count=len(groups) - GROUPS_SHOWN)


def _alike(here: Here, shown: ImportPreview) -> None:
    if not shown.alike:
        return
    here.line("help-import.alike")
    for one in shown.alike[:DOUBLES_SHOWN]:
        other = one.other_number or here.say("help-import.row", rows=one.other_row)
        showing.put("  " + here.say(
            "help-import.alike-one", row=one.row, name=_isolated(one.name), other=other,
            other_name=_isolated(one.other_name), reasons=agreeing(here, one.match),
            strength=here.say(f"duplicates.{one.match.strength}"),
        ))
    if len(shown.alike) > DOUBLES_SHOWN:
        here.line("help-import.more", count=len(shown.alike) - DOUBLES_SHOWN)


def _doubles(here: Here, shown: ImportPreview) -> None:
    if not shown.doubles:
        return
    here.line("help-import.doubles")
    for double in shown.doubles[:DOUBLES_SHOWN]:
        showing.put(f"  {telling.double_words(double, here.language)}")
    if len(shown.doubles) > DOUBLES_SHOWN:
        here.line("help-import.more", count=len(shown.doubles) - DOUBLES_SHOWN)


def _isolated(words: str) -> str:
    """Right-to-left words that keep to themselves on a line that runs the other way."""
    return f"\u2068{words}\u2069" if script_of(words) == "Arab" else words
