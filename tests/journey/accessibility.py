"""What axe says about a page as it stands in the browser."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# WCAG 2.2 AA, and axe's own best practices.
EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

_axe = Axe()


def violations(page: Page, *, rules: list[str] | None = None) -> list[str]:
    """Each violation of all rules, or of `rules` alone, with the elements that it is about."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe.axe_script)
    options = {"runOnly": rules or EVERYTHING, "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(options)", options)["violations"]
    return [
        f"{violation['id']}: {violation['help']} {[node['html'][:200] for node in violation['nodes'][:3]]}"
        for violation in found
    ]


def width_beyond_the_window(page: Page) -> int:
    """By how many pixels one has to scroll sideways."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def elements_beyond_the_window(page: Page) -> list[str]:
    """The innermost elements that reach beyond the window's right edge."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("main *")]
            .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth)
            .slice(-3).map(one => one.outerHTML.slice(0, 200))"""
    )
    return found
