"""Where in a sheet what stands: headings and columns, the sums, what is said above them. Pure.

Begin with `layouts`, which weighs `headings` against what the cells hold (`contents`).
"""
