"""What `cbi people import` shows and asks."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from cbi.base.errors import UsageError
from cbi.base.terms import term
from cbi.cli import show as showing
from cbi.cli.command_context import CommandContext
from cbi.cli.field.as_typed import typed
from cbi.cli.field.city_lines import show_cities
from cbi.cli.field.language_words import language_lines
from cbi.cli.field.person_words import agreeing
from cbi.enrolment.headings.meaning import meaning_of
from cbi.enrolment.importing import telling
from cbi.enrolment.importing.importing import ImportPreview, ImportResult, carry_out, preview
from cbi.messages import text
from cbi.people.names.scripts import script_of
from cbi.people.persons import waiting_lists

COLUMNS = ("column", "heading", "field", "how")
PERSON_COLUMNS = ("name", "father", "birth", "sex", "city", "document", "phone", "household")
HASH_SHOWN = 12
KEYS_A_PERSON = 1
UNREAD = "enrolment.column-unread"
ROWS_SHOWN, GROUPS_SHOWN, DOUBLES_SHOWN = 8, 12, 10


def pairs(maps: Sequence[str]) -> dict[str, str]:
    """`FIELD=COLUMN` as a mapping.

    Raises:
        UsageError: no `=`, no field before it, or a field said twice.
    """
    found: dict[str, str] = {}
    for one in maps:
        field, equals, column = one.partition("=")
        if not equals or not field.strip() or not column.strip():
            raise UsageError("help-import.map-unreadable", text=one)
        if field.strip() in found:
            raise UsageError("help-import.map-twice", field=field.strip())
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
    context: CommandContext, file: Path, mapping_pairs: Mapping[str, str], *, mapping: str | None,
    sheet: str | None, erased_too: bool = False,
) -> ImportPreview:
    """The list read, with a bar while it is."""
    with context.progress("help-import.reading", 100) as tell:
        return preview(
            context.session, file, sheet=sheet, mapping=mapping_pairs, mapping_name=mapping,
            erased_too=erased_too, progress=tell,
        )


def show(
    context: CommandContext, shown: ImportPreview, more: Mapping[str, object] | None = None
) -> None:
    """What the list would do; `more` is told beside it as data."""
    context.show({**telling.told(shown, context.language), **(more or {})})
    if context.json:
        return
    showing.put(_counts(context, shown))
    if shown.seen_at is not None:
        context.line("help-import.seen", at=context.instant(shown.seen_at))
    if shown.first or shown.problems or shown.questions:
        _columns(context, shown)
    _groups(
        context, "help-import.questions", telling.grouped(shown.questions, shown, context.language)
    )
    notices = [one for one in shown.notices if one.code != UNREAD]
    _groups(context, "help-import.notices", telling.grouped(notices, shown, context.language))
    _groups(
        context, "help-import.problems", telling.grouped(shown.problems, shown, context.language)
    )
    show_cities(context, shown)
    _alike(context, shown)
    _doubles(context, shown)
    for programmes, spoken in shown.languages.items():
        several = programmes if len(shown.languages) > 1 else ""
        for line in language_lines(context, spoken, several):
            showing.put(line)
    if shown.silent_count and shown.new_count:
        context.line("help-import.no-consent", count=shown.silent_count)
    if shown.first:
        context.line("help-import.first")
        cells = [telling.person_cells(person) for person in shown.first]
        context.grid(
            [context.say(f"help-import.column-{name}") for name in PERSON_COLUMNS],
            [[term("help-enroll.sum-sex", one[name]) if name == "sex" else _isolated(one[name])
              for name in PERSON_COLUMNS] for one in cells],
        )


def say_next(context: CommandContext, shown: ImportPreview, options: Sequence[str]) -> None:
    """The whole command to type next; with questions open, the look again with their answers."""
    said = [option.partition(" ") for option in options if option]
    line = " ".join([
        "cbi people import", typed(str(shown.path)),
        *(f"{name} {typed(value)}" if value else name for name, _, value in said),
    ])
    if shown.questions:
        context.line("help-import.next-answers", command=f"{line} --dry-run")
    elif shown.new_count or shown.rejected_count:
        context.line("help-import.next", command=line)


def take_in(
    context: CommandContext, shown: ImportPreview, rejected: Path,
    more: Mapping[str, object] | None = None,
) -> ImportResult | None:
    """Show, ask, take in, and say what was done; None if the answer was no."""
    if not context.json:
        show(context, shown)
    if shown.new_count and not context.confirmed("help-import.confirm", count=shown.new_count):
        return None
    sealed = shown.new_count
    with context.progress("help-import.sealing", sealed + _keys_likely(context, shown)) as tell:
        done = carry_out(
            context.session, shown, rejected_path=rejected, language=context.language,
            progress=tell, search_progress=lambda looked: tell(sealed + looked),
        )
    context.show(
        {**telling.told(shown, context.language), **_done(done), **(more or {})},
        *_done_lines(context, done),
    )
    return done


def _keys_likely(context: CommandContext, shown: ImportPreview) -> int:
    """About how many shared search keys there will be to look at, in one bar with the sealing."""
    with context.session.ledger.read() as tx:
        people = int(tx.value("SELECT count(*) FROM person"))
    return KEYS_A_PERSON * (people + shown.new_count) + 1


def _done_lines(context: CommandContext, done: ImportResult) -> list[str]:
    lines = [context.say(
        "help-import.done" if done.enrolled_count else "help-import.nothing-new",
        enrolled=done.enrolled_count, known=done.known_count,
    )]
    if done.doubtful_count:
        lines.append(context.say(
            "help-import.doubtful", count=done.doubtful_count, blocking=done.blocking_count
        ))
    if done.rejected_path is not None:
        lines.append(context.say(
            "help-import.went-back", count=done.rejected_count, path=done.rejected_path
        ))
    if done.list_hash in _waiting_lists(context):
        lines.append(context.say("help-import.list", list=done.list_hash[:HASH_SHOWN]))
    return lines


def _waiting_lists(context: CommandContext) -> set[str]:
    """Lists of which somebody waits: this one too where it was taken in before, or killed on its
    way to saying so."""
    with context.session.ledger.read() as tx:
        return {one.list for one in waiting_lists(tx)}


def _done(done: ImportResult) -> dict[str, object]:
    path = done.rejected_path
    return {
        "enrolled": done.enrolled_count, "doubtful": done.doubtful_count,
        "blocking": done.blocking_count,
        "numbers": list(done.numbers), "rejected_file": str(path) if path else None,
    }


def _counts(context: CommandContext, shown: ImportPreview) -> str:
    line = context.say(
        "help-import.counts", file=" ".join(filter(None, (shown.path.name, shown.sheet))),
        rows=shown.row_count, new=shown.new_count, known=shown.known_count,
        rejected=shown.rejected_count,
    )
    if shown.repeated_count:
        line += " " + context.say("help-import.counts-repeated", count=shown.repeated_count)
    if shown.skipped:
        passed = ", ".join(
            f"{context.say(f'enrolment.skipped-{why}')} {count}"
            for why, count in sorted(shown.skipped.items())
        )
        line += " " + context.say("help-import.counts-skipped", skipped=passed)
    return line


def _columns(context: CommandContext, shown: ImportPreview) -> None:
    """What every column is taken for."""
    several = len({one.sheet for one in shown.proposals}) > 1
    samples = {
        (one.sheet, one.column): str(one.facts["sample"]) for one in shown.notices
        if one.code == UNREAD
    }
    rows = [
        [
            f"{one.sheet}!{one.column}" if several else one.column,
            _isolated(" ".join(one.heading.split())),
            _taken_for(context, one.field) or context.say("help-import.not-read"),
            context.say(f"help-import.how-{one.how}") if one.field
            else _isolated(samples.get((one.sheet, one.column), "")),
        ]
        for one in shown.proposals
    ]
    context.grid([context.say(f"help-import.column-{name}") for name in COLUMNS], rows)
    for one in shown.mapped.constants:
        context.line("help-import.for-everybody", field=one.meaning.text, value=one.cell)


def _taken_for(context: CommandContext, field: str) -> str:
    """A field in the reader's word, with the name that `--map` takes."""
    word = context.say(f"help-import.field-{meaning_of(field).field}") if field else ""
    return word if word == field else f"{word} ({field})"


