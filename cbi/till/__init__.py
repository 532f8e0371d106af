"""Room till."""
