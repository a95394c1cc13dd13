"""What forms about words have in common, whoever writes them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Lines, OneLineMixin
from messaging.texts.text import LONGEST_BODY, LONGEST_SUBJECT


class WordingForm(OneLineMixin, forms.Form):
    """A subject, and a body of several lines. Which placeholders they may hold is the form's to say."""

    subject = forms.CharField(
        label=_("Subject"), max_length=LONGEST_SUBJECT, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    body = Lines(
        label=_("Text"),
        max_length=LONGEST_BODY,
        help_text=_(
            "An empty line begins a paragraph, a dash before each line makes a list, and addresses on the web "
            "become links."
        ),
        widget=forms.Textarea(attrs={"rows": 12}),
    )
