"""The examination that all pages pass does find what is wrong with a page."""

import pytest
from playwright.sync_api import Page

from tests.journey.accessibility import violations, width_beyond_the_window

pytestmark = pytest.mark.browser

BAD = '<html lang="sv"><title>Sida</title><main><h1 style="{style}">Rubrik</h1><img src="data:,"></main></html>'


def test_a_picture_without_words_and_pale_letters_are_found(page: Page) -> None:
    page.set_content(BAD.format(style="color: #bbb; background: #fff"))
    assert {found.partition(":")[0] for found in violations(page)} == {"image-alt", "color-contrast"}
    assert [found.partition(":")[0] for found in violations(page, rules=["color-contrast"])] == ["color-contrast"]


def test_a_page_that_is_too_wide_is_found(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 600})
    page.set_content(BAD.format(style="width: 400px"))
    assert width_beyond_the_window(page) > 0
