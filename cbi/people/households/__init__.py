"""Households: heads, members, sizes, and the aid a household had, wherever its members go."""
