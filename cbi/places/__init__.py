"""Cities, retailers and stores: data with names by language and aliases by date, never enums.

Whoever reads a list asks `city_named` or, for many rows, a `city_reader`; whoever shows a place
asks its value for the name in the reader's language on the day in question.
"""

from cbi.places.places import (
    add_alias,
    add_cities,
    add_retailers,
    add_stores,
    cities,
    city,
    city_name,
    city_named,
    city_reader,
    close_store,
    find_city,
    retailers,
    store,
    stores,
)
from cbi.places.profile import NumberRule, Profile, profile_of
from cbi.places.reading import CityFound, CityReader
from cbi.places.values import Added, Alias, City, Retailer, Store

__all__ = [
    "Added", "Alias", "City", "CityFound", "CityReader", "NumberRule", "Profile", "Retailer",
    "Store", "add_alias", "add_cities", "add_retailers", "add_stores", "cities", "city",
    "city_name", "city_named", "city_reader", "close_store", "find_city", "profile_of",
    "retailers", "store", "stores",
]
