from django.apps import AppConfig


class ParticipantsConfig(AppConfig):
    name = "participants"

    def ready(self) -> None:
        from messaging.kinds import register
        from participants import change_messages, managing, messages, offer_messages

        for kind in (*messages.KINDS, *change_messages.KINDS, *managing.KINDS, *offer_messages.KINDS):
            register(kind)
