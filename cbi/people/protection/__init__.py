"""Protection: people in danger, referred to who can help, and nobody beside who did it knows.

That somebody was referred is as secret as what was said: the database holds a number drawn at
random and a sealed record, all of one size. The key is no key of the office: it is made by whoever
holds the role `protection`, in a file of its own under a passphrase, and neither the office's
keyring nor the vault opens anything here. The log says that records were written or looked at,
never of whom; no page, export, merging or erasing of a person looks at these tables.
"""
