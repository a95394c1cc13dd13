from accounts.actions.accept import Acceptance, accept, refusal_to_accept
from accounts.actions.administrators import create_administrator
from accounts.actions.invite import invite
from accounts.actions.mobile import ask_for_code, confirm_mobile, forget_codes, remove_mobile
from accounts.actions.profile import change_profile, choose_language
from accounts.actions.resend import resend, resend_all
from accounts.actions.revoke import revoke
from accounts.actions.roles import end_role, grant_role
from accounts.actions.try_text import try_text

__all__ = [
    "Acceptance",
    "accept",
    "ask_for_code",
    "change_profile",
    "choose_language",
    "confirm_mobile",
    "create_administrator",
    "end_role",
    "forget_codes",
    "grant_role",
    "invite",
    "refusal_to_accept",
    "remove_mobile",
    "resend",
    "resend_all",
    "revoke",
    "try_text",
]
