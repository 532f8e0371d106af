"""Field offices without connection: a bundle goes out to a paired laptop, its events come back.

Begin with `events`: what a laptop did is one chain of signed events, and everything else follows
from that. `laptop` and `journal` are for the laptop, where there is no ledger; `pairing`, `sending`
and `taking` are for the main office; `boxes` is what travels out, sealed for one laptop.
"""

READS = (
    "batch", "entry", "hand_over", "ledger_identity", "person_change", "programme", "round",
    "voucher",
)
"""Tables of rooms beneath that this one reads."""
