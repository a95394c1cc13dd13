from django.apps import AppConfig


class ParticipantsConfig(AppConfig):
    name = "participants"

    def ready(self) -> None:
        from messaging.kinds import register
        from participants.messages import KINDS

        for kind in KINDS:
            register(kind)
