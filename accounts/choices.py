from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """In order of precedence: the first that a person holds decides where she lands after log-in."""

    COORDINATOR = "coordinator", _("Coordinator")
    MANAGER = "manager", _("Manager")
    LECTURER = "lecturer", _("Lecturer")
    PARTICIPANT = "participant", _("Participant")
    ADMINISTRATOR = "administrator", _("Administrator")


ROLES_OF_A_REGION = (Role.COORDINATOR, Role.LECTURER, Role.PARTICIPANT)
ROLES_OF_A_MUNICIPALITY = (Role.MANAGER,)
