"""A person's rights over their data: consent, proxies, retention, erasure."""
