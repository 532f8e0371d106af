"""Whether what a round gives can be spent where its people live."""

from collections.abc import Sequence

from cbi.issuance.entitlements import Share
from cbi.places.places import stores
from cbi.programmes.rounds import Round
from cbi.storage import ReadTransaction


def without_store(tx: ReadTransaction, about: Round, given: Sequence[Share]) -> tuple[Share, ...]:
    """Shares of cities in which no open store takes their category in this round."""
    open_stores = {(one.retailer, one.city) for one in stores(tx) if one.closed_at is None}
    return tuple(
        share for share in given if open_stores.isdisjoint(
            (retailer, share.city) for retailer in about.retailers.get(share.category, ())
        )
    )
