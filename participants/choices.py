from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EnrolmentStatus(models.TextChoices):
    APPLIED = "applied", _("Waiting for approval")
    ENROLLED = "enrolled", _("Enrolled")
    WAITING = "waiting", _("On the waiting list")
    OFFERED = "offered", _("Offered a seat")
    REJECTED = "rejected", _("Rejected")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DEFERRED = "deferred", _("Deferred")
    COMPLETED = "completed", _("Completed")


# One person has at most one of these in a programme.
ACTIVE = (EnrolmentStatus.APPLIED, EnrolmentStatus.ENROLLED, EnrolmentStatus.WAITING, EnrolmentStatus.OFFERED)
# These hold a seat; an open offer does so until it expires.
SEATED = (EnrolmentStatus.ENROLLED, EnrolmentStatus.OFFERED, EnrolmentStatus.COMPLETED)
# These have ended early: whoever held a seat is called off.
LEFT = (EnrolmentStatus.WITHDRAWN, EnrolmentStatus.DEFERRED)
# These take part: they are in registers and get reminders.
TAKING_PART = (EnrolmentStatus.ENROLLED, EnrolmentStatus.COMPLETED)


class EventKind(models.TextChoices):
    """What happened to an enrolment; the log calls it "enrolment." and the value."""

    APPLIED = "applied", pgettext_lazy("event", "Enrolment sent in")
    APPROVED = "approved", pgettext_lazy("event", "Approved")
    REJECTED = "rejected", pgettext_lazy("event", "Rejected")
    REOPENED = "reopened", pgettext_lazy("event", "Taken up again")
    SEAT_GIVEN = "seat_given", pgettext_lazy("event", "Given a seat")
    OFFERED = "offered", pgettext_lazy("event", "Offered a seat")
    ACCEPTED = "accepted", pgettext_lazy("event", "Offer accepted")
    DECLINED = "declined", pgettext_lazy("event", "Offer declined")
    OFFER_EXPIRED = "offer_expired", pgettext_lazy("event", "Offer expired")
    OFFER_TAKEN_BACK = "offer_taken_back", pgettext_lazy("event", "Offer taken back")
    WITHDRAWN = "withdrawn", pgettext_lazy("event", "Withdrawn")
    WITHDRAWN_LATE = "withdrawn_late", pgettext_lazy("event", "Withdrawn late")
    SUBSTITUTED = "substituted", pgettext_lazy("event", "Replaced by a substitute")
    TOOK_OVER = "took_over", pgettext_lazy("event", "Took over a seat")
    DEFERRED = "deferred", pgettext_lazy("event", "Deferred")
    CONTINUED = "continued", pgettext_lazy("event", "Continues after a deferral")
    RESTORED = "restored", pgettext_lazy("event", "Undone: as it was before")
    TRANSFERRED = "transferred", pgettext_lazy("event", "Changed employer")
    HANDED_OVER = "handed_over", pgettext_lazy("event", "Handed over to another manager")
    COMPLETED = "completed", pgettext_lazy("event", "Completed")
    UNCOMPLETED = "uncompleted", pgettext_lazy("event", "No longer completed")
    MERGED = "merged", pgettext_lazy("event", "Ended: registered twice")
    UNMERGED = "unmerged", pgettext_lazy("event", "Taken up again: merge undone")


class Criterion(models.TextChoices):
    """What a coordinator goes by when she approves or rejects applications; the log keeps it."""

    QUOTA = "quota", pgettext_lazy("criterion", "The municipality's seats")
    APPLIED = "applied", pgettext_lazy("criterion", "Time of application")
    NEWLY_GRADUATED = "newly_graduated", pgettext_lazy("criterion", "Newly graduated")
    CHILDREN = "children", pgettext_lazy("criterion", "Works with children and young people")
    OTHER = "other", pgettext_lazy("criterion", "Something else")


class OfferAnswer(models.TextChoices):
    """What became of an offer; empty while it is open."""

    ACCEPTED = "accepted", pgettext_lazy("offer", "Accepted")
    DECLINED = "declined", pgettext_lazy("offer", "Declined")
    EXPIRED = "expired", pgettext_lazy("offer", "Expired")
    TAKEN_BACK = "taken_back", pgettext_lazy("offer", "Taken back")


class Degree(models.TextChoices):
    """The degree that an employer states, as far as the rules of eligibility ask for it."""

    SOCIAL_WORK = "social_work", pgettext_lazy("degree", "Social work (socionom)")
    OTHER = "other", pgettext_lazy("degree", "Another degree")
    NONE = "none", pgettext_lazy("degree", "No degree yet")


class Outcome(models.TextChoices):
    """What an import would do with a row."""

    NEW = "new", _("New")
    MATCHED = "matched", _("Matched")
    UNCHANGED = "unchanged", _("Unchanged")
    WRONG = "wrong", _("Wrong")
    LEFT_OUT = "left_out", pgettext_lazy("row", "Left out")


class Diet(models.TextChoices):
    """What somebody needs at table. No choice is about faith."""

    VEGETARIAN = "vegetarian", pgettext_lazy("need", "Vegetarian food")
    VEGAN = "vegan", pgettext_lazy("need", "Vegan food")
    GLUTEN = "gluten", pgettext_lazy("need", "Food without gluten")
    LACTOSE = "lactose", pgettext_lazy("need", "Food without lactose")
    MILK = "milk", pgettext_lazy("need", "Food without milk protein")
    NUTS = "nuts", pgettext_lazy("need", "Allergic to nuts")
    EGG = "egg", pgettext_lazy("need", "Allergic to egg")
    FISH = "fish", pgettext_lazy("need", "Allergic to fish or shellfish")


class Access(models.TextChoices):
    """What somebody needs in the room."""

    STEP_FREE = "step_free", pgettext_lazy("need", "Step-free access")
    HEARING_LOOP = "hearing_loop", pgettext_lazy("need", "Hearing loop")
    SIGN_LANGUAGE = "sign_language", pgettext_lazy("need", "Sign-language interpreter")
    SPEECH_TO_TEXT = "speech_to_text", pgettext_lazy("need", "Speech-to-text interpreter")
    LARGE_PRINT = "large_print", pgettext_lazy("need", "Material in large print")
    QUIET_ROOM = "quiet_room", pgettext_lazy("need", "A quiet room to rest in")


NEEDS = [*Diet.choices, *Access.choices]


class Likeness(models.TextChoices):
    """Why two people may be one, the likeliest first."""

    NAME_AND_MUNICIPALITY = "name_and_municipality", _("Same name and municipality")
    ALIKE_AND_MUNICIPALITY = "alike_and_municipality", _("Nearly the same name, same municipality")
    ADDRESS = "address", _("Nearly the same e-mail address")
    NAME = "name", _("Same name")
