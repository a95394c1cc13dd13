from participants.views.address import address
from participants.views.allocation import allocation
from participants.views.approval_setting import approval
from participants.views.check import check
from participants.views.choose import choose
from participants.views.cohort import cohort
from participants.views.contacts import ask_contact, contact, contacts, contacts_file
from participants.views.decide import decide
from participants.views.defer import defer, place
from participants.views.drafts import discard_draft
from participants.views.duplicates import duplicates, tell_apart
from participants.views.enrolment import enrolment
from participants.views.handover import change_manager, end_role, hand_over
from participants.views.imports.columns import columns
from participants.views.imports.mend import mend
from participants.views.imports.preview import confirm_import, preview, wrong_rows
from participants.views.imports.upload import template, upload
from participants.views.inbox import cohort_inbox, inbox, reopen
from participants.views.merge import merge, merge_search, merged
from participants.views.needs import my_needs, needs
from participants.views.offers import accept_offer, decline_offer, offers
from participants.views.person import enrol_one, start
from participants.views.seats import give_seat, take_back_offer
from participants.views.steps import step
from participants.views.substitute import substitute
from participants.views.transfer import transfer
from participants.views.withdraw import undo_leaving, withdraw

__all__ = [
    "accept_offer",
    "address",
    "allocation",
    "approval",
    "ask_contact",
    "change_manager",
    "check",
    "choose",
    "cohort",
    "cohort_inbox",
    "columns",
    "confirm_import",
    "contact",
    "contacts",
    "contacts_file",
    "decide",
    "decline_offer",
    "defer",
    "discard_draft",
    "duplicates",
    "end_role",
    "enrol_one",
    "enrolment",
    "give_seat",
    "hand_over",
    "inbox",
    "mend",
    "merge",
    "merge_search",
    "merged",
    "my_needs",
    "needs",
    "offers",
    "place",
    "preview",
    "reopen",
    "start",
    "step",
    "substitute",
    "take_back_offer",
    "tell_apart",
    "template",
    "transfer",
    "undo_leaving",
    "upload",
    "withdraw",
    "wrong_rows",
]
