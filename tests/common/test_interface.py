"""The house's look: tags and filters, forms, colours, and the promises every template keeps."""

import gzip
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils.translation import override

from common.forms import form_helper
from common.templatetags.interface import (
    TONE_ICONS,
    day_month,
    error_summary,
    file_size,
    icon,
    progress,
    status,
    time_range,
    weekday_date,
)

BASE = Path(settings.BASE_DIR)
DIST = BASE / "static" / "dist"
TEMPLATES = sorted((BASE / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "mail" not in path.parts and "mail" not in path.stem and path.name != "pdf.html"]
LISTED_ICONS = set((BASE / "assets" / "icons.txt").read_text().split())


def render(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


class EnrolmentForm(forms.Form):
    helper = form_helper()

    name = forms.CharField(label="Namn", help_text="Som i anställningsavtalet.")
    diet = forms.CharField(label="Specialkost", required=False)
    rhythm = forms.ChoiceField(label="Rytm", choices=[("m", "Månad"), ("w", "Vecka")], widget=forms.RadioSelect)

    def clean(self) -> None:
        raise forms.ValidationError("Omgången är fullbokad.")


# --- Icons and states -------------------------------------------------------------------------------------------------


def test_an_icon_beside_a_word_is_not_read_aloud() -> None:
    assert 'aria-hidden="true"' in icon("calendar")


def test_an_icon_that_stands_alone_has_a_name() -> None:
    assert 'role="img" aria-label="Stäng &amp; spara"' in icon("x", label="Stäng & spara")


@pytest.mark.parametrize("tone", TONE_ICONS)
def test_a_state_is_an_icon_a_word_and_a_tint(tone: str) -> None:
    shown = status(tone, "Krock")
    assert f"tone-{tone}" in shown
    assert f"#{TONE_ICONS[tone]}" in shown
    assert "Krock" in shown


def test_an_unknown_tone_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        status("fine", "Krock")


def test_a_state_escapes_its_word() -> None:
    assert "&lt;b&gt;" in status("ok", "<b>")


def test_the_sprite_holds_every_listed_icon_and_every_tone() -> None:
    in_sprite = set(re.findall(r'id="([^"]+)"', (DIST / "icons.svg").read_text()))
    assert in_sprite == LISTED_ICONS
    assert set(TONE_ICONS.values()) <= in_sprite


def test_every_icon_a_template_names_is_in_the_sprite() -> None:
    named = {name for path in TEMPLATES for name in re.findall(r'(?:{% icon |icon_name=)"([^"]+)"', path.read_text())}
    assert named <= LISTED_ICONS


@pytest.mark.parametrize(("value", "width"), [(2, 2), (0, 0), (-1, 0), (12, 9)])
def test_a_bar_is_filled_in_proportion_and_never_beyond(value: int, width: int) -> None:
    shown = progress(value, 9, "2 av 9 tillfällen klara")
    assert f'<rect width="{width}"' in shown
    assert 'aria-label="2 av 9 tillfällen klara"' in shown


def test_a_bar_of_nothing_is_empty() -> None:
    assert 'viewBox="0 0 1 1"' in progress(0, 0, "Inget att göra")


# --- Dates ------------------------------------------------------------------------------------------------------------

MORNING = datetime(2026, 4, 14, 7, 0, tzinfo=UTC)
AFTERNOON = datetime(2026, 4, 14, 14, 0, tzinfo=UTC)


def test_a_swede_reads_the_weekday_and_date() -> None:
    with override("sv"):
        assert weekday_date(MORNING) == "tisdag 14 april 2026"
        assert weekday_date(date(2026, 4, 14)) == "tisdag 14 april 2026"
        assert day_month(MORNING) == "14 apr"


def test_the_date_is_that_of_sweden_not_of_utc() -> None:
    late_in_the_evening = datetime(2026, 4, 13, 22, 30, tzinfo=UTC)
    with override("sv"):
        assert weekday_date(late_in_the_evening) == "tisdag 14 april 2026"


def test_times_are_written_the_swedish_way_and_in_swedish_time() -> None:
    with override("sv"):
        assert time_range(MORNING, AFTERNOON) == "kl.\xa09.00–16.00"
        assert time_range(time(9, 0), time(12, 30)) == "kl.\xa09.00–12.30"


def test_the_same_in_english() -> None:
    with override("en"):
        assert weekday_date(MORNING) == "Tuesday 14 April 2026"
        assert time_range(MORNING, AFTERNOON) == "09:00–16:00"


def test_the_size_of_a_file_has_a_decimal_only_where_it_says_something() -> None:
    with override("sv"):
        sizes = [file_size(size) for size in (512, 10 * 1024, 20 * 1024**2, 1_572_864)]
    assert sizes == ["512\xa0byte", "10\xa0kB", "20\xa0MB", "1,5\xa0MB"]
    with override("en"):
        assert file_size(20 * 1024**2) == "20\xa0MB"


def test_winter_and_summer_time_are_both_right() -> None:
    january_morning = datetime(2026, 1, 13, 8, 0, tzinfo=UTC)
    with override("sv"):
        assert time_range(january_morning, january_morning.replace(hour=15)) == "kl.\xa09.00–16.00"


def test_a_date_and_time_in_a_sentence() -> None:
    with override("sv"):
        assert render('{{ at|date:"DATETIME_FORMAT" }}', at=MORNING) == "14 april 2026 kl.\xa09.00"


# --- Forms ------------------------------------------------------------------------------------------------------------


def test_the_error_summary_links_each_error_to_its_field() -> None:
    form = EnrolmentForm({})
    hrefs = [error.href for error in error_summary(form)["errors"]]
    assert hrefs == ["", "#id_name", "#id_rhythm_0"]
    page = render("{% load crispy_forms_tags %}{% error_summary form %}{% crispy form %}", form=form)
    assert '<a href="#id_name">Namn: ' in page
    for href in filter(None, hrefs):
        assert f'href="{href}"' in page
        assert f'id="{href.removeprefix("#")}"' in page


def test_a_question_in_the_summary_keeps_its_own_mark() -> None:
    class Question(forms.Form):
        to = forms.CharField(label="Vem tar över?")

    assert ">Vem tar över? " in render("{% error_summary form %}", form=Question({}))


def test_a_form_without_errors_has_no_summary() -> None:
    assert render("{% error_summary form %}", form=EnrolmentForm()).strip() == ""


def test_the_summary_takes_formsets_too() -> None:
    formset = forms.formset_factory(EnrolmentForm, min_num=1, validate_min=True)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-diet": "Vegan"}
    )
    hrefs = [error.href for error in error_summary(formset)["errors"]]
    assert "#id_form-0-name" in hrefs


def test_of_several_forms_the_summary_says_which_one_is_meant() -> None:
    third = EnrolmentForm({})
    third.heading = "Rad 3"
    errors = error_summary([EnrolmentForm({}), third])["errors"]
    texts = [error.label or error.message for error in errors]
    assert not any(text.startswith("Rad") for text in texts[:3])
    assert all(text.startswith("Rad 3") for text in texts[3:])


def test_in_the_summary_a_question_ends_without_a_colon() -> None:
    form = EnrolmentForm({})
    form.fields["name"].label = "Vem?"
    page = render("{% error_summary form %}", form=form)
    assert "Vem? " in page
    assert "Vem?:" not in page


def test_an_error_stands_at_its_field_once_and_is_read_with_it() -> None:
    page = render("{% load crispy_forms_tags %}{% crispy form %}", form=EnrolmentForm({"rhythm": "m"}))
    assert page.count('id="id_name_error"') == 1
    assert re.search(r'<input[^>]*id="id_name"', page)
    field = re.search(r'<input[^>]*name="name"[^>]*>', page)
    assert field is not None
    assert 'aria-describedby="id_name_helptext id_name_error"' in field[0]
    assert 'aria-invalid="true"' in field[0]
    assert "Omgången är fullbokad." not in page, "belongs in the summary alone"


def test_a_group_of_choices_shows_its_error_before_the_choices() -> None:
    page = render("{% load crispy_forms_tags %}{% crispy form %}", form=EnrolmentForm({}))
    assert page.index('id="id_rhythm_error"') < page.index('id="id_rhythm_0"')


def test_only_what_may_be_left_out_is_marked() -> None:
    page = render("{% load crispy_forms_tags %}{% crispy form %}", form=EnrolmentForm())
    assert page.count('class="optional"') == 1


def test_a_form_page_brings_its_own_token_and_leaves_checking_to_the_server() -> None:
    request = RequestFactory().get("/")
    page = render_to_string("components/_form.html", {"form": EnrolmentForm(), "submit": "Anmäl"}, request)
    assert page.count("csrfmiddlewaretoken") == 1
    assert "novalidate" in page


# --- Lists ------------------------------------------------------------------------------------------------------------


def test_turning_the_page_keeps_the_filters() -> None:
    request = RequestFactory().get("/", {"q": "Lund", "page": "2"})
    page = render_to_string("components/_pagination.html", {"page": Paginator(range(60), 25).page(2)}, request)
    assert 'href="?q=Lund&amp;page=3"' in page
    assert 'aria-current="page"' in page
    assert "26–50" in page


def test_work_under_way_asks_again_and_finished_work_rests() -> None:
    panel = {"title": "Intyg skapas", "done": 3, "total": 12, "url": "/intyg/"}
    assert 'hx-get="/intyg/"' in render_to_string("components/_progress_panel.html", panel | {"finished": False})
    assert "hx-get" not in render_to_string("components/_progress_panel.html", panel | {"finished": True})


# --- Error pages ------------------------------------------------------------------------------------------------------


def test_the_page_for_our_own_faults_needs_nothing_from_the_request() -> None:
    with override("sv"):
        page = render_to_string("500.html")
    assert '<html lang="sv">' in page
    assert "dist/app.css" in page


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "429.html", "403_csrf.html"])
def test_error_pages_wear_the_same_clothes(name: str) -> None:
    page = render_to_string(name)
    assert page.count("<h1>") == 1
    assert "site-footer" in page


