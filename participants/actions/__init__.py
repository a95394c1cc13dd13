from participants.actions.enrol import enrol
from participants.actions.imports import confirm_import, purge_imports, start_import
from participants.actions.seat import give_seat
from participants.actions.withdraw import withdraw

__all__ = ["confirm_import", "enrol", "give_seat", "purge_imports", "start_import", "withdraw"]