def _groups(context: CommandContext, headed: str, groups: Sequence[telling.NoticeGroup]) -> None:
    if not groups:
        return
    context.line(headed)
    for group in groups[:GROUPS_SHOWN]:
        rows = ", ".join(map(str, group.rows[:ROWS_SHOWN]))
        more = " …" if len(group.rows) > ROWS_SHOWN else ""
        place = " ".join(
            part for part in (
                text("files.place-column", context.language, column=group.column)
                if group.column else "",
                f"({_isolated(group.heading)})" if group.heading else "",
            ) if part
        )
        one = "help-import.row" if len(group.rows) == 1 else "help-import.rows"
        where = context.say(one, rows=rows + more) if rows else ""
        told = "; ".join(part for part in (place, where) if part)
        showing.put(f"  {told}: {group.message}" if told else f"  {group.message}")
    if len(groups) > GROUPS_SHOWN:
        context.line("help-import.more", count=len(groups) - GROUPS_SHOWN)


def _alike(context: CommandContext, shown: ImportPreview) -> None:
    if not shown.alike:
        return
    context.line("help-import.alike")
    for one in shown.alike[:DOUBLES_SHOWN]:
        other = one.other_number or context.say("help-import.row", rows=one.other_row)
        showing.put("  " + context.say(
            "help-import.alike-one", row=one.row, name=_isolated(one.name), other=other,
            other_name=_isolated(one.other_name), reasons=agreeing(context, one.match),
            strength=context.say(f"duplicates.{one.match.strength}"),
        ))
    if len(shown.alike) > DOUBLES_SHOWN:
        context.line("help-import.more", count=len(shown.alike) - DOUBLES_SHOWN)


def _doubles(context: CommandContext, shown: ImportPreview) -> None:
    if not shown.doubles:
        return
    context.line("help-import.doubles")
    for double in shown.doubles[:DOUBLES_SHOWN]:
        showing.put(f"  {telling.double_words(double, context.language)}")
    if len(shown.doubles) > DOUBLES_SHOWN:
        context.line("help-import.more", count=len(shown.doubles) - DOUBLES_SHOWN)


def _isolated(words: str) -> str:
    """Right-to-left words that keep to themselves on a line that runs the other way."""
    return f"\u2068{words}\u2069" if script_of(words) == "Arab" else words
