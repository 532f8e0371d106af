"""A voucher's life: issued, handed over, redeemed, reversed, and whatever ends it.

Begin with `spending_rule`, which says when a voucher may be spent, `spending`, the one guarded
statement that takes value by it, and `redeeming` around it;
`changes` are all other steps, `late` the sales that wait for a second person, `voucher_rules` what
`cbi check` holds every voucher to.
"""
