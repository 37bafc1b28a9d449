"""A real browser for tests: finds Chromium, serves an application on a free port, asks axe for WCAG 2.2 AA faults."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, Playwright, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

HINT = (
    "No Chromium found. Set CHROMIUM to its path, or install it: `apt-get install chromium fonts-liberation` as root, "
    "else `playwright install chromium`."
)
PATIENCE = 120_000
"""Milliseconds that a page may take before a test gives it up: a long story on a busy machine."""
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class ChromiumMissing(RuntimeError):
    """There is no browser to test with; the message says how to get one."""


def chromium_path(playwright: Playwright) -> str:
    """$CHROMIUM, then one on the PATH, then Playwright's own."""
    candidates = [os.environ.get("CHROMIUM"), *(shutil.which(name) for name in NAMES)]
    candidates.append(playwright.chromium.executable_path)
    for path in candidates:
        if path and Path(path).exists():
            return path
    raise ChromiumMissing(HINT)


@contextmanager
def launched_browser() -> Iterator[Browser]:
    """One for all tests of a run (the fixture `own_browser`): two at once cannot live in one process."""
    with sync_playwright() as playwright:
        sandbox = [] if not hasattr(os, "geteuid") or os.geteuid() else ["--no-sandbox"]  # Chromium refuses it as root
        browser = playwright.chromium.launch(executable_path=chromium_path(playwright), args=[*QUIET, *sandbox])
        yield browser
        browser.close()


@contextmanager
def settled_clicks() -> Iterator[None]:
    """A click that leads to another page is over when that page is there with its scripts, however slow the machine."""
    click = Locator.click

    def click_and_wait(self: Locator, **options: Any) -> None:
        click(self, **options)
        self.page.wait_for_load_state()

    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(Locator, "click", click_and_wait)
        yield


class _QuietHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing: a test's output is no place for an access log."""


@contextmanager
def served(app: Flask, made_for: Callable[[int], Flask] | None = None) -> Iterator[str]:
    """The address of the application, served by threads on a free port; or of the one that is made for that port."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_QuietHandler)
    if made_for is not None:
        server.app = made_for(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def watched_page(browser: Browser, width: int = 1280, **options: Any) -> tuple[Page, list[str]]:
    """A page of that width, and the list into which its console errors and failed policies are written."""
    page = browser.new_page(viewport={"width": width, "height": 900}, **options)
    page.set_default_timeout(PATIENCE)
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return page, errors


def accessibility_faults(page: Page) -> list[str]:
    """What axe finds against WCAG 2.0 to 2.2, A and AA: rule and element, a line each."""
    page.wait_for_load_state()  # a click that leads to another page does not wait for its scripts
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}}).response["violations"]
    return [f"{fault['id']}: {node['html'][:200]}" for fault in found for node in fault["nodes"]]
