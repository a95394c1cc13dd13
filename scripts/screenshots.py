"""The pictures of README and ADR 35, taken of the demo region on a portal of its own: python -m scripts.screenshots

Nothing that is configured for this machine's portal is touched: database, files, mail and broker are in a temporary
folder, and the server is gone when the pictures are taken.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import pypdfium2
from playwright.sync_api import Browser, Page, expect, sync_playwright

from scripts import chromium

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "screenshots"
LARGEST = 200 * 1024
PIXELS, COLOURS = 1.5, 32  # of a sheet of paper, to each of its points
PATIENCE = 30  # seconds until the server must answer

COORDINATOR = "samordnare@example.org"
MANAGER = "chef@example.org"
PARTICIPANT = "deltagare@example.org"
CERTIFIED = "klar@example.org"


def main() -> None:
    """Take all pictures anew."""
    program = chromium.find()
    if program is None:
        sys.exit("chromium is missing: run `make setup-tests`")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with portal() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=chromium.OPTIONS)
        take("board", board(log_in(browser, address, COORDINATOR)))
        take("check", check(log_in(browser, address, MANAGER)))
        take("register", register(board(log_in(browser, address, COORDINATOR))))
        take("my-programme", log_in(browser, address, PARTICIPANT, width=390, height=800))
        lay_out("certificate", log_in(browser, address, CERTIFIED))
        lay_out("statement", statement(log_in(browser, address, COORDINATOR)))
        browser.close()


@contextmanager
def portal() -> Iterator[str]:
    """A portal with the demo region; yields its address."""
    with tempfile.TemporaryDirectory(prefix="introprogram-") as folder:
        port = free_port()
        address = f"http://localhost:{port}"
        environment = os.environ | {
            "ENVIRONMENT": "development",
            "VAR_DIR": folder,
            "BASE_URL": address,
            "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
            "CELERY_BROKER_URL": "filesystem://localhost",
            "CACHE_URL": f"filecache://{folder}/cache",
            "EMAIL_URL": "filemail://",
            "MEDIA_ROOT": f"{folder}/media",
            "LOG_LEVEL": "WARNING",
        }
        for command in ("migrate", "demo"):
            arguments = [sys.executable, "manage.py", command, "--verbosity", "0"]
            subprocess.run(arguments, cwd=ROOT, env=environment, check=True)
        server = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "gunicorn",
                "introprogram.wsgi",
                "--bind",
                f"127.0.0.1:{port}",
                "--log-level",
                "warning",
            ],
            cwd=ROOT,
            env=environment,
        )
        try:
            wait_for(f"{address}/healthz")
            yield address
        finally:
            server.terminate()
            server.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(address: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            urllib.request.urlopen(address, timeout=PATIENCE).close()
        except URLError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def log_in(browser: Browser, address: str, email: str, *, width: int = 1280, height: int = 880) -> Page:
    """Return the page on which someone lands, in Swedish and the light theme."""
    context = browser.new_context(
        base_url=address, locale="sv-SE", color_scheme="light", viewport={"width": width, "height": height}
    )
    page = context.new_page()
    page.goto("/konto/logga-in/")
    page.locator("li").filter(has_text=email).get_by_role("button").click()
    page.wait_for_load_state()
    return page


def check(page: Page) -> Page:
    """What a manager checks before she enrols."""
    page.goto("/anmalan/")
    cohort = page.get_by_role("article").filter(has_text="Introduktionsutbildning för nya socialsekreterare")
    cohort.get_by_role("link", name="Anmäl en").click()
    answer(page, first_name="Ellen", last_name="Exempelsson", email="ellen.exempelsson@example.org")
    answer(page, unit="Barn och familj", title="Socialsekreterare", employed_from="2026-09-01")
    answer(page)  # no needs
    return page


def answer(page: Page, **values: str) -> None:
    """Fill in a step, and go on to the next."""
    for name, value in values.items():
        page.locator(f"#id_{name}").fill(value)
    question = page.locator("h1").inner_text()
    page.get_by_role("button", name="Fortsätt").click()
    expect(page.locator("h1")).not_to_have_text(question)  # its address may change sooner or later


def board(page: Page) -> Page:
    """All cohorts and their sessions."""
    page.goto("/planering/")
    return page


def register(page: Page) -> Page:
    """The first register of the cohort that is under way: its row on the board has been held in part."""
    held, ahead = page.locator("a.slot.tone-ok"), page.locator("a.slot.tone-neutral")
    row = page.locator(".board tbody tr").filter(has=held).filter(has=ahead).first
    row.locator(held).first.click()
    page.get_by_role("link", name="Öppna närvarolistan").click()
    page.wait_for_url("**/narvaro/")
    return page


def statement(page: Page) -> Page:
    """The latest statement of participation."""
    page.goto("/register/intyg/?show=statements")
    page.locator("tbody th a").first.click()
    page.wait_for_url("**/intyg/*/")
    return page


def take(name: str, page: Page) -> None:
    """Save what the window shows."""
    page.wait_for_load_state("networkidle")
    file = PICTURES / f"{name}.png"
    page.screenshot(path=file)
    page.context.close()
    check_size(file)


def lay_out(name: str, page: Page) -> None:
    """Save the first sheet of the PDF that `page` offers."""
    address = page.locator("a[href$='.pdf']").first.get_attribute("href") or ""
    sheet = pypdfium2.PdfDocument(page.request.get(address).body())[0]
    page.context.close()
    file = PICTURES / f"{name}.png"
    sheet.render(scale=PIXELS).to_pil().quantize(COLOURS).save(file, optimize=True)
    check_size(file)


def check_size(file: Path) -> None:
    """A picture mustn't make the repository heavy."""
    if file.stat().st_size > LARGEST:
        sys.exit(f"{file} is larger than {LARGEST // 1024} KB")
    print(file.relative_to(ROOT))


if __name__ == "__main__":
    main()
