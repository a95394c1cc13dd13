"""The pages of allauth that the portal uses, under the names that allauth looks for.

Left out are signing up, which nobody does, and changing one's e-mail address: the address is what an employer vouches
for, and what a participant's history hangs on.
"""

from allauth.account import views as allauth
from django.urls import path, re_path

from accounts.views.login import login, request_login_code

urlpatterns = [
    path("logga-in/", login, name="account_login"),
    path("logga-in/kod/", request_login_code, name="account_request_login_code"),
    path("logga-in/kod/ange/", allauth.confirm_login_code, name="account_confirm_login_code"),
    path("logga-ut/", allauth.logout, name="account_logout"),
    path("stangt/", allauth.account_inactive, name="account_inactive"),
    # Closed: it says where accounts come from.
    path("nytt/", allauth.signup, name="account_signup"),
    path("bekrafta/", allauth.reauthenticate, name="account_reauthenticate"),
    path("losenord/byt/", allauth.password_change, name="account_change_password"),
    path("losenord/valj/", allauth.password_set, name="account_set_password"),
    path("losenord/glomt/", allauth.password_reset, name="account_reset_password"),
    path("losenord/glomt/skickat/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^losenord/nytt/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("losenord/nytt/klart/", allauth.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]
