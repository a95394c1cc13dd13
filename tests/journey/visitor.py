"""Someone at a browser, who sees what is on the page and does what people do. Every page she comes to is examined."""

import re
from pathlib import Path

from playwright.sync_api import Download, Locator, Page, expect

from accounts.models import User
from tests.factories import PASSWORD
from tests.journey.accessibility import violations, width_beyond_the_window


class Visitor:
    """`page` is a fresh browser page of a portal at `address`. Where no script runs, axe doesn't either."""

    def __init__(self, page: Page, address: str, *, with_scripts: bool = True) -> None:
        self.page = page
        self.page.set_default_timeout(20_000)
        self.address = address
        self.with_scripts = with_scripts

    # Going from page to page

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)
        self.examine()

    def follow(self, link: str, *, within: Locator | None = None) -> None:
        """Follow a link by its text, which may go on."""
        (within or self.page.get_by_role("main")).get_by_role("link", name=link).first.click()
        self.examine()

    def press(self, button: str) -> None:
        """Press a button that leads to another page."""
        with self.page.expect_navigation():
            self.page.get_by_role("main").get_by_role("button", name=button, exact=True).click()
        self.examine()

    def log_in_with_password(self, user: User) -> None:
        self.open("/konto/logga-in/")
        form = self.page.get_by_role("region", name="Med lösenord")
        form.get_by_label("Din e-postadress på jobbet").fill(user.email)
        form.get_by_label("Lösenord").fill(PASSWORD)
        with self.page.expect_navigation():
            form.get_by_role("button", name="Logga in").click()
        self.examine()

    def download(self, link: str) -> Path:
        """Follow a link to a file; return where the browser has put it."""
        with self.page.expect_download() as waiting:
            self.page.get_by_role("link", name=link).click()
        file: Download = waiting.value
        return file.path()

    # On a page

    def fill(self, **fields: str) -> None:
        """Fill in fields by their label, in which an underscore stands for a space."""
        for label, value in fields.items():
            self.page.get_by_label(label.replace("_", " "), exact=True).fill(value)

    def row(self, text: str) -> Locator:
        """The row of a table, or the item of a list, that holds `text`."""
        rows = self.page.get_by_role("main").locator("tbody tr, li")
        return rows.filter(has_text=text).first

    def fact(self, label: str) -> str:
        """What a summary of facts says beside `label`."""
        row = self.page.locator(".summary > div").filter(has=self.page.get_by_text(label, exact=True))
        return row.locator("dd").first.inner_text()

    def sees(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.get_by_role("main")).to_contain_text(re.compile(re.escape(text), re.IGNORECASE))

    def examine(self) -> None:
        """No page may keep anybody out, or be wider than the window."""
        self.page.wait_for_load_state()
        if not self.with_scripts:
            return
        found = violations(self.page)
        assert not found, (self.page.url, found)
        assert width_beyond_the_window(self.page) == 0, self.page.url
