"""The house rules that no linter knows, read from the code itself."""

import ast
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.trees import nodes, tree

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "cbi").rglob("*.py"))
FOLDER_MODULES_MAX, MODULE_LINES_MAX, BODY_LINES_MAX, PARAMETERS_MAX = 35, 400, 40, 6
LARGER: dict[str, int] = {}
"""Modules that are still larger than they should be, with their size: it may only go down."""

WIDER: dict[str, int] = {}
"""Functions with more parameters than they should have; Typer commands are counted apart."""

REFUSALS = {"UsageError", "NotAllowed", "NotFound", "Conflict", "BadFile", "Unusable"}
CODED = {"state", "status", "verdict"}

TOP_LEVEL = {
    "pyproject.toml", "cbi", "data", "tests", "docs", "README.md", "LICENSE", "CHANGELOG.md",
    "requirements.lock", "findings",
}


def functions(module: Path) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every function of a module, with a name that a reader finds."""
    for node in nodes(module):
        if isinstance(node, ast.FunctionDef):
            yield f"{module.relative_to(ROOT)}:{node.name}", node


def body_lines(node: ast.FunctionDef) -> int:
    """A function's lines without its docstring and signature."""
    body = node.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    if not body:
        return 0
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def is_command(node: ast.FunctionDef) -> bool:
    return any("command" in ast.unparse(decorator) for decorator in node.decorator_list)


def test_modules_are_small() -> None:
    sizes = {str(module.relative_to(ROOT)): len(module.read_text("utf-8").splitlines())
             for module in MODULES}
    too_large = {name: size for name, size in sizes.items()
                 if size > LARGER.get(name, MODULE_LINES_MAX)}
    assert not too_large


def test_folders_are_small() -> None:
    sizes = Counter(str(module.parent.relative_to(ROOT)) for module in MODULES)
    assert not {name: size for name, size in sizes.items() if size > FOLDER_MODULES_MAX}


def test_functions_fit_a_screen() -> None:
    long = {name: body_lines(node) for module in MODULES for name, node in functions(module)
            if body_lines(node) > BODY_LINES_MAX}
    assert not long


def test_functions_take_few_parameters() -> None:
    wide = {}
    for module in MODULES:
        for name, node in functions(module):
            count = len([
                argument for argument in (*node.args.args, *node.args.kwonlyargs)
                if argument.arg not in ("self", "cls", "tx", "session")
            ])
            if count > WIDER.get(name, PARAMETERS_MAX) and not is_command(node):
                wide[name] = count
    assert not wide


def test_a_public_class_name_stands_once() -> None:
    """A reader who finds a name finds what it names, and a traceback tells which it was."""
    places: dict[str, list[str]] = {}
    for module in MODULES:
        for node in nodes(module):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(str(module.relative_to(ROOT)))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(module.relative_to(ROOT)) for module in MODULES
              if module.stat().st_size and not ast.get_docstring(tree(module))]
    assert not silent


def test_transactions_end_in_storage_alone() -> None:
    pattern = re.compile(r"\.commit\(|\"COMMIT\"|'COMMIT'|\.rollback\(")
    elsewhere = [str(module.relative_to(ROOT)) for module in MODULES
                 if pattern.search(module.read_text("utf-8"))
                 and module.relative_to(ROOT).parts[1] != "storage"]
    assert not elsewhere


def test_the_clock_and_randomness_are_handed_in() -> None:
    """Only the base and the composition root know the machine's clock and randomness."""
    pattern = re.compile(
        r"\btime\.time\(|time_ns\(|datetime\.now\(|date\.today\(|os\.urandom|\bsecrets\.|uuid4"
    )
    allowed = {"cbi/base/clock.py", "cbi/base/ids.py"}
    reached = [str(module.relative_to(ROOT)) for module in MODULES
               if pattern.search(module.read_text("utf-8"))
               and str(module.relative_to(ROOT)) not in allowed]
    assert not reached


def test_amounts_and_days_are_written_in_one_place() -> None:
    """For people `cbi.messages.figures` writes them; for files, and as the office's terminal shows
    days, the base. Whoever makes a format of their own writes a language another way."""
    pattern = re.compile(r"%Y-%m-%d|%d\.%m|:,d?\}")
    allowed = {
        "cbi/base/clock.py", "cbi/base/money.py", "cbi/messages/figures.py",
        "cbi/cli/command_context.py", "cbi/cli/views/progress.py",  # seconds; a count of work done
        "cbi/cli/faults.py", "cbi/cli/care/support.py",  # logs
        # cells of a workbook
        "cbi/finance/workbook/sheets.py", "cbi/finance/decisions/deciding_sheet.py",
        "cbi/practice/shop_files.py", "cbi/practice/writing.py",  # files as strangers write them
    }
    own = {str(module.relative_to(ROOT)) for module in MODULES
           if pattern.search(module.read_text("utf-8"))}
    assert own <= allowed
    bare = re.compile(r"\b(show_amount|plain_amount|minute_at)\(")
    assert not [one.name for room in ("paper", "web") for one in (ROOT / "cbi" / room).glob("*.py")
                if bare.search(one.read_text("utf-8"))]


def test_a_refusal_says_a_state_in_its_reader_s_words() -> None:
    """A code that comes from a row is a `Term`: as it stands, it is English in every language."""
    bare = [
        f"{module.relative_to(ROOT)}:{node.lineno}"
        for module in MODULES for node in nodes(module) if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name) and node.func.id in REFUSALS
        for fact in node.keywords
        if isinstance(fact.value, ast.Attribute) and fact.value.attr in CODED
        and fact.arg != "text"  # what somebody typed, told back
    ]
    assert not bare


def test_no_broad_except_below_the_edges() -> None:
    """Only the edges (command line, server) and the drivers' translation catch all."""
    allowed = {"cbi/cli/run.py", "cbi/web/guard.py", "cbi/storage/faults.py"}
    broad = []
    for module in MODULES:
        for node in nodes(module):
            if isinstance(node, ast.ExceptHandler) and (
                node.type is None or ast.unparse(node.type) == "Exception"
            ):
                broad.append(str(module.relative_to(ROOT)))
    assert set(broad) <= allowed


def test_the_top_level_holds_what_the_design_lists() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout: the list of tracked files is not known")
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    top = {name.split("/")[0] for name in tracked if name}
    assert {name for name in top if not name.startswith(".")} <= TOP_LEVEL
