from accounts.forms.colleagues import ColleagueFilter, InviteForm, ResendForm
from accounts.forms.login import (
    ChangePasswordForm,
    ConfirmLoginCodeForm,
    LoginForm,
    ReauthenticateForm,
    RequestLoginCodeForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from accounts.forms.mobile import MobileCodeForm, MobileForm
from accounts.forms.preferences import PreferencesForm
from accounts.forms.profile import ProfileForm
from accounts.forms.texts import ResetTextForm, TextForm

__all__ = [
    "ChangePasswordForm",
    "ColleagueFilter",
    "ConfirmLoginCodeForm",
    "InviteForm",
    "LoginForm",
    "MobileCodeForm",
    "MobileForm",
    "PreferencesForm",
    "ProfileForm",
    "ReauthenticateForm",
    "RequestLoginCodeForm",
    "ResendForm",
    "ResetPasswordForm",
    "ResetPasswordKeyForm",
    "ResetTextForm",
    "SetPasswordForm",
    "TextForm",
]
