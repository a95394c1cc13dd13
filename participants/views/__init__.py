from participants.views.choose import choose
from participants.views.cohort import cohort, give_seat
from participants.views.decide import decide
from participants.views.enrolment import enrolment, withdraw
from participants.views.imports import confirm_import, preview, template, upload, wrong_rows
from participants.views.inbox import cohort_inbox, inbox, reopen
from participants.views.person import check, enrol_one

__all__ = [
    "check",
    "choose",
    "cohort",
    "cohort_inbox",
    "confirm_import",
    "decide",
    "enrol_one",
    "enrolment",
    "give_seat",
    "inbox",
    "preview",
    "reopen",
    "template",
    "upload",
    "withdraw",
    "wrong_rows",
]
