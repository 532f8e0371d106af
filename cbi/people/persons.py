"""People, for other rooms: what may be done with persons and households, in one place to import.

Each function stands in a module of its own kind; this is the door.
"""

from cbi.people.complaints.complaints import (
    Complaint,
    NewComplaint,
    OpenedComplaint,
    add_complaint,
    answer_complaint,
    complaint,
    complaints,
    open_complaint,
)
from cbi.people.households.household_aid import AidHad, aid_of
from cbi.people.households.households import (
    Household,
    Why,
    change_head,
    household,
    join,
    set_size,
    split,
)
from cbi.people.privacy.consent import ConsentGiven, consents, give_consent, withdraw_consent
from cbi.people.privacy.erasing import Erased, erase, erase_again, erased_since, take_back
from cbi.people.privacy.proxies import NamedProxy, ProxyPerson, end_proxy, name_proxy, proxies
from cbi.people.privacy.retention import due_for_erasure, erase_due, retentions, set_retention
from cbi.people.records.held_changes import HeldView, held_changes
from cbi.people.records.reading import (
    Person,
    PersonFacts,
    WaitingList,
    facts_of,
    people,
    unseal,
    waiting_lists,
)
from cbi.people.registration.approving import Approved, approve, approve_list
from cbi.people.registration.correcting import PastRecord, correct
from cbi.people.registration.enrolling import (
    EnrolResult,
    enrol,
    erased_sources,
    known_sources,
    refuse_erased,
)
from cbi.people.registration.flags import flags_of, points, set_flags, set_point
from cbi.people.registration.reconfirming import (
    AnswersTaken,
    Reconfirmed,
    ask_again,
    take_answers,
    unanswered,
)
from cbi.people.registration.releasing import proposed, refuse
from cbi.people.registration.sampling import Sample, draw_sample, record_check, sample, samples
from cbi.people.registration.status import NewFacts, NewStatus, change_facts, set_status
from cbi.people.registration.sweeping import Swept, sweep
from cbi.people.registration.unseen_sizes import UnseenSize, waiting_sizes
from cbi.people.subject_access import export_person, export_text

__all__ = [
    "AidHad", "AnswersTaken", "Approved", "Complaint", "ConsentGiven", "EnrolResult", "Erased",
    "HeldView", "Household", "NamedProxy", "NewComplaint", "NewFacts", "NewStatus",
    "OpenedComplaint", "PastRecord", "Person", "PersonFacts", "ProxyPerson", "Reconfirmed",
    "Sample", "Swept", "UnseenSize", "WaitingList", "Why", "add_complaint", "aid_of",
    "answer_complaint", "approve", "approve_list", "ask_again", "change_facts", "change_head",
    "complaint", "complaints", "consents", "correct", "draw_sample", "due_for_erasure",
    "end_proxy", "enrol", "erase", "erase_again", "erase_due", "erased_since", "erased_sources",
    "export_person", "export_text", "facts_of", "flags_of", "give_consent", "held_changes",
    "household", "join", "known_sources", "name_proxy", "open_complaint", "people", "points",
    "proposed", "proxies", "record_check", "refuse", "refuse_erased", "retentions", "sample",
    "samples", "set_flags", "set_point", "set_retention", "set_size", "set_status", "split",
    "sweep", "take_answers", "take_back", "unanswered", "unseal", "waiting_lists",
    "waiting_sizes", "withdraw_consent",
]