@pytest.mark.django_db
def test_a_missing_page_is_said_kindly(client: Client) -> None:
    response = client.get("/finns-inte/")
    assert response.status_code == 404
    assert "Sidan hittades inte" in response.content.decode()


# --- Colours: WCAG 2.2, 1.4.3 (text 4.5:1) and 1.4.11 (controls 3:1) --------------------------------------------------

TONES = ["ok", "warning", "error", "information", "waiting"]
GROUNDS = ["ground", "surface", "sunken"]
TEXT_ON = (
    [(text, ground) for text in ["ink", "muted", "link", *TONES] for ground in GROUNDS]
    + [(text, f"{tone}-tint") for tone in TONES for text in (tone, "ink", "muted")]
    + [("on-primary", "primary"), ("on-primary", "primary-strong")]
    + [("surface", filled) for filled in ("ok", "warning", "error", "ink")]
)
CONTROL_ON = [("control", "ground"), ("control", "surface"), ("primary", "surface"), ("focus", "focus-ink")]


def colours(theme: str) -> dict[str, str]:
    tokens = (BASE / "assets" / "css" / "tokens.css").read_text()
    light, dark = tokens.split("@media screen and (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    return found if theme == "light" else found | dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", dark))


def luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour, as WCAG 2.2 defines it."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_can_be_read_on_its_ground(theme: str, text: str, ground: str) -> None:
    palette = colours(theme)
    assert contrast(palette[text], palette[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("control", "ground"), CONTROL_ON)
def test_controls_can_be_seen_on_their_ground(theme: str, control: str, ground: str) -> None:
    palette = colours(theme)
    assert contrast(palette[control], palette[ground]) >= 3


# --- Promises ---------------------------------------------------------------------------------------------------------


def offences(pattern: str) -> Iterator[str]:
    for path in PAGES:
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            if re.search(pattern, line):
                yield f"{path.relative_to(BASE)}:{number}: {line.strip()}"


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("inline style", r"\sstyle=|<style"),
        ("inline script", r"<script(?![^>]*\ssrc=)|\son[a-z]+=|hx-on|javascript:"),
        ("code that htmx would have to evaluate", r"hx-trigger=\"[^\"]*\[|hx-(vals|headers)(:\w+)?='js:"),
    ],
)
def test_templates_hold_nothing_the_content_policy_would_refuse(what: str, pattern: str) -> None:
    assert list(offences(pattern)) == [], what


def test_the_style_sheet_holds_no_pictures_of_its_own() -> None:
    assert "data:" not in (DIST / "app.css").read_text()


@pytest.mark.parametrize(("name", "kilobytes"), [("app.css", 20), ("app.js", 20)])
def test_style_and_script_stay_within_their_budgets(name: str, kilobytes: int) -> None:
    assert len(gzip.compress((DIST / name).read_bytes())) <= kilobytes * 1024


def test_our_own_script_stays_small() -> None:
    assert (BASE / "assets" / "js" / "app.js").stat().st_size <= 4 * 1024


@pytest.mark.parametrize("package", ["bootstrap", "htmx.org", "lucide-static", "source-sans-3"])
def test_what_we_ship_of_others_comes_with_its_licence(package: str) -> None:
    assert (DIST / "LICENSES" / f"{package}.txt").stat().st_size > 0


def test_the_lock_file_names_no_host() -> None:
    assert '"resolved"' not in (BASE / "package-lock.json").read_text()
