"""Which column means what: heading and cells weighed together; near candidates are asked. Pure.

Begin with `mapping`, which asks `deciding`.
"""
