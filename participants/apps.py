from django.apps import AppConfig


class ParticipantsConfig(AppConfig):
    name = "participants"

    def ready(self) -> None:
        from accounts import addresses
        from messaging.kinds import register
        from participants.messages import KINDS
        from participants.models import Participant

        for kind in KINDS:
            register(kind)
        addresses.register(Participant.objects.addresses_of)
