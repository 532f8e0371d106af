"""Finance's workbook: cover, summary, long sheets, a table of checks, and the proof of every cell.

Begin with `workbook`; `proof` holds a copy that comes back to what was written.
"""
