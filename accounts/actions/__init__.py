from accounts.actions.accept import Acceptance, accept, refusal_to_accept
from accounts.actions.administrators import create_administrator
from accounts.actions.invite import invite
from accounts.actions.profile import change_profile, choose_language
from accounts.actions.resend import resend, resend_all
from accounts.actions.revoke import revoke
from accounts.actions.roles import end_role, grant_role
from accounts.actions.try_text import try_text

__all__ = [
    "Acceptance",
    "accept",
    "change_profile",
    "choose_language",
    "create_administrator",
    "end_role",
    "grant_role",
    "invite",
    "refusal_to_accept",
    "resend",
    "resend_all",
    "revoke",
    "try_text",
]
