"""What belongs to what, as a tree: a voucher's story by its days, a household by its people."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.tree import Tree

from cbi.cli.views.cell import Cell
from cbi.cli.views.folding import apart
from cbi.cli.views.screen import console


class Branch(NamedTuple):
    """A sentence, and those that belong to it."""

    words: str
    twigs: Sequence[str] = ()


def show_tree(root: str, branches: Iterable[Branch]) -> None:
    """Draw it."""
    tree = Tree(Cell(apart(root)), guide_style="dim")
    for branch in branches:
        grown = tree.add(Cell(apart(branch.words)))
        for twig in branch.twigs:
            grown.add(Cell(apart(twig)))
    console().print(tree)
