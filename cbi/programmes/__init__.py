"""Programmes and rounds: budgets, dates, entitlements, retailers by category, duties."""
