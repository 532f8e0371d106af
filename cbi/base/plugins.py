"""What other packages bring: found by entry points, loaded when it is asked for.

Four doors stand open, each a group of entry points: `cbi.statement_layouts`,
`cbi.list_vocabularies`, `cbi.till_languages`, `cbi.reports`. `docs/api.md` says what each takes.
"""

from collections.abc import Mapping
from typing import Any

from cbi.base.errors import Unusable

STATEMENT_LAYOUTS = "cbi.statement_layouts"
LIST_VOCABULARIES = "cbi.list_vocabularies"
TILL_LANGUAGES = "cbi.till_languages"
REPORTS = "cbi.reports"


def plugin_names(group: str) -> tuple[str, ...]:
    """The names that installed packages give in a group; nothing is loaded."""
    from importlib.metadata import entry_points

    return tuple(sorted({entry.name for entry in entry_points(group=group)}))


def plugin(group: str, name: str) -> Any:
    """What a package brings under this name.

    Raises:
        Unusable: it cannot be loaded, or no package brings it.
    """
    from importlib.metadata import entry_points

    try:
        return entry_points(group=group)[name].load()
    except (ImportError, AttributeError, KeyError) as error:
        raise Unusable("base.plugin-broken", group=group, name=name, detail=error) from error


def plugins(group: str) -> Mapping[str, Any]:
    """Everything that installed packages bring in a group, by name.

    Raises:
        Unusable: one of them cannot be loaded.
    """
    return {name: plugin(group, name) for name in plugin_names(group)}


def plugin_unfit(group: str, name: str, detail: str) -> Unusable:
    """The refusal of what a package brings and is not as the group asks for."""
    return Unusable("base.plugin-broken", group=group, name=name, detail=detail)
