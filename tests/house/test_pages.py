"""Every page that needs no more than an address is sound, in both languages, for someone who may see everything."""

from collections.abc import Callable

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


@pytest.mark.parametrize("language", ["en", "cy"])
def test_every_page_parses_has_a_title_one_heading_its_language_and_no_inline_script(
    app: Flask, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient], language: str
) -> None:
    browser = signed_in(staff(*StaffRole))
    faults = {}
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.arguments:
            continue
        answer = browser.get(rule.rule, query_string={"lang": language})
        assert answer.status_code < 500, rule.rule
        if answer.mimetype == "text/html" and not 300 <= answer.status_code < 400:
            faults[rule.rule] = page_faults(answer.text)
    assert {path: found for path, found in faults.items() if found} == {}
