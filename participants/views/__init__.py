from participants.views.choose import choose
from participants.views.cohort import cohort, give_seat
from participants.views.enrolment import enrolment, withdraw
from participants.views.imports import confirm_import, preview, template, upload, wrong_rows
from participants.views.person import check, enrol_one

__all__ = [
    "check",
    "choose",
    "cohort",
    "confirm_import",
    "enrol_one",
    "enrolment",
    "give_seat",
    "preview",
    "template",
    "upload",
    "withdraw",
    "wrong_rows",
]
