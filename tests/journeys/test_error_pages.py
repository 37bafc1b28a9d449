"""The first thing a lost visitor sees, on a phone, in both languages."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser import accessibility_faults
from tests.journeys.conftest import PHONE, scrolls_sideways


@pytest.mark.one_backend
@pytest.mark.parametrize("language", ["en", "cy"])
def test_an_unknown_address_is_explained_accessibly(new_page: Callable[..., Page], language: str) -> None:
    page = new_page(PHONE, javascript=True, language=language)
    page.goto("/nothing-here")
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("h1").count() == 1
    assert not accessibility_faults(page)
    assert not scrolls_sideways(page)
