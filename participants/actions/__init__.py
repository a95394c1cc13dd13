from participants.actions.approval import approve, reject, reopen
from participants.actions.enrol import enrol
from participants.actions.imports import confirm_import, purge_imports, start_import
from participants.actions.seat import give_seat
from participants.actions.withdraw import withdraw

__all__ = [
    "approve",
    "confirm_import",
    "enrol",
    "give_seat",
    "purge_imports",
    "reject",
    "reopen",
    "start_import",
    "withdraw",
]
