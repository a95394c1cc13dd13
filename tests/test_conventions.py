"""What no linter sees: names lead somewhere, nothing lies about unused, rows are read through `visible_to`."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import allauth
import pytest
from django.apps import apps
from django.conf import settings
from django.template import engines
from django.template.loader import get_template

from tests.test_permissions import ADDRESSES

ROOT = settings.BASE_DIR
TEMPLATES = ROOT / "templates"
OUR_APPS = [app for app in apps.get_app_configs() if Path(app.path).parent == ROOT]
OURS = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*") if path.is_file())
ERROR_PAGES = {
    "400.html",
    "403.html",
    "403_csrf.html",
    "404.html",
    "429.html",
    "500.html",
}  # Django and allauth know them by name
IN_TEMPLATES = re.compile(r"""{%\s*(?:extends|include)\s+["']([^"']+)["']""")
IN_PYTHON = re.compile(r"""["']([\w/]+(?:\.sms)?\.(?:html|txt|xml))["']""")
WHOLE_FOLDERS = re.compile(r"""f["'](\w+/mail)/\{""")  # render(f"participants/mail/{kind}", …)
MAILS = re.compile(r"""["'](\w+/mail/\w+|account/email/\w+)["']""")
URLS = re.compile(r"""{%\s*url\s+["']([^"']+)["']""")
ICONS = re.compile(r"""{%\s*icon\s+["']([^"']+)["']|icon_name=["']([^"']+)["']""")
# What would be due later in the broker, which forgets, and hands out twice what waits longer than its time-out.
WAITS = re.compile(r"\b(?:eta|countdown|apply_async|autoretry_for)\b|\.(?:retry|delay)\(")
# Where a row is read without `visible_to`, and why that is right.
READ_BY_ANYBODY = {
    "accounts/views/invitation.py": "whoever has the link may see the invitation",
    "certificates/views/verify.py": "whoever has number and code may verify",
    "sessions/views/feed.py": "whoever has the address may read the calendar",
    "introprogram/views.py": "whom to write to in each region is public; of people it reads only who is logged in",
    "sessions/views/teaching_request.py": "whoever has the link may answer the question",
}


def python_files() -> Iterator[Path]:
    for app in OUR_APPS:
        yield from (path for path in Path(app.path).rglob("*.py") if "migrations" not in path.parts)


def views() -> Iterator[Path]:
    return (path for path in python_files() if path.name == "views.py" or "views" in path.parent.parts)


def text_of(template: str) -> str:
    return (TEMPLATES / template).read_text()


def referenced() -> set[str]:
    """Every template that one of ours or our code names, and those that Django and allauth look for."""
    names = set(ERROR_PAGES)
    for template in OURS:
        names |= set(IN_TEMPLATES.findall(text_of(template)))
    for path in python_files():
        code = path.read_text()
        names |= set(IN_PYTHON.findall(code))
        names |= {
            template for folder in WHOLE_FOLDERS.findall(code) for template in OURS if template.startswith(folder)
        }
        names |= {f"{mail}.{ending}" for mail in MAILS.findall(code) for ending in ("txt", "html")}
        names |= {f"{mail}.sms.txt" for mail in MAILS.findall(code)} & set(OURS)
    return names


def is_allauths(template: str) -> bool:
    """Whether allauth looks for a template of that name; its mails are rendered as one text with its subject."""
    theirs = Path(allauth.__file__).parent / "templates"
    mail = re.sub(r"\.(txt|html)$", "_message.txt", template)
    return (theirs / template).exists() or (template.startswith("account/email/") and (theirs / mail).exists())


def test_no_template_is_unused() -> None:
    used = referenced()
    assert [template for template in OURS if template not in used and not is_allauths(template)] == []


def test_no_template_is_missing() -> None:
    for name in sorted(referenced()):
        get_template(name)


@pytest.mark.parametrize("template", OURS)
def test_every_template_can_be_read(template: str) -> None:
    engines["django"].get_template(template)


def test_every_link_leads_somewhere() -> None:
    links = {(template, name) for template in OURS for name in URLS.findall(text_of(template))}
    # The mail reader has its addresses in development only.
    assert [link for link in sorted(links) if link[1] not in ADDRESSES and not link[1].startswith("messaging:")] == []


def test_every_icon_is_in_the_sprite() -> None:
    drawn = set((ROOT / "assets/icons.txt").read_text().split())
    wanted = {name for template in OURS for pair in ICONS.findall(text_of(template)) for name in pair if name}
    assert wanted - drawn == set(), "add them to assets/icons.txt and run `npm run build`"


def test_templates_hold_no_style_and_no_script_of_their_own() -> None:
    """The content security policy would refuse them. Mails, PDFs and sheets to print carry theirs by design."""
    pages = [name for name in OURS if name.endswith(".html") and "mail" not in name and "pdf" not in name]
    inline = re.compile(r"""\sstyle=|<style|<script(?![^>]*\ssrc=)|\son\w+=["']|javascript:""")
    assert [name for name in pages if inline.search(text_of(name))] == []


def test_views_read_tenants_rows_through_visible_to() -> None:
    """Which rows somebody may see is decided in querysets and nowhere else (404, never a filter in a view)."""
    scoped = {
        model.__name__
        for app in OUR_APPS
        for model in app.get_models()
        if hasattr(model._default_manager, "visible_to")
    }
    reading = re.compile(rf"\b({'|'.join(sorted(scoped))})\.objects\s*\.(\w+)")
    allowed = {"visible_to", "markable_by", "taught_by"}  # the latter two are narrower
    # so are these; others' of the same name aren't
    narrower = {("Participant", "coordinated_by"), ("Enrolment", "followed_before_by")}
    found = {
        f"{path.relative_to(ROOT)}: {model}.objects.{method}"
        for path in views()
        if str(path.relative_to(ROOT)) not in READ_BY_ANYBODY
        for model, method in reading.findall(path.read_text())
        if method not in allowed and (model, method) not in narrower
    }
    assert found == set()


def test_nothing_is_due_later_but_in_the_database() -> None:
    """Tasks are woken by name, now (common/wakeup.py); what is to be done later, or again, is a row (ADR 2)."""
    assert [str(path.relative_to(ROOT)) for path in python_files() if WAITS.search(path.read_text())] == []
    wakes = [str(path.relative_to(ROOT)) for path in python_files() if ".send_task(" in path.read_text()]
    assert wakes == ["common/wakeup.py"]


def test_exceptions_to_that_are_still_needed() -> None:
    assert [name for name in READ_BY_ANYBODY if ".objects" not in (ROOT / name).read_text()] == []


def test_every_dependency_has_its_reason() -> None:
    """ADR 6 names what pyproject.toml does, and nothing that is gone."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    table = re.findall(r"^\| ([^|]+) \|", (ROOT / "docs/adr/0006-dependencies.md").read_text(), re.MULTILINE)
    given = {name.split()[0] for row in table for name in row.split(", ")} - {"package", "---"}
    assert given == {re.split(r"[<>=]", requirement)[0] for requirement in project["dependencies"]}
