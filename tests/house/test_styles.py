"""Every class a template uses is in the style sheet its page loads: a leaver's page has the small one."""

import re
from pathlib import Path

import pytest

from surveyapp.web.static_files import FOLDER
from tests.house.test_templates import PAGES, TEMPLATES

OURS = re.compile(r"(?:govuk|app|moj)-[\w-]+")
# Marks for a script or for the document, without a look of their own.
BARE = re.compile(
    r"govuk-js-.*|govuk-template.*|.*__list-item|govuk-table__(?:row|body|head)|govuk-summary-list__.*"
    r"|govuk-(?:checkboxes|radios)|moj-timeline__header"
)
MACRO = re.compile(r"\{% macro (\w+)\((.*?)\{% endmacro %\}", re.DOTALL)


def classes_in(text: str) -> set[str]:
    """The classes written out whole; one that ends in a Jinja expression cannot be looked up."""
    found: set[str] = set()
    for attribute in re.findall(r'class="((?:[^"{]|\{[{%].*?[%}]\})*)"', text, re.DOTALL):
        plain = re.sub(r"\{\{.*?\}\}", "\x00", re.sub(r"\{%.*?%\}", " ", attribute))
        found |= {word for word in plain.split() if OURS.fullmatch(word)}
    return {name for name in found if not BARE.fullmatch(name)}


def styled_by(sheet: str) -> set[str]:
    return set(re.findall(r"\.((?:govuk|app|moj)-[\w-]+)", (FOLDER / "vendor" / sheet).read_text(encoding="utf-8")))


STAFF, LEAVER = styled_by("staff.css"), styled_by("leaver.css")
MACROS = {name: classes_in(body) for name, body in MACRO.findall(TEMPLATES["web/macros.html"].read_text("utf-8"))}


def is_for_leavers(text: str) -> bool:
    return '{% extends "web/layout_leaver.html" %}' in text


def used_by(path: Path) -> set[str]:
    """The template's own classes and those of the macros it imports."""
    text = path.read_text(encoding="utf-8")
    imported = re.findall(r'\{% from "web/macros\.html" import ([^%]+?)(?: with context)? %\}', text)
    names = {name.split(" as ")[0].strip() for line in imported for name in line.split(",")}
    return classes_in(text).union(*(MACROS.get(name, set()) for name in names))


@pytest.mark.parametrize("name", PAGES)
def test_a_template_uses_only_classes_its_style_sheet_has(name: str) -> None:
    path = TEMPLATES[name]
    sheet = LEAVER if is_for_leavers(path.read_text(encoding="utf-8")) or name == "web/error.html" else STAFF | LEAVER
    assert used_by(path) - sheet == set()


def test_the_check_sees_a_class_that_a_leavers_page_does_not_have() -> None:
    assert "govuk-notification-banner" in MACROS["notification"] - LEAVER
    assert classes_in('<p class="govuk-body{% if x %} app-nowhere{% endif %} app-{{ n }}">') == {
        "govuk-body",
        "app-nowhere",
    }
