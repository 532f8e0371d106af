"""Commands for the audience this folder is named after; see `cbi.cli` for how they are made."""
