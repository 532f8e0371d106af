"""What people say of exceptions: one, several, all of a rule, or by a workbook's filled-in sheet.

Begin with `deciding`. `billed` is a statement's lines as they stand once that was said.
"""
