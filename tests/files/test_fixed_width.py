"""A print-out's columns, by their places; other texts are left alone."""

from cbi.files.fixed_width import columns_by_place

PAGE = """SHOP "OAK"         VOUCHERS 16/08/22-30/08/22   p. 1
----------------------------------------------------
  N Date       Store      Receipt            Amount
----------------------------------------------------
  1 16/08/2022 Almaty 2   A2-007358       12 737,25
  2 17/08/2022 Astana     S1-2             3 440,00
  3 18/08/2022            A2-7             4 150,00
  4 19/08/2022 Almaty 1   A1-004236            9,75
  5 20/08/2022 Almaty 1   A1-4             1 009,75
----------------------------------------------------
    Page total                            21 346,50
"""


def test_columns_are_where_all_lines_are_blank_and_headings_stand_apart() -> None:
    made = columns_by_place(PAGE)
    assert made is not None
    told = {one.number: one.cells for one in made}
    assert told[3] == ("N", "Date", "Store", "Receipt", "Amount")
    assert told[5] == ("1", "16/08/2022", "Almaty 2", "A2-007358", "12 737,25")
    assert told[7] == ("3", "18/08/2022", None, "A2-7", "4 150,00")
    assert told[11][-1] == "21 346,50"
    assert "Page total" in told[11]


def test_a_separated_list_and_a_letter_are_none() -> None:
    assert columns_by_place("a;b;c\n" + "16.08.2022   1;  x y 2;  3\n" * 9) is None
    assert columns_by_place("Dear all,\nplease find 3 lists.\n" * 9) is None
