"""Questions at the terminal, on standard error so that standard output stays clean."""

from rich.prompt import PromptBase
from rich.text import Text

from cbi.cli.views.folding import folded
from cbi.cli.views.screen import console, room


class PromptQuestion(PromptBase[str]):
    """A question in the reader's own words: nothing is added to them but the usual answer."""

    response_type = str
    prompt_suffix = " "

    def render_default(self, default: object) -> Text:
        """The answer that an empty line gives."""
        return Text(f"[{default}]", "cyan")


def ask(words: str, *, default: str = "") -> str:
    """Ask for a line; an empty one gives the default."""
    question = Text(folded(words, room(err=True)), "bold")
    answer = PromptQuestion.ask(question, console=console(err=True), default=default,
                          show_default=bool(default))
    return str(answer)
