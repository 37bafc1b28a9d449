"""How much a leaver's pages weigh over the wire: for a slow line on a train."""

import gzip
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.responses.walking import Leaver, prepare

pytestmark = pytest.mark.one_backend
ASSET = re.compile(r'(?:href|src)="(/static/[^"]+)"')
FIRST, LATER, REQUESTS = 40_000, 10_000, 4


def weight(response: TestResponse) -> int:
    """Status line, headers and compressed body, as they travel."""
    headers = sum(len(name) + len(value) + 4 for name, value in response.headers)
    return len(response.status) + 11 + headers + len(response.get_data())


class Scales(FlaskClient):
    """A browser that keeps what each of its requests weighed, and asks for a style sheet or script only once."""

    def __init__(self, *arguments: object, **more: object) -> None:
        super().__init__(*arguments, **more)  # type: ignore[arg-type]  # passed on as given
        self.weights: list[tuple[str, int]] = []
        self.known: set[str] = set()

    def open(self, *arguments: object, **more: object) -> TestResponse:
        more["headers"] = {"Accept-Encoding": "gzip"}
        response = super().open(*arguments, **more)  # type: ignore[arg-type]  # passed on as given
        self.weights.append((str(arguments[0]), weight(response)))
        if response.headers.get("Content-Encoding") == "gzip" and response.mimetype == "text/html":
            response.set_data(gzip.decompress(response.get_data()))
            for asset in set(ASSET.findall(response.get_data(as_text=True))) - self.known:
                self.known.add(asset)
                self.open(asset)
        return response


@pytest.mark.parametrize("language", ["en", "cy"])
def test_the_first_page_is_under_40_kilobytes_in_four_requests_and_every_later_one_under_10(
    app: Flask, session: Session, organisation: str, language: str
) -> None:
    _case, token = prepare(session, language=language)
    session.commit()
    browser = Scales(app, app.response_class, use_cookies=True)
    leaver = Leaver(browser, {"q-reasons": ["workload", "pay"], "q-main_reason": "workload", "q-avoidable": "yes"})
    leaver.open(f"/a/{token}")
    first = browser.weights[:]
    assert len(first) <= REQUESTS and sum(grams for _, grams in first) < FIRST, first
    browser.weights.clear()
    leaver.post("/a/begin", {"sharing": "confidential"})
    heaviest = 0
    while True:
        grams = sum(grams for _, grams in browser.weights)
        assert grams < LATER, browser.weights
        heaviest = max(heaviest, grams)
        browser.weights.clear()
        if leaver.address.endswith("/check"):
            break
        leaver.fill_in()
    leaver.send()
    assert sum(grams for _, grams in browser.weights) < LATER
    print(f"{language}: first page {sum(grams for _, grams in first)} bytes, heaviest later page {heaviest} bytes")
