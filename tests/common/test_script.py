"""What assets/js/app.js adds to a page, in a real browser; the pages work without it."""

from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page, expect

SCRIPT = Path(settings.BASE_DIR) / "static" / "dist" / "app.js"


def open_page(page: Page, body: str) -> None:
    page.set_content(f'<!doctype html><html lang="sv"><body>{body}</body></html>')
    page.add_script_tag(path=SCRIPT)


def test_a_button_opens_its_dialog_and_another_closes_it(page: Page) -> None:
    open_page(
        page,
        '<a href="/stall-in/" data-dialog="cancel">Ställ in</a>'
        '<dialog id="cancel"><button data-close>Behåll</button></dialog>',
    )
    page.get_by_text("Ställ in").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_text("Behåll").click()
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_page_with_errors_starts_at_their_summary(page: Page) -> None:
    open_page(page, '<div tabindex="-1" data-focus>Något behöver rättas</div>')
    expect(page.locator("[data-focus]")).to_be_focused()


def test_escape_closes_the_menu_and_returns_to_its_button(page: Page) -> None:
    open_page(page, '<details class="menu"><summary>Karin</summary><a href="#profil">Profil</a></details>')
    page.get_by_text("Karin").click()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_text("Profil")).to_be_hidden()
    expect(page.get_by_text("Karin")).to_be_focused()


SEARCH = (
    '<form><input data-search aria-label="Sök"><a href="#hit">Träff</a></form><textarea aria-label="Text"></textarea>'
)


def test_a_slash_leads_to_the_search_and_escape_leads_out_of_it(page: Page) -> None:
    open_page(page, SEARCH)
    page.keyboard.press("/")
    expect(page.get_by_label("Sök")).to_be_focused()
    expect(page.get_by_label("Sök")).to_have_value("")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Träff")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Träff")).not_to_be_focused()


def test_a_slash_that_is_typed_is_typed(page: Page) -> None:
    open_page(page, SEARCH)
    page.get_by_label("Text").press("/")
    expect(page.get_by_label("Text")).to_have_value("/")
    page.get_by_label("Sök").press("/")
    expect(page.get_by_label("Sök")).to_have_value("/")


SAVING = '<form><output data-saved="Sparat kl. H.MM" data-failed="Inte sparat än."></output></form>'
ANSWER = """(raw) => document.forms[0].dispatchEvent(new CustomEvent("htmx:after:request", {
    bubbles: true, detail: { ctx: { response: { raw } } },
}))"""


def test_a_form_that_is_saved_as_one_goes_says_when_in_the_words_of_the_page(page: Page) -> None:
    open_page(page, SAVING)
    page.evaluate("Date.prototype.toTimeString = () => '05:04:59 GMT+0100'")
    page.evaluate(ANSWER, {"ok": True})
    expect(page.locator("output")).to_have_text("Sparat kl. 5.04")


def test_a_form_that_the_log_in_page_has_answered_is_not_saved(page: Page) -> None:
    open_page(page, SAVING)
    page.evaluate(ANSWER, {"ok": True, "redirected": True})
    expect(page.locator("output")).to_have_text("Inte sparat än.")
