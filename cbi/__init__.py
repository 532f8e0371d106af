"""cbi: a voucher tracker for humanitarian cash-based interventions."""

__version__ = "0.1.0"
