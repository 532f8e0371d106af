"""For retailers: what each took, was paid and is asked about, and what its shops cost and have.

`notes` keeps prices and availability by store and month, `retailer_sheet` gathers a retailer's
figures once, `retailer_page` gives them the form of a page to send. No person, serial or receipt.
"""
