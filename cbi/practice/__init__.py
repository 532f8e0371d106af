"""Room practice."""
