"""From what a list tells of one person to a person who can be enrolled, or to problems. Pure."""
