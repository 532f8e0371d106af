"""Printing: only what was approved, whole files only, and never a second sheet unnoticed."""

import dataclasses
import os
import resource
import threading
import zipfile
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from cbi.base.errors import BadFile, CbiError, Conflict, NotAllowed, NotFound, Unusable, UsageError
from cbi.distribution.listing import listed_vouchers
from cbi.distribution.printing import Printed, PrintOptions, print_batch, print_runs
from cbi.distribution.replacement import replace_and_print
from cbi.distribution.showing import voucher_facts, voucher_square, write_square
from cbi.distribution.tables import PrintRun
from cbi.issuance.drafting import draft_round
from cbi.ledger.vouchers.changes import block, replace, void
from cbi.ledger.vouchers.codes import read_code
from cbi.ledger.vouchers.redeeming import verify
from cbi.messages import text
from cbi.people.persons import set_point
from cbi.storage.database import Database
from tests.conftest import World
from tests.issuance.given import (
    FAMILIES,
    OUTSIDER,
    enrolled,
    issued_to,
    log_of,
    second_round,
    serials_of,
    state_of,
)
from tests.rows import all_rows
from tests.vouchers import in_hand, issued

ROUND = "KZ22-R1"
on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""For what only a test's own hand may change in the ledger."""



def refused(
    kind: type[CbiError], code: str,
) -> pytest.RaisesExc[CbiError]:
    return pytest.raises(kind, match=code.replace(".", r"\."))


def pages(path: Path) -> list[str]:
    return [page.get_textpage().get_text_bounded().replace("\u00a0", " ")
            for page in pypdfium2.PdfDocument(path)]


def scanned(path: Path) -> list[str]:
    found = []
    for page in pypdfium2.PdfDocument(path):
        picture = page.render(scale=2.5, grayscale=True).to_numpy()
        found += [one.text for one in zxingcpp.read_barcodes(picture)]
    return found


def codes_of(world: World, batch: str) -> dict[str, str]:
    _, vouchers = listed_vouchers(world.session("manager1"), batch, with_codes=True)
    return {one.serial: read_code(one.code or "") for one in vouchers}


def runs(world: World, batch: str) -> list[PrintRun]:
    with world.ledger.read() as tx:
        return print_runs(tx, batch)


@pytest.fixture
def batch(world: World) -> str:
    """Vouchers of four families in two cities."""
    enrolled(world)
    return issued_to(world)


def printed(
    world: World, batch: str, path: Path, *, who: str = "field1", reason: str | None = None,
    **how: Any,
) -> Printed:
    return print_batch(world.session(who), batch, path, reason=reason, options=PrintOptions(**how))


def test_what_is_printed_is_what_was_issued(world: World, batch: str, tmp_path: Path) -> None:
    made = printed(world, batch, tmp_path / "v.pdf")
    assert (made.vouchers, made.sheets, made.reprint, made.missing) == (10, 3, False, "")
    assert sorted(scanned(made.path)) == sorted(codes_of(world, batch).values())


def test_what_a_receipt_printer_is_sent_is_recorded_as_any_printing(
    world: World, batch: str, tmp_path: Path,
) -> None:
    with pytest.raises(UsageError) as caught:
        printed(world, batch, tmp_path / "v.prn")
    assert caught.value.code == "issuance.raster-of-rolls"
    assert not list(tmp_path.glob("*.prn"))
    made = printed(world, batch, tmp_path / "v.prn", format="roll-58")
    assert (made.vouchers, made.sheets) == (10, 11)
    assert made.path.read_bytes().count(b"\x1dVB\x00") == 11
    with world.ledger.read() as tx:
        assert [one.format for one in print_runs(tx, batch)] == ["roll-58"]


def test_the_file_is_the_owners_alone_for_whoever_reads_it_can_spend(
    world: World, batch: str, tmp_path: Path,
) -> None:
    for name in ("v.pdf", "v.zip"):
        made = printed(world, batch, tmp_path / name, reason="again")
        assert made.path.stat().st_mode & 0o077 == 0


def test_no_sheet_tells_who_its_bearer_is(world: World, batch: str, tmp_path: Path) -> None:
    told = "".join(pages(printed(world, batch, tmp_path / "v.pdf").path))
    with world.ledger.read() as tx:
        numbers = [row["number"] for row in all_rows(tx, "SELECT number FROM person")]
    for secret in (*numbers, "Gul", "Wali", "Afghan", "refugee"):
        assert secret not in told


def test_a_batch_that_is_not_approved_is_not_printed(world: World, tmp_path: Path) -> None:
    enrolled(world)
    made = draft_round(world.session("field1"), ROUND)
    with refused(Conflict, "issuance.batch-not-approved"):
        printed(world, made.number, tmp_path / "v.pdf")
    assert list(tmp_path.glob("*.pdf")) == []


