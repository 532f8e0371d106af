"""Lists of sanctioned people and firms, brought as files and matched without a connection.

Only where a programme asks for it: retailers and who owns them, operators, proxies, and families if
the programme says so. A likeness is no verdict: a person decides, with a reason, and is not asked
again until the list's entry or the name changes.
"""
