"""How far a long piece of work is: a bar, what is done of how much, and about how long it takes.

An estimate is shown when it can be one: after some seconds, from the whole run's pace, rounded.
Work that cannot say how much there is, or has not said yet how much is done, shows that it goes on.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import RenderableType
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from cbi.cli.views.screen import CARDS_BELOW, console, is_screen

KNOWN_AFTER_S, KNOWN_SHARE = 3.0, 0.03
"""Before that, a pace is a guess."""


class Done(ProgressColumn):
    """What is done, of how much if that is known."""

    def render(self, task: Task) -> Text:
        """The figures."""
        done = f"{int(task.completed):,}".replace(",", "\u00a0")
        if task.total is None:
            return Text(done if task.completed else "")
        return Text(f"{done}/{int(task.total):,}".replace(",", "\u00a0"))


class TimeLeft(ProgressColumn):
    """About how long it still takes, in the words that `worded` makes of a duration."""

    max_refresh = 0.5

    def __init__(self, worded: Callable[[str], str]) -> None:
        super().__init__()
        self.worded = worded

    def render(self, task: Task) -> Text:
        """Nothing until it is known."""
        seconds = seconds_left(task.completed, task.total, task.elapsed or 0)
        return Text("" if seconds is None else self.worded(duration(seconds)), "cyan")


class UnderItsLabel(Progress):
    """Progress that stands below what it is called, where a line is too narrow for both."""

    def get_renderables(self) -> Iterator[RenderableType]:
        """The label of each piece of work, and how far it is."""
        for task in self.tasks:
            yield Text(task.description)
            yield self.make_tasks_table([task])


def seconds_left(done: float, total: float | None, elapsed: float) -> int | None:
    """The rest at the pace so far, rounded as it deserves; None where nobody can know."""
    if not total or elapsed < KNOWN_AFTER_S or done < KNOWN_SHARE * total:
        return None
    left = max(elapsed * (total - done) / done, 0)
    step = 5 if left < 60 else 30 if left < 600 else 60
    return int(-(-left // step) * step)


def duration(seconds: int) -> str:
    """Hours, minutes and seconds, without the hours where there are none."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@contextmanager
def bar(
    label: str, total: int, left: Callable[[str], str]
) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, gone when the block ends; it is told how much is done."""
    screen = console(err=True)
    narrow = screen.width < CARDS_BELOW
    columns: list[ProgressColumn] = [
        SpinnerColumn() if narrow else BarColumn(bar_width=20), Done(), TimeElapsedColumn(),
        TimeLeft(left),
    ]
    if not narrow:
        columns.insert(0, TextColumn("{task.description}", markup=False))
    kind = UnderItsLabel if narrow else Progress
    with kind(
        *columns, console=screen, transient=True, redirect_stdout=is_screen(),
    ) as drawn:
        task = drawn.add_task(label, total=None)

        def tell(done: int) -> None:
            drawn.update(task, completed=done, total=total if total and done else None)

        yield tell
