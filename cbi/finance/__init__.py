"""Room finance."""
