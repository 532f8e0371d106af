"""Submissions straight from a survey's server, over a line that nobody else reads."""
