"""A retailer's file becomes lines, whatever its shape: every claim, every problem, the sums. Pure.

Begin with `understanding`. From below: `values` (what one cell says), `structure` (headings,
columns, sums, what stands above), `lines` (a row, and what is no line), `shapes` (sheets of another
shape made into ordinary ones).
"""
