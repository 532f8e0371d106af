"""What always holds of people, each rule by its name, for `cbi check`: one pass of SQL a rule.

Nothing here opens a name. A rule gives the numbers that break it; its words are in the catalogue,
`people.rule-<name>` for the rule and `people.broken-<name>` for what is wrong.
"""

from sqlmodel import col, select

from cbi.operators.log import entries
from cbi.people.records.tables import PersonFlag, PersonRow
from cbi.storage.transactions import ReadTransaction

EVERY = 2**62
RULES: dict[str, str] = {
    "records-there": (
        "SELECT number FROM person WHERE version <>"
        " (SELECT coalesce(max(version), 0) FROM person_version"
        " WHERE person_version.person = person.number)"
    ),
    "consent-follows": (
        "SELECT number FROM person WHERE consent <> CASE WHEN erased_at IS NULL AND"
        " (SELECT kind FROM consent AS given WHERE given.person = person.number"
        " ORDER BY seq DESC LIMIT 1) = 'given' THEN 1 ELSE 0 END"
    ),
    "households-whole": (
        "SELECT person.number FROM person LEFT JOIN household"
        " ON household.number = person.household WHERE household.number IS NULL"
        " UNION SELECT household.number FROM household LEFT JOIN person"
        " ON person.number = household.head AND person.household = household.number"
        " WHERE household.head IS NOT NULL AND person.number IS NULL"
    ),
    "merged-into-somebody": (
        "SELECT person.number FROM person LEFT JOIN person AS kept"
        " ON kept.number = person.merged_into"
        " WHERE person.merged_into IS NOT NULL AND kept.number IS NULL"
    ),
    "erased-on-record": (
        "SELECT person.number FROM person LEFT JOIN erasure ON erasure.person = person.number"
        " WHERE (person.erased_at IS NULL) <> (erasure.person IS NULL)"
    ),
}


FLAGS_RULE = "flags-as-logged"


def broken(tx: ReadTransaction) -> dict[str, list[str]]:
    """Of every rule the numbers, of people or households, that break it."""
    found = {
        name: sorted(number for (number,) in tx.tuples(f"SELECT number FROM ({sql}) AS wrong"))
        for name, sql in RULES.items()
    }
    return {**found, FLAGS_RULE: sorted(_flagged_otherwise(tx))}


def _flagged_otherwise(tx: ReadTransaction) -> set[str]:
    """People whose flags are not the last that the log tells of, by whom and when it says."""
    erased = set(tx.all(select(PersonRow.number).where(col(PersonRow.erased_at).is_not(None))))
    told: dict[str, set[tuple[str, str, int]]] = {}
    for line in entries(tx, action="people.flags", limit=EVERY):
        flags = str(line.detail["became"]).split(", ") if line.object not in erased else []
        told.setdefault(line.object, {(flag, line.operator, line.at) for flag in flags if flag})
    held: dict[str, set[tuple[str, str, int]]] = {}
    for row in tx.all(select(PersonFlag)):
        held.setdefault(row.person, set()).add((row.flag, row.set_by, row.set_at))
    return {
        number for number in told.keys() | held.keys()
        if told.get(number, set()) != held.get(number, set())
    }
