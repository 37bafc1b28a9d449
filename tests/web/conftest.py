"""The gallery, served to a browser."""

from collections.abc import Iterator

import pytest

from tests.browser import served, settled_clicks
from tests.web.gallery import make_app


@pytest.fixture(scope="session")
def gallery() -> Iterator[str]:
    with served(make_app()) as address:
        yield address


@pytest.fixture(autouse=True)
def settled() -> Iterator[None]:
    """Clicks wait for the page they lead to."""
    with settled_clicks():
        yield
