"""The gallery, served to a browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import launched_browser, served
from tests.web.gallery import make_app


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with launched_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def gallery() -> Iterator[str]:
    with served(make_app()) as address:
        yield address
