"""Every page that needs no more than an address is sound, in both languages, for someone who may see everything."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.access import StaffRole
from surveyapp.directory.models import User
from tests.page_rules import page_faults

pytestmark = pytest.mark.one_backend


def test_every_template_compiles_with_the_applications_own_filters_and_functions(app: Flask) -> None:
    for name in app.jinja_env.list_templates(filter_func=lambda name: name.endswith((".html", ".txt"))):
        app.jinja_env.get_template(name)


def _pages(app: Flask, browser: FlaskClient, language: str) -> dict[str, tuple[int, str]]:
    """Status and text of every page that needs no more than an address."""
    pages = {}
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.arguments:
            continue
        answer = browser.get(rule.rule, query_string={"lang": language})
        assert answer.status_code < 500, rule.rule
        if answer.mimetype == "text/html" and not 300 <= answer.status_code < 400:
            pages[rule.rule] = (answer.status_code, answer.text)
    return pages


def _title(page: str) -> str:
    found = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    return unescape(found[1]).strip() if found else ""


def test_every_page_parses_and_its_title_is_its_own_in_its_language(
    app: Flask, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    browser, titles = signed_in(staff(*StaffRole)), {}
    for language, product in (("en", "Leaving well"), ("cy", "Gadael yn dda")):
        pages = _pages(app, browser, language)
        faults = {path: page_faults(page) for path, (_status, page) in pages.items()}
        assert {path: found for path, found in faults.items() if found} == {}
        titles[language] = {path: _title(page) for path, (status, page) in pages.items() if status == 200}
        assert [path for path, title in titles[language].items() if not title.endswith(f" – {product}")] == []
        by_title: dict[str, set[str]] = {}
        for path, title in titles[language].items():
            by_title.setdefault(title, set()).add(path)
        twice = {title: paths for title, paths in by_title.items() if len(paths) > 1}
        assert twice == {}, "two pages have one title: name what tells them apart"
    same = [path for path, title in titles["en"].items() if title.split(" – ")[0] == titles["cy"][path].split(" – ")[0]]
    assert same == [], "these titles are not in Welsh"


@pytest.mark.parametrize(("language", "word"), [("en", "Error: "), ("cy", "Gwall: ")])
def test_the_title_of_a_page_with_faults_says_so_first(
    staff: Callable[..., User], signed_in: Callable[[User], FlaskClient], language: str, word: str
) -> None:
    browser = signed_in(staff(*StaffRole))
    for address in ("/cases/add", "/settings/imports", "/cases/import"):
        before = _title(browser.get(address, query_string={"lang": language}).text)
        answer = browser.post(address, query_string={"lang": language}, data={"agency": ""})
        assert (answer.status_code, _title(answer.text)) == (422, f"{word}{before}"), address
