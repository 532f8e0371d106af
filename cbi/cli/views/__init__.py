"""What a terminal shows, drawn with Rich: listings, answers, trees, progress, questions, messages.

Only a terminal gets here. In a pipe, results stay plain lines and tab-separated rows, and with
`--json` nothing is drawn at all: `cbi.cli.command_context` decides, and imports a view when it is
needed, so that a till's start does not carry what it will not draw.

Rich is asked for as little as our scripts allow: no markup, emoji or highlighting (names hold
brackets and colons), and lines are folded here (`folding`), since Rich breaks at no-break spaces
and cuts isolates of direction in two.
"""
