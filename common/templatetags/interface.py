"""What templates say in one word: icons, statuses, progress bars, error summaries, dates.

The tags write markup that static/dist/app.css dresses; none writes a `style` attribute, which the content security
policy would refuse.
"""

from __future__ import annotations  # Django's form classes take type arguments in annotations only

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

from django import template
from django.core.paginator import Paginator
from django.forms import BaseForm, BaseFormSet
from django.template.defaultfilters import filesizeformat
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format, get_format, time_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.phones import readable

register = template.Library()

TONE_ICONS = {
    "ok": "check",
    "warning": "triangle-alert",
    "error": "octagon-alert",
    "information": "info",
    "waiting": "clock",
    "neutral": "minus",
}

MESSAGE_TONES = {
    "success": "ok",
    "warning": "warning",
    "error": "error",
    "info": "information",
    "debug": "neutral",
}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon from the sprite, named as in assets/icons.txt.

    Hidden from assistive technology, since a word stands beside it; pass `label` where no word does.
    """
    naming = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="icon" width="20" height="20" {}><use href="{}#{}"></use></svg>',
        naming,
        static("dist/icons.svg"),
        name,
    )


@register.simple_tag
def status(tone: str, label: object, icon_name: str = "") -> SafeString:
    """Show a state as icon, word and tint.

    `tone` is ok, warning, error, information, waiting or neutral; raises KeyError for another one.
    """
    symbol = icon(icon_name or TONE_ICONS[tone])
    return format_html('<span class="status tone-{}">{}{}</span>', tone, symbol, label)


@register.filter
def tone_icon(tone: str) -> str:
    """Name the icon that goes with a tone, for components that draw one of their own."""
    return TONE_ICONS[tone]


@register.filter
def message_tone(level_tag: str) -> str:
    """Name the tone of a Django message, from its `level_tag`."""
    return MESSAGE_TONES.get(level_tag, "information")


@register.simple_tag
def progress(value: int, maximum: int, label: object, running: bool = False) -> SafeString:
    """Draw a bar filled to `value` of `maximum`, read aloud as `label`, which should hold the numbers.

    `running` is for work that goes on while one looks; it is coloured apart from what a person has achieved.
    """
    return format_html(
        '<svg class="bar{}" role="img" aria-label="{}" viewBox="0 0 {} 1" preserveAspectRatio="none">'
        '<rect width="{}" height="1"></rect></svg>',
        " bar-running" if running else "",
        label,
        max(maximum, 1),
        min(max(value, 0), max(maximum, 1)),
    )


class FieldError(NamedTuple):
    """One line of an error summary; `href` and `label` are empty when no single field is to blame."""

    href: str
    label: str
    message: str


@register.inclusion_tag("components/_error_summary.html")
def error_summary(*forms: BaseForm | BaseFormSet[Any] | Sequence[BaseForm]) -> dict[str, list[FieldError]]:
    """Gather all errors of `forms` in one place, each linked to its field; nothing when there are none.

    Where several forms of a kind are on a page, the `heading` of each says which one is meant.
    """
    return {"errors": [error for form in forms for error in _errors_of(form)]}


def _errors_of(form: BaseForm | BaseFormSet[Any] | Sequence[BaseForm]) -> Iterator[FieldError]:
    if isinstance(form, Sequence):
        for member in form:
            yield from _errors_of(member)
        return
    if isinstance(form, BaseFormSet):
        yield from _plain(form.non_form_errors())
        for member in form.forms:
            yield from _errors_of(member)
        return
    heading = getattr(form, "heading", "")
    yield from _plain([f"{heading}: {error}" if heading else error for error in form.non_field_errors()])
    for field in form:
        # A group of choices has no control with the group's own id: its first choice gets the focus.
        target = f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label
        for message in field.errors:
            if field.is_hidden:
                yield FieldError("", "", str(message))
            else:
                label = f"{heading}, {field.label}" if heading else str(field.label)
                yield FieldError(f"#{target}", label, str(message))


def _plain(messages: Iterable[Any]) -> Iterable[FieldError]:
    return (FieldError("", "", str(message)) for message in messages)


@register.filter
def page_numbers(paginator: Paginator[Any], number: int) -> Iterator[int | str]:
    """List the page numbers worth linking to from page `number`, with the paginator's ellipsis between them."""
    return paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)


@register.filter(expects_localtime=True)
def weekday_date(value: date) -> str:
    """Write "tisdag 14 april 2026" in the language in use; a datetime is read in the current time zone."""
    return date_format(_local(value), "WEEKDAY_DATE_FORMAT")


@register.filter(expects_localtime=True)
def day_month(value: date) -> str:
    """Write "14 apr", for boards and other tight places; a datetime is read in the current time zone."""
    return date_format(_local(value), "DAY_MONTH_FORMAT")


@register.filter(expects_localtime=True)
def day_and_time(moment: datetime) -> str:
    """Write "today 9.12", "yesterday 14.10" or "14 apr 9.12" of a moment that has passed, in the language in use."""
    day = _local(moment)
    days_ago = (timezone.localdate() - timezone.localdate(moment)).days
    name = {0: _("today"), 1: _("yesterday")}.get(days_ago) or date_format(day, "DAY_MONTH_FORMAT")
    return _("%(day)s %(time)s") % {"day": name, "time": _clock(moment)}


@register.filter(expects_localtime=True)
def time_range(start: datetime | time, end: datetime | time) -> str:
    """Write "kl. 9.00–16.00" in the language in use; datetimes are read in the current time zone."""
    return _("%(start)s–%(end)s") % {"start": _clock(start), "end": _clock(end)}


@register.filter(expects_localtime=True)
def clock(moment: datetime | time) -> str:
    """Write "kl. 8.00" in the language in use; a datetime is read in the current time zone."""
    return _("at %(clock)s") % {"clock": _clock(moment)}


@register.filter
def mobile(number: str) -> str:
    """A number in E.164 as people in Sweden write it."""
    return readable(number)


@register.filter
def file_size(size: int) -> str:
    """Write "20 MB" or "1,5 MB" of so many bytes, in the language in use: Django's own would say "20,0 MB"."""
    return filesizeformat(size).replace(f"{get_format('DECIMAL_SEPARATOR')}0\xa0", "\xa0")


def _clock(moment: datetime | time) -> str:
    if isinstance(moment, datetime) and timezone.is_aware(moment):
        moment = timezone.localtime(moment)
    return time_format(moment, "TIME_FORMAT")


def _local(value: date) -> date:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value
