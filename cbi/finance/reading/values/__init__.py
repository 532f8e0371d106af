"""What cells of a statement say: amounts, moments, vouchers, receipts, sale or return. Pure."""
