"""A statement is taken in: shown first (`previewing`), then whole and once (`statements`).

`naming` says which voucher a line is about while its code is still there, and what a mistyped one
may have meant; `items` keeps what families bought; `silence` says who has sent nothing.
"""
