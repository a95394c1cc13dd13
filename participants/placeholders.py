"""What texts about enrolments may say of them: placeholders, for these and for the apps above."""

from django.utils.translation import pgettext_lazy

from messaging.texts.text import Placeholder, first_name

FIRST_NAME = first_name(pgettext_lazy("placeholder", "the participant’s first name"))
COHORT = Placeholder(
    "cohort",
    pgettext_lazy("placeholder name", "cohort"),
    pgettext_lazy("placeholder", "the cohort"),
    pgettext_lazy("example", "Autumn (example)"),
)
PROGRAMME = Placeholder(
    "programme",
    pgettext_lazy("placeholder name", "programme"),
    pgettext_lazy("placeholder", "the programme"),
    pgettext_lazy("example", "Introduction (example)"),
)
MUNICIPALITY = Placeholder(
    "municipality",
    pgettext_lazy("placeholder name", "municipality"),
    pgettext_lazy("placeholder", "the municipality"),
    pgettext_lazy("example", "Exempelstad"),
)
UNIT = Placeholder(
    "unit",
    pgettext_lazy("placeholder name", "unit"),
    pgettext_lazy("placeholder", "the unit"),
    pgettext_lazy("example", "Children and families"),
)
