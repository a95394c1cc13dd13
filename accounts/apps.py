from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts.messages import INVITATION
        from messaging.kinds import register

        register(INVITATION)
