"""Every module of the package as the tests of the house walk it, read and parsed once."""

import ast
from functools import cache
from pathlib import Path


@cache
def tree(module: Path) -> ast.Module:
    """A module's tree."""
    return ast.parse(module.read_text("utf-8"))


@cache
def nodes(module: Path) -> tuple[ast.AST, ...]:
    """Every node of a module's tree, from the outermost in."""
    return tuple(ast.walk(tree(module)))
