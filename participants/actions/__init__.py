from participants.actions.approval import approve, reject, reopen
from participants.actions.defer import defer, place_deferred
from participants.actions.enrol import enrol
from participants.actions.imports import confirm_import, purge_imports, start_import
from participants.actions.seat import give_seat
from participants.actions.substitute import substitute
from participants.actions.transfer import transfer
from participants.actions.undo import undo_leaving
from participants.actions.withdraw import withdraw

__all__ = [
    "approve",
    "confirm_import",
    "defer",
    "enrol",
    "give_seat",
    "place_deferred",
    "purge_imports",
    "reject",
    "reopen",
    "start_import",
    "substitute",
    "transfer",
    "undo_leaving",
    "withdraw",
]
