"""The countries whose profiles ship, as tests need them."""

from cbi.places.profile import profile_from, profile_row
from cbi.places.profile_files import read_profile

KZ = profile_from(read_profile("kz").table)
TJ = profile_from(read_profile("tj").table)
KZ_ROW = profile_row(read_profile("kz").table)
"""What a founding writes into `country_profile`."""
