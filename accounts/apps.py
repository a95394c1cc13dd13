from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts.messages import INVITATION, MOBILE_CODE
        from accounts.texts.trying import TRIAL
        from messaging.kinds import register

        register(INVITATION)
        register(MOBILE_CODE)
        register(TRIAL)
