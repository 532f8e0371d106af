"""Room issuance."""
