"""Participants, whom they work for, and their enrolments in cohorts."""

from participants.models.contacts import Contact
from participants.models.drafts import EnrolmentDraft
from participants.models.enrolments import Enrolment, EnrolmentEvent, Offer
from participants.models.imports import Import
from participants.models.merges import DifferentPeople, Merge
from participants.models.needs import Need
from participants.models.people import Employment, Participant

__all__ = [
    "Contact",
    "DifferentPeople",
    "Employment",
    "Enrolment",
    "EnrolmentDraft",
    "EnrolmentEvent",
    "Import",
    "Merge",
    "Need",
    "Offer",
    "Participant",
]
