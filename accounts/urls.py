from django.urls import path

from accounts.views import colleagues, invitation, mobile, preferences, profile, resending

app_name = "accounts"
urlpatterns = [
    path("inbjudan/<str:token>/", invitation.invitation, name="invitation"),
    path("profil/", profile.profile, name="profile"),
    path("meddelanden/", preferences.preferences, name="preferences"),
    path("mobil/", mobile.mobile, name="mobile"),
    path("mobil/kod/", mobile.mobile_code, name="mobile_code"),
    path("mobil/ny-kod/", mobile.resend_mobile_code, name="resend_mobile_code"),
    path("mobil/ta-bort/", mobile.remove_mobile, name="remove_mobile"),
    path("avsta/<str:token>/", preferences.unsubscribe, name="unsubscribe"),
    path("roller/", profile.roles, name="roles"),
    path("roll/", profile.switch_role, name="switch_role"),
    path("medarbetare/", colleagues.colleagues, name="colleagues"),
    path("medarbetare/bjud-in/", colleagues.invite, name="invite"),
    path("medarbetare/inbjudningar/skicka-igen/", resending.resend_invitations, name="resend_invitations"),
    path("medarbetare/inbjudan/<uuid:pk>/skicka-igen/", colleagues.resend_invitation, name="resend_invitation"),
    path("medarbetare/inbjudan/<uuid:pk>/aterkalla/", colleagues.revoke_invitation, name="revoke_invitation"),
]
