"""Tables between tags: pages as tills save them under `.xls`, and XML Spreadsheet 2003."""

from datetime import date, datetime
from pathlib import Path

import pytest

from cbi.base import BadFile
from cbi.files import Table, read_table, read_tables

SS = "urn:schemas-microsoft-com:office:spreadsheet"


def page(tmp_path: Path, body: str, *, charset: str = "utf-8", head: str = "") -> Table:
    path = tmp_path / "report.xls"
    path.write_bytes(f"<html><head>{head}</head><body>{body}</body></html>".encode(charset))
    return read_table(path)


def shown(table: Table) -> list[tuple[object, ...]]:
    return [row.cells for row in table.rows]


def test_lines_and_tables_are_rows_as_they_would_print(tmp_path: Path) -> None:
    found = page(tmp_path, """
        <script>var hidden = "<td>no</td>";</script>
        <h2>Vouchers,<br>August</h2><p>Shop&nbsp;1</p>
        <table><tr><th>No.<th>Amount
        <tr><td> R1-2 </td><td>1&nbsp;500,00</td></tr>
        <tr style="display: none"><td>R1-3<td>7</table><div>Signed: <b>A. B.</b></div>""")
    assert shown(found) == [
        ("Vouchers,\nAugust", None), ("Shop 1", None), ("No.", "Amount"), ("R1-2", "1 500,00"),
        ("R1-3", "7"), ("Signed: A. B.", None),
    ]
    assert found.hidden == {5}


def test_what_spans_is_merged_and_takes_its_place(tmp_path: Path) -> None:
    found = page(tmp_path, """<table>
        <tr><td rowspan=2>almaty</td><td colspan="2">voucher</td></tr>
        <tr><td>R1-2</td><td>5</td></tr>
        <tr><td>astana</td><td>R1-3</td><td x:num="77770000011">7.78E+10</td></tr></table>""")
    assert shown(found) == [
        ("almaty", "voucher", None), (None, "R1-2", "5"), ("astana", "R1-3", "77770000011"),
    ]
    assert set(found.merges) == {((0, 0), (1, 0)), ((0, 1), (0, 2))}


def test_a_table_within_a_cell_goes_on_below(tmp_path: Path) -> None:
    found = page(tmp_path, "<table><tr><td>Till 1<table><tr><td>a</td><td>b</td></tr></table>"
                           "</td></tr><tr><td>end</td></tr></table>")
    assert shown(found) == [("Till 1", None), ("a", "b"), ("end", None)]


@pytest.mark.parametrize("head", ['<meta charset="windows-1251">', ""])
def test_an_old_page_is_in_the_code_page_that_it_names_or_that_makes_words(
    tmp_path: Path, head: str,
) -> None:
    found = page(tmp_path, "<p>Отчёт о продажах по ваучерам<table><tr><td>Номер<td>Сумма</table>",
                 charset="cp1251", head=head)
    assert shown(found) == [("Отчёт о продажах по ваучерам", None), ("Номер", "Сумма")]


@pytest.mark.parametrize("body", [
    "<table><tr><td>R1-2</td></tr><tr><td>R1-", "<table><tr><td>R1-2</td></tr></table><p>Shop",
    "<table><tr><td>a<table><tr><td>b</td></tr></table>",
])
def test_a_page_that_was_cut_off_is_refused(tmp_path: Path, body: str) -> None:
    path = tmp_path / "half.xls"
    path.write_text(f"<html><body>{body}", "utf-8")
    with pytest.raises(BadFile, match=r"files\.markup-cut-off"):
        read_table(path)


def test_a_bare_table_needs_no_page_around_it(tmp_path: Path) -> None:
    path = tmp_path / "bare.xls"
    path.write_text("<table><tr><td>R1-2<td>5</table>", "utf-8")
    assert shown(read_table(path)) == [("R1-2", "5")]


def xml(tmp_path: Path, *sheets: str) -> Path:
    path = tmp_path / "register.xml"
    path.write_text(f'<?xml version="1.0"?><Workbook xmlns="{SS}" xmlns:ss="{SS}" xmlns:x='
                    f'"urn:schemas-microsoft-com:office:excel">{"".join(sheets)}</Workbook>')
    return path


def cell(kind: str, text: str, more: str = "") -> str:
    return f'<Cell {more}><Data ss:Type="{kind}">{text}</Data></Cell>'


def test_an_xml_spreadsheet_tells_its_cells_by_kind_and_place(tmp_path: Path) -> None:
    (found,) = read_tables(xml(
        tmp_path,
        '<Worksheet ss:Name="Register"><Table>'
        f'<Row>{cell("String", "Voucher", "ss:MergeAcross=&quot;1&quot;")}'.replace("&quot;", '"')
        + f'{cell("String", "When")}</Row><Row ss:Index="4" ss:Hidden="1">'
        + cell("Number", "15000") + cell("DateTime", "2022-08-16T12:11:19.000", 'ss:Index="3"')
        + f'{cell("DateTime", "2022-08-16T00:00:00.000")}{cell("Boolean", "1")}'
        + f'{cell("Error", "#N/A")}</Row></Table></Worksheet>',
        f'<Worksheet ss:Name="Old"><Table><Row>{cell("String", "x")}</Row></Table>'
        "<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet>",
    ))
    assert [(row.number, row.cells) for row in found.rows] == [
        (1, ("Voucher", None, "When", None, None, None)),
        (4, (15000.0, None, datetime(2022, 8, 16, 12, 11, 19), date(2022, 8, 16), True, "#N/A")),  # noqa: DTZ001
    ]
    assert (found.sheet, found.merges) == ("Register", (((0, 0), (0, 1)),))
    assert found.hidden == {4}
    assert [one.code for one in found.warnings] == ["files.hidden-sheets"]


def test_damaged_xml_and_what_goes_backwards_is_refused(tmp_path: Path) -> None:
    twice = f'<Row ss:Index="2">{cell("Number", "1")}</Row><Row ss:Index="2"></Row>'
    for sheet in ("<Worksheet>", f'<Worksheet ss:Name="a"><Table>{twice}</Table></Worksheet>'):
        with pytest.raises(BadFile, match=r"files\.markup-unreadable"):
            read_tables(xml(tmp_path, sheet))


def test_a_cell_far_away_is_refused(tmp_path: Path) -> None:
    far = cell("Number", "1", 'ss:Index="9000"')
    rows = f'<Row ss:Index="20000">{far}</Row>'
    with pytest.raises(BadFile, match=r"files\.xlsx-far-cell"):
        read_tables(xml(tmp_path, f'<Worksheet ss:Name="a"><Table>{rows}</Table></Worksheet>'))
