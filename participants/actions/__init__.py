from participants.actions.address import change_address, logs_in_there
from participants.actions.approval import approve, reject, reopen
from participants.actions.contacts import ask_contact, choose_contact, leave_contact
from participants.actions.defer import defer, place_deferred
from participants.actions.drafts import discard_draft, purge_drafts, save_draft, send_draft
from participants.actions.end_role import end_role
from participants.actions.enrol import enrol
from participants.actions.hand_over import hand_over
from participants.actions.imports import (
    carry_out_import,
    choose_columns,
    claim_import,
    confirm_import,
    mend_rows,
    purge_imports,
    start_import,
)
from participants.actions.merge import merge
from participants.actions.needs import purge_needs, state_needs
from participants.actions.offers import accept_offer, decline_offer, take_back_offer
from participants.actions.seat import give_seat
from participants.actions.serve import serve_waiting_list, serve_waiting_lists
from participants.actions.substitute import substitute
from participants.actions.tell_apart import tell_apart
from participants.actions.transfer import transfer
from participants.actions.undo import undo_leaving
from participants.actions.undo_merge import undo_merge
from participants.actions.withdraw import withdraw

__all__ = [
    "accept_offer",
    "approve",
    "ask_contact",
    "carry_out_import",
    "change_address",
    "choose_columns",
    "choose_contact",
    "claim_import",
    "confirm_import",
    "decline_offer",
    "defer",
    "discard_draft",
    "end_role",
    "enrol",
    "give_seat",
    "hand_over",
    "leave_contact",
    "logs_in_there",
    "mend_rows",
    "merge",
    "place_deferred",
    "purge_drafts",
    "purge_imports",
    "purge_needs",
    "reject",
    "reopen",
    "save_draft",
    "send_draft",
    "serve_waiting_list",
    "serve_waiting_lists",
    "start_import",
    "state_needs",
    "substitute",
    "take_back_offer",
    "tell_apart",
    "transfer",
    "undo_leaving",
    "undo_merge",
    "withdraw",
]
