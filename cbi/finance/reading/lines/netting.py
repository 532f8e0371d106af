"""Returns taken off their sales, and what a statement's sums come to in the end. Pure.

A return belongs to the sale of the same voucher (or receipt): of its amount, else of a larger one.
What belongs to none is a credit, kept by name among what is no claim.
"""

from collections.abc import Mapping, Sequence

from cbi.base.money import show_amount
from cbi.files import Problem, column_letter
from cbi.finance.reading.lines.line_parts import LeftLine, ReadLine, ReadLines
from cbi.finance.reading.structure.totals import Checked, stated_by


def net(read: ReadLines) -> None:
    """Take every return off its sale; lines are numbered anew in the order of the file."""
    if all(line.amount_minor > 0 for line in read.lines):
        return
    sales = {line.line: line for line in read.lines if line.amount_minor > 0}
    by_name: dict[object, list[ReadLine]] = {}
    for back in (line for line in read.lines if line.amount_minor < 0):
        if not by_name:
            for line in sales.values():
                by_name.setdefault(_name(line), []).append(line)
        sale = _sale_of(back, [sales[one.line] for one in by_name.get(_name(back), ())
                               if one.line in sales]) or _masked_alike(back, sales, read.masks)
        if sale is None:
            read.left.append(_left("credit", back))
            read.warnings.append(_said("finance.return-alone", back))
        elif sale.amount_minor + back.amount_minor == 0:
            del sales[sale.line]
            read.left += [_left("returned", sale), _left("return", back)]
            read.warnings.append(_said("finance.return-netted", back, sale=sale.row))
        else:
            rest = sale.amount_minor + back.amount_minor
            sales[sale.line] = sale._replace(amount_minor=rest)
            read.left.append(_left("netted", back)._replace(amount_minor=0))
            read.warnings.append(_said("finance.return-netted", back, sale=sale.row))
    if len(sales) < len(read.lines):
        read.lines[:] = [
            line._replace(line=number) for number, line in enumerate(sales.values(), 1)
        ]


def check_sums(
    read: ReadLines, sheets: Sequence[str | None], amount_at: Sequence[int], currency: str
) -> None:
    """Judge the rows that may be sums; a wrong one is told with its rows, a nameless one is kept
    out with its own."""
    checked = read.sums.checked()
    for one in checked:
        sheet, letter = sheets[one.mark.sheet], column_letter(amount_at[one.mark.sheet])
        if one.verdict == "nameless":
            read.problems.append(
                Problem("finance.no-sum", sheet, one.mark.row, letter, _facts(one, currency))
            )
            read.left.append(LeftLine(
                "unread", sheet, one.mark.row, one.mark.label[:60], one.mark.amounts[0],
                "finance.no-sum",
            ))
        elif one.verdict in ("wrong", "unchecked"):
            code = "finance.total-differs" if one.verdict == "wrong" else "finance.total-unchecked"
            read.warnings.append(Problem(code, sheet, one.mark.row, letter, _facts(one, currency)))
        elif one.verdict in ("tax", "net"):
            read.warnings.append(Problem(
                "finance.row-noted", sheet, one.mark.row, letter, {"text": one.mark.label[:60]}
            ))
    read.stated_minor = stated_by(read.sums, checked)


def check_said(
    read: ReadLines, said: Sequence[tuple[str | None, int, int]], currency: str
) -> None:
    """Sums above the headings or on a sheet of sums alone: (sheet, row, amount) each."""
    whole = sum(amount or 0 for amount in read.sums.amounts)
    above = sum(max(amount or 0, 0) for amount in read.sums.amounts)
    unknown = None in read.sums.amounts
    for sheet, row, amount in said:
        if amount in (whole, above) and not unknown:
            read.stated_minor = amount
            continue
        code = "finance.total-unchecked" if unknown else "finance.total-differs-all"
        read.warnings.append(Problem(code, sheet, row, None, {
            "stated": show_amount(amount, currency), "summed": show_amount(whole, currency),
            "first": read.sums.rows[0] if read.sums.rows else row,
            "last": read.sums.rows[-1] if read.sums.rows else row,
        }))
        if read.stated_minor is None:
            read.stated_minor = amount


def _facts(one: Checked, currency: str) -> dict[str, object]:
    return {
        "stated": show_amount(one.stated_minor, currency),
        "summed": show_amount(one.summed_minor, currency), "first": one.first,
        "last": one.last,
    }


def _name(line: ReadLine) -> object:
    if line.named.kind == "receipt":
        return "receipt", line.store, line.receipt
    return line.named.kind, line.named.key


def _sale_of(back: ReadLine, sales: Sequence[ReadLine]) -> ReadLine | None:
    """The sale that a return is of: on its receipt, of its amount; else the one that is large
    enough."""
    amount = -back.amount_minor
    fits = [one for one in sales if one.amount_minor >= amount]
    fits.sort(key=lambda one: (
        one.amount_minor != amount, one.receipt != back.receipt, one.line
    ))
    exact = [one for one in fits if one.amount_minor == amount]
    if exact or len(fits) == 1:
        return (exact or fits)[0]
    same = [one for one in fits if one.receipt and one.receipt == back.receipt]
    return same[0] if len(same) == 1 else None


def _masked_alike(
    back: ReadLine, sales: Mapping[int, ReadLine], masks: Mapping[tuple[str | None, int], str]
) -> ReadLine | None:
    """The sale on another receipt of the one voucher whose code stars hide alike."""
    mask = masks.get((back.sheet, back.row))
    return None if mask is None else _sale_of(back, [
        one for one in sales.values()
        if one.store == back.store and masks.get((one.sheet, one.row)) == mask
    ])


def _left(kind: str, line: ReadLine) -> LeftLine:
    return LeftLine(kind, line.sheet, line.row, line.named.shown, line.amount_minor)


def _said(code: str, back: ReadLine, **facts: object) -> Problem:
    return Problem(code, back.sheet, back.row, None, {"voucher": back.named.shown, **facts})
