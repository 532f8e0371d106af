"""The slips that new operators get: name, first passphrase, roles, what to type. A page to print.

Plain HTML without anything from elsewhere: any computer prints it. It holds passphrases, so it is
written for its owner alone, and is to be thrown away once it has been handed out.
"""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from cbi.base.errors import Conflict
from cbi.cli.setup.start_lines import Slip
from cbi.messages import text
from cbi.operators.owner_only import write_new

_STYLE = (
    "body{font-family:sans-serif;margin:1cm}section{border:1px dashed #666;padding:.4cm .6cm;"
    "margin:0 0 .5cm;break-inside:avoid}h2{margin:0 0 .2cm}code{font-size:1.3em}"
    "p{margin:.15cm 0}"
)


def write_slips(path: Path, slips: Sequence[Slip], ledger: str, language: str) -> None:
    """Write a page with a slip for each account.

    Raises:
        Conflict: there is a file of this name; nothing is overwritten.
    """
    def say(key: str, **facts: str) -> str:
        return escape(text(f"start.{key}", language, **facts))

    parts = [
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">',
        f"<title>{say('slips-title')}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{say('slips-title')}</h1><p>{say('slips-note')}</p>",
    ]
    for slip in slips:
        roles = ", ".join(text(f"log.value-{role}", language) for role in slip.roles)
        stores = f"<p>{say('slip-stores', stores=', '.join(slip.stores))}</p>" * bool(slip.stores)
        parts += [
            f"<section><h2>{escape(slip.name)}</h2><p>{escape(roles)}</p>{stores}",
            f"<p>{say('slip-passphrase')} <code>{escape(slip.passphrase)}</code></p>",
            f"<p>{say('slip-type')} <code>cbi login {escape(slip.name)}</code></p>",
            f"<p>{say('slip-ledger', ledger=ledger)}</p></section>",
        ]
    try:
        write_new(path, "\n".join([*parts, "</body></html>\n"]).encode())
    except FileExistsError as error:
        raise Conflict("cli.output-there", file=str(path)) from error