def test_printing_is_on_record_with_who_and_when(world: World, batch: str, tmp_path: Path) -> None:
    made = printed(world, batch, tmp_path / "v.pdf")
    (run,) = runs(world, batch)
    assert (run.printed_by, run.reason, run.format, run.sheets) == ("field1", None, "a4", 3)
    assert (run.first_serial, run.last_serial) == (made.first_serial, made.last_serial)
    assert [line["operator"] for line in log_of(world, "batch.print")] == ["field1"]


def test_printing_again_needs_a_reason_and_every_sheet_says_so(
    world: World, batch: str, tmp_path: Path,
) -> None:
    printed(world, batch, tmp_path / "v.pdf")
    with refused(UsageError, "issuance.reprint-reason-missing"):
        printed(world, batch, tmp_path / "again.pdf")
    assert not (tmp_path / "again.pdf").exists()
    made = printed(world, batch, tmp_path / "again.pdf", reason="coffee on the stack")
    assert made.reprint
    assert all("REPRINT: coffee on the stack" in page for page in pages(made.path))
    assert [run.reason for run in runs(world, batch)] == [None, "coffee on the stack"]


def test_city_after_city_is_no_reprint(world: World, batch: str, tmp_path: Path) -> None:
    one = printed(world, batch, tmp_path / "a.pdf", city="almaty")
    two = printed(world, batch, tmp_path / "b.pdf", city="astana")
    assert (one.vouchers, two.vouchers, two.reprint) == (8, 2, False)
    with refused(UsageError, "issuance.reprint-reason-missing") as caught:
        printed(world, batch, tmp_path / "c.pdf")
    assert "10 of these vouchers" in text(caught.value.code, "en", **caught.value.facts)


@pytest.mark.parametrize(("name", "password", "code"), [
    ("v.docx", None, "issuance.paper-ending"), ("v", None, "issuance.paper-ending"),
    ("v.zip", "maple-river-9", "issuance.pictures-unlockable"),
])
def test_a_file_that_would_be_another_thing_than_its_name_says_is_refused(
    world: World, batch: str, tmp_path: Path, name: str, password: str | None, code: str
) -> None:
    with refused(UsageError, code):
        print_batch(world.session("field1"), batch, tmp_path / name, password=password)
    assert not (tmp_path / name).exists()
    assert runs(world, batch) == []


def test_single_serials_are_printed_by_themselves(world: World, batch: str, tmp_path: Path) -> None:
    serial = serials_of(world, batch)[3]
    made = printed(world, batch, tmp_path / "one.pdf", serials=[serial.lower()])
    assert (made.vouchers, made.first_serial) == (1, serial)
    assert scanned(made.path) == [codes_of(world, batch)[serial]]


@pytest.mark.parametrize(("how", "kind", "code"), [
    ({"serials": ["KZ22-R1-009999"]}, NotFound, "issuance.serial-not-in-batch"),
    ({"city": "semey"}, NotFound, "place.city-unknown"),
    ({"city": "astana", "serials": ["KZ22-R1-000001"]}, Conflict,
     "issuance.nothing-to-print-there"),
    ({"cashier_language": "klingon"}, UsageError, "people.language-unknown"),
    ({"format": "poster"}, UsageError, "voucher.format-unknown"),
])
def test_what_cannot_be_printed_leaves_nothing_behind(
    world: World, batch: str, tmp_path: Path, how: dict[str, Any],
    kind: type[CbiError], code: str,
) -> None:
    with refused(kind, code) as caught:
        printed(world, batch, tmp_path / "v.pdf", **how)
    assert "{" not in text(caught.value.code, "en", **caught.value.facts)
    assert list(tmp_path.glob("*v.pdf*")) == []
    assert runs(world, batch) == []


def test_closed_vouchers_are_left_out_and_blocked_ones_are_not(
    world: World, tmp_path: Path,
) -> None:
    dead, stopped, alive = in_hand(world, [1_500_000] * 3)
    void(world.session("manager1"), dead.serial, "lost")
    block(world.session("field1"), stopped.serial, "asked to wait")
    made = printed(world, "KZ22-R1-B1", tmp_path / "v.pdf")
    assert sorted(scanned(made.path)) == sorted([stopped.code, alive.code])


def test_the_stack_lies_as_the_list_does_by_city_point_and_family(
    world: World, tmp_path: Path,
) -> None:
    families = enrolled(world)
    with world.ledger.read() as tx:
        home = tx.value("SELECT household FROM person WHERE number = :number",
                        number=families[0].head)
    set_point(world.session("field1"), home, "School 5")
    number = issued_to(world)
    made = printed(world, number, tmp_path / "v.pdf", plain=True)
    with world.ledger.read() as tx:
        rows = all_rows(tx, "SELECT serial, beneficiary FROM voucher ORDER BY serial")
    owner = {row["serial"]: row["beneficiary"] for row in rows}
    order = [
        list(dict.fromkeys(owner[word] for word in page.split() if word in owner))
        for page in pages(made.path)[1:]
    ]
    first, second, third, fourth = families
    assert sorted(order[0]) == sorted((*second.numbers, *third.numbers))
    assert order[1] == [*first.numbers]
    assert order[2] == [fourth.head]


