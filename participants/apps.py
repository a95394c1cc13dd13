from django.apps import AppConfig


class ParticipantsConfig(AppConfig):
    name = "participants"

    def ready(self) -> None:
        from messaging.kinds import register
        from participants import change_messages, messages, offer_messages

        for kind in (*messages.KINDS, *change_messages.KINDS, *offer_messages.KINDS):
            register(kind)
