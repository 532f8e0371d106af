"""Lines of the command line, typed in the tests' world by one of its operators."""

from cbi.cli.command_context import CommandContext
from cbi.cli.globals import Globals
from cbi.cli.run import run


class WorldHere(CommandContext):
    """A line's surroundings in the tests' world, with somebody signed in."""

    def __init__(self, settings, world, name):
        super().__init__(settings)
        self.world, self.name = world, name

    def for_line(self, settings):
        return WorldHere(settings, self.world, self.name)

    @property
    def session(self):
        return self.world.session(self.name)


def typed_by(world, capsys, who):
    """Types lines as an operator; each gives the exit code, standard output, standard error."""

    def typed(*words, who=who):
        code = run(["--lang", "en", *words], context=WorldHere(Globals(), world, who))
        said = capsys.readouterr()
        return code, said.out, said.err

    return typed
