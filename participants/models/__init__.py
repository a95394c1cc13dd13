"""Participants, whom they work for, and their enrolments in cohorts."""

from participants.models.contacts import Contact
from participants.models.enrolments import Enrolment, EnrolmentEvent, Offer
from participants.models.imports import Import
from participants.models.people import Employment, Participant

__all__ = [
    "Contact",
    "Employment",
    "Enrolment",
    "EnrolmentEvent",
    "Import",
    "Offer",
    "Participant",
]
