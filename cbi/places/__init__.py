"""Cities, retailers and stores: data with names by language and aliases by date, never enums.

Begin at `places`: it writes them down, reads them back and finds the one that a text names (for
many rows, by a `city_reader`). Whoever shows a place asks its value for the name in the reader's
language on the day in question. What is exported here asks for no library, because a till that is
scanned a receipt reads the country's profile.
"""

from cbi.places.profile import CountryProfile, NumberRule, profile_of
from cbi.places.reading import CityFound, CityReader
from cbi.places.values import Added, Alias, City, Retailer, Store

__all__ = [
    "Added",
    "Alias",
    "City",
    "CityFound",
    "CityReader",
    "CountryProfile",
    "NumberRule",
    "Retailer",
    "Store",
    "profile_of",
]
