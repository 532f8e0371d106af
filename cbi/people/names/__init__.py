"""Names across scripts: pure functions from a name as written to what can be compared.

`words` splits a name, `readings` say how a word may sound, `skeletons` what of it survives every
script and spelling: احمدزی, Ахмадзай and Ahmadzai share one.
"""

from cbi.people.names.readings import readings
from cbi.people.names.scripts import fold, script_of
from cbi.people.names.skeleton import skeletons
from cbi.people.names.words import words

__all__ = ["fold", "readings", "script_of", "skeletons", "words"]
