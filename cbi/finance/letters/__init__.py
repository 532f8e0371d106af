"""What goes to a retailer: the letter about a statement, the act to sign, its own account."""
