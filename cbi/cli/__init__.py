"""The command line: thin. Each command parses, calls one function of a room, shows the result.

How to add a command:

- `commands.py` names every command, its audience and the module it stands in; a module is imported
  only when its command is typed, so that a till starts fast. Heavy imports stay inside functions.
- A module has `app = typer.Typer()` and functions under `@app.command("name", help="<key>")` whose
  first parameter is `ctx: typer.Context`; `context = command_context(ctx)` gives what a command
  works with: `context.session` (signed in), `context.say(key, **facts)`, `context.show(data,
  *lines)`, `context.table(...)`, `context.tree(...)`, `context.confirmed(key)`,
  `context.progress(key, total)`; see `command_context.py`. They draw through `views` on a screen,
  write plain lines or tab-separated rows in a pipe, and JSON if asked. A table of many columns says
  which of them may come `later`: only where there is room.
- Help texts are keys of the catalogue (`help-people.find`: file `help-people.json` in `en` and
  `ru`), translated when the command is built; so is the help of each option and argument.
- Global options (`--ledger --vault --keyring --as --passphrase-file --lang --json --yes`) may stand
  anywhere on the line and are taken off it before Typer looks; never declare them in a command.
- A refusal is a `CbiError`; `main` turns it into one line on standard error and an exit code. To
  end with another code (a till's answer that is not `ok`), `raise typer.Exit(1)`.
"""

from cbi.cli.starting import starting

with starting():
    from cbi.cli.run import main

__all__ = ["main"]

READS = (
    "approval_rule", "batch", "contract_terms", "donor_grant", "exception", "ledger_identity",
    "period", "person", "programme", "sanctions_hit", "statement", "voucher",
)
"""Tables of rooms beneath that this one reads."""