def test_the_keyring_must_open_codes(world: World, batch: str, tmp_path: Path) -> None:
    keys = {name: key for name, key in world.keys.keys.items() if name != "codes"}
    poorer = dataclasses.replace(world.keys, keys=keys)
    session = dataclasses.replace(world.session("field1"), open_keys=lambda: poorer)
    with pytest.raises(Unusable):
        print_batch(session, batch, tmp_path / "v.pdf")


@pytest.mark.parametrize("who", [OUTSIDER, "cashier1", "finance1", "auditor1", "admin1"])
def test_printing_and_seeing_codes_is_for_field_staff_and_managers(
    world: World, batch: str, who: str, tmp_path: Path,
) -> None:
    session, serial = world.session(who), serials_of(world, batch)[0]
    for act in (
        lambda: print_batch(session, batch, tmp_path / "v.pdf"),
        lambda: listed_vouchers(session, batch, with_codes=True),
        lambda: voucher_square(session, serial),
        lambda: replace_and_print(session, serial, "lost", tmp_path / "v.pdf"),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert list(tmp_path.glob("*.pdf")) == []


def opened_again(world: World) -> Database:
    """The same ledger as another process has it."""
    return world.again()


def test_two_desks_at_once_print_one_batch_once(world: World, batch: str, tmp_path: Path) -> None:
    outcomes: list[object] = []
    both = threading.Barrier(2)

    def at_a_desk(number: int) -> None:
        ledger = opened_again(world)
        session = dataclasses.replace(world.session("field1"), ledger=ledger)
        waited = False

        def wait(_: object) -> None:
            nonlocal waited
            if not waited:
                waited = True
                both.wait(timeout=60)

        try:
            outcomes.append(print_batch(session, batch, tmp_path / f"{number}.pdf",
                                        options=PrintOptions(progress=wait)))
        except CbiError as error:
            outcomes.append(error)
        finally:
            ledger.close()

    threads = [threading.Thread(target=at_a_desk, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    failures = [one for one in outcomes if isinstance(one, CbiError)]
    assert [failure.code for failure in failures] == ["issuance.printed-meanwhile"]
    assert len(list(tmp_path.glob("*.pdf"))) == 1
    assert len(runs(world, batch)) == 1


def test_a_disk_that_is_full_in_the_middle_leaves_no_file_and_no_record(
    world: World, batch: str, tmp_path: Path,
) -> None:
    """The file may not grow beyond 20 kB, as on a full disk; the sheets need more."""
    pid = os.fork()
    if pid == 0:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        try:
            printed(world, batch, tmp_path / "v.pdf")
        except BadFile as error:
            os._exit(10 if error.code == "files.cannot-write" else 11)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 10
    assert [one.name for one in tmp_path.iterdir() if "v.pdf" in one.name] == []
    assert runs(world, batch) == []


def test_a_folder_that_is_not_there_is_told_before_anything_is_drawn(
    world: World, batch: str, tmp_path: Path,
) -> None:
    with refused(BadFile, "files.no-folder"):
        printed(world, batch, tmp_path / "nowhere" / "v.pdf")


@on_sqlite
def test_the_same_printing_twice_is_the_same_bytes(
    world: World, batch: str, tmp_path: Path,
) -> None:
    at = world.clock.now
    one = printed(world, batch, tmp_path / "a.pdf", reason="again").path.read_bytes()
    world.clock.now = at
    with world.ledger.write() as tx:
        tx.run("DROP TRIGGER printed_voucher_no_delete")
        tx.run("DELETE FROM printed_voucher")
    assert printed(world, batch, tmp_path / "b.pdf", reason="again").path.read_bytes() == one


def test_as_pictures_each_voucher_is_a_file_of_an_archive(
    world: World, batch: str, tmp_path: Path,
) -> None:
    made = printed(world, batch, tmp_path / "v.zip", city="astana")
    with zipfile.ZipFile(made.path) as archive:
        assert archive.namelist() == [f"{serial}.png" for serial in serials_of(world, batch)[-2:]]
    assert runs(world, batch)[0].format == "picture"
    one = printed(world, batch, tmp_path / "one.png", serials=serials_of(world, batch)[:1])
    assert one.path.read_bytes().startswith(b"\x89PNG")


def test_replacing_kills_the_old_code_and_prints_the_new_one(world: World, tmp_path: Path) -> None:
    (old,) = in_hand(world, [1_500_000])
    printed(world, "KZ22-R1-B1", tmp_path / "v.pdf")
    made = replace_and_print(world.session("field1"), old.serial, "torn", tmp_path / "new.pdf")
    assert verify(world.session("cashier1"), old.code).answer == "replaced"
    (code,) = scanned(tmp_path / "new.pdf")
    assert verify(world.session("cashier1"), code).serial == made.voucher.serial
    cover = pages(tmp_path / "new.pdf")[0]
    assert f"Takes the place of {old.serial}" in " ".join(cover.split())
    assert "REPRINT" not in cover
    assert not made.printed.reprint


def test_printing_a_batch_prints_what_took_another_s_place_and_nothing_again(
    world: World, tmp_path: Path,
) -> None:
    old, _ = in_hand(world, [1_500_000] * 2)
    printed(world, "KZ22-R1-B1", tmp_path / "v.pdf")
    new = replace(world.session("field1"), old.serial, "lost")
    made = printed(world, "KZ22-R1-B1", tmp_path / "new.pdf")
    assert (made.first_serial, made.vouchers, made.earlier) == (new.serial, 1, 1)
    assert not made.reprint
    with refused(UsageError, "issuance.reprint-reason-missing"):
        printed(world, "KZ22-R1-B1", tmp_path / "again.pdf")


def test_a_place_that_cannot_be_written_replaces_nothing(world: World, tmp_path: Path) -> None:
    (old,) = in_hand(world, [1_500_000])
    with refused(BadFile, "files.no-folder"):
        replace_and_print(world.session("field1"), old.serial, "torn", tmp_path / "no" / "new.pdf")
    assert state_of(world, old.serial) == "active"


def test_a_disk_that_fills_after_the_replacing_says_what_is_left_to_do(
    world: World, tmp_path: Path,
) -> None:
    (old,) = in_hand(world, [1_500_000])
    target = tmp_path / "new.pdf"

    def fill(_: object) -> None:
        raise OSError(28, "No space left on device")

    with refused(BadFile, "issuance.replaced-not-printed") as caught:
        replace_and_print(
            world.session("field1"), old.serial, "torn", target, PrintOptions(progress=fill)
        )
    assert not target.exists()
    facts = caught.value.facts
    assert facts["old"] == old.serial
    made = printed(world, str(facts["batch"]), target, serials=[facts["serial"]])
    assert not made.reprint


def test_a_voucher_is_shown_to_readers_and_its_square_to_printers(
    world: World, tmp_path: Path,
) -> None:
    (paper,) = issued(world, [1_500_000])
    found = voucher_facts(world.session("auditor1"), paper.serial)
    assert (found.state, found.face_minor) == ("issued", 1_500_000)
    shown = voucher_square(world.session("field1"), paper.serial)
    assert read_code(shown.code) == paper.code
    assert paper.code not in repr(shown)
    assert [line["object"] for line in log_of(world, "voucher.code-shown")] == [paper.serial]
    write_square(shown, tmp_path / "q.svg")
    write_square(shown, tmp_path / "q.png")
    assert (tmp_path / "q.png").stat().st_mode & 0o077 == 0
    with refused(UsageError, "voucher.square-ending"):
        write_square(shown, tmp_path / "q.gif")
    with pytest.raises(NotAllowed):
        voucher_facts(world.session(OUTSIDER), paper.serial)


def test_a_dead_vouchers_square_is_not_shown(world: World) -> None:
    (paper,) = in_hand(world, [1_500_000])
    replace(world.session("field1"), paper.serial, "lost")
    with refused(Conflict, "ledger.voucher-state"):
        voucher_square(world.session("field1"), paper.serial)


def test_codes_in_a_list_are_logged_and_a_list_without_is_not(world: World, batch: str) -> None:
    _, vouchers = listed_vouchers(world.session("auditor1"), batch)
    assert {one.code for one in vouchers} == {None}
    assert log_of(world, "batch.codes-shown") == []
    _, vouchers = listed_vouchers(world.session("manager1"), batch, with_codes=True)
    assert len({one.code for one in vouchers}) == 10
    assert len(log_of(world, "batch.codes-shown")) == 1
    assert vouchers[0].balance_minor == vouchers[0].face_minor


@on_sqlite
def test_a_practice_ledger_says_so_on_every_page(empty_world: World, tmp_path: Path) -> None:
    from tests.conftest import build

    world = empty_world
    build(world)
    with world.ledger.write() as tx:
        tx.run("DROP TRIGGER ledger_identity_no_update")
        tx.run("UPDATE ledger_identity SET practice = 1")
    enrolled(world, FAMILIES[:1])
    second_round(world, code="KZ22-R9", valid_from="2022-08-01")
    made = printed(world, issued_to(world), tmp_path / "v.pdf")
    assert all("PRACTICE" in page or "تمرینی" in page for page in pages(made.path))
