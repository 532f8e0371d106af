"""The same person twice: candidates by keyed hashes, scores with reasons, and a human's decision.

Begin with `duplicates` (one person against all) and `scoring` (what counts as alike).
"""
