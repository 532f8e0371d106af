"""Issuance: from a round's entitlements to a drafted, approved batch, and who is due what.

`eligibility` is the one function asked at draft, approval, replacement and hand-over.
"""
