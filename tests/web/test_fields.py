"""Form fields: the same elements, classes and attributes as the design system's own macros, quick and escaped."""

from html.parser import HTMLParser
from typing import Any

import jinja2
import pytest
from markupsafe import Markup

from surveyapp.web.choices import Choice, checkboxes, date_input, radios, select
from surveyapp.web.fields import Frame, file_input, text_input, textarea

DESIGN_SYSTEM = jinja2.Environment(
    loader=jinja2.PrefixLoader({"govuk_frontend_jinja": jinja2.PackageLoader("govuk_frontend_jinja")}), autoescape=True
)
# The design system marks these for its script whether or not there is something to do; ours does so only when needed.
LEFT_TO_US = {"data-module"}


class _Elements(HTMLParser):
    """Elements in order with their attributes, and the text between them."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kept = {name: value for name, value in attrs if name not in LEFT_TO_US}
        kept["class"] = " ".join(sorted((kept.get("class") or "").split()))
        self.seen.append((tag, kept))

    def handle_endtag(self, tag: str) -> None:
        self.seen.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if text := " ".join(data.split()):
            self.seen.append(text)


def elements(html: str) -> list[object]:
    parser = _Elements()
    parser.feed(html)
    return parser.seen


def design_system(component: str, macro: str, params: dict[str, Any]) -> list[object]:
    source = (
        f"{{% from 'govuk_frontend_jinja/components/{component}/macro.html' import {macro} %}}{{{{ {macro}(params) }}}}"
    )
    return elements(DESIGN_SYSTEM.from_string(source).render(params=params))


HINT, ERROR = {"text": "As HR knows it"}, {"text": "Enter the name"}
PLAIN = Frame("name", "Name")
FULL = Frame("name", "Name", hint="As HR knows it", error="Enter the name", label_size="m")
HEADING = Frame("name", "Name", label_size="l", heading=True)
ITEMS = [{"value": "a", "text": "First", "hint": {"text": "More"}}, {"value": "b", "text": "Second", "checked": True}]
CHOICES = [Choice("a", "First", hint="More"), Choice("b", "Second", checked=True)]


@pytest.mark.parametrize(
    ("ours", "component", "macro", "params"),
    [
        (text_input(PLAIN), "input", "govukInput", {"id": "name", "name": "name", "label": {"text": "Name"}}),
        (
            text_input(FULL, "Ann", width="width-10", suffix="years"),
            "input",
            "govukInput",
            {
                "id": "name",
                "name": "name",
                "value": "Ann",
                "label": {"text": "Name", "classes": "govuk-label--m"},
                "hint": HINT,
                "errorMessage": ERROR,
                "classes": "govuk-input--width-10",
                "suffix": {"text": "years"},
            },
        ),
        (
            text_input(HEADING),
            "input",
            "govukInput",
            {
                "id": "name",
                "name": "name",
                "label": {"text": "Name", "classes": "govuk-label--l", "isPageHeading": True},
            },
        ),
        (
            textarea(FULL, "Words"),
            "textarea",
            "govukTextarea",
            {
                "id": "name",
                "name": "name",
                "value": "Words",
                "label": {"text": "Name", "classes": "govuk-label--m"},
                "hint": HINT,
                "errorMessage": ERROR,
            },
        ),
        (
            select(PLAIN, [Choice("a", "First"), Choice("b", "Second", checked=True)]),
            "select",
            "govukSelect",
            {
                "id": "name",
                "name": "name",
                "label": {"text": "Name"},
                "items": [{"value": "a", "text": "First"}, {"value": "b", "text": "Second", "selected": True}],
            },
        ),
        (
            radios(FULL, CHOICES),
            "radios",
            "govukRadios",
            {
                "name": "name",
                "fieldset": {"legend": {"text": "Name", "classes": "govuk-fieldset__legend--m"}},
                "hint": HINT,
                "errorMessage": ERROR,
                "items": ITEMS,
            },
        ),
        (
            checkboxes(HEADING, CHOICES),
            "checkboxes",
            "govukCheckboxes",
            {
                "name": "name",
                "fieldset": {"legend": {"text": "Name", "classes": "govuk-fieldset__legend--l", "isPageHeading": True}},
                "items": ITEMS,
            },
        ),
        (
            file_input(PLAIN),
            "file-upload",
            "govukFileUpload",
            {"id": "name", "name": "name", "label": {"text": "Name"}},
        ),
    ],
    ids=["input", "full input", "input as heading", "textarea", "select", "radios", "checkboxes", "file"],
)
def test_fields_have_the_design_systems_markup(
    ours: Markup, component: str, macro: str, params: dict[str, Any]
) -> None:
    assert elements(ours) == design_system(component, macro, params)


def test_date_boxes_have_the_design_systems_markup() -> None:
    ours = elements(date_input(FULL, {"day": "3", "month": "x"}))
    params = {
        "id": "name",
        "namePrefix": "name",
        "fieldset": {"legend": {"text": "Name", "classes": "govuk-fieldset__legend--m"}},
        "hint": HINT,
        "errorMessage": ERROR,
        "items": [
            {"name": "day", "label": "Day", "classes": "govuk-input--width-2 govuk-input--error", "value": "3"},
            {"name": "month", "label": "Month", "classes": "govuk-input--width-2 govuk-input--error", "value": "x"},
            {"name": "year", "label": "Year", "classes": "govuk-input--width-4 govuk-input--error"},
        ],
    }
    assert ours == design_system("date-input", "govukDateInput", params)


HOSTILE = "\"><script>alert(1)</script>'{{ 7*7 }}"


@pytest.mark.parametrize(
    "shown",
    [
        text_input(Frame("a", HOSTILE, hint=HOSTILE, error=HOSTILE), HOSTILE, prefix=HOSTILE),
        textarea(Frame("a", HOSTILE), HOSTILE, limit=5),
        radios(Frame("a", HOSTILE), [Choice(HOSTILE, HOSTILE, hint=HOSTILE, divider=HOSTILE)]),
        checkboxes(Frame(HOSTILE, HOSTILE), [Choice(HOSTILE, HOSTILE)]),
        select(Frame("a", HOSTILE), [Choice(HOSTILE, HOSTILE)]),
        date_input(Frame("a", HOSTILE), {"day": HOSTILE}),
    ],
)
def test_hostile_text_stays_text(shown: Markup) -> None:
    assert "<script" not in shown
    assert all(not isinstance(seen, tuple) or seen[0] != "script" for seen in elements(shown))


def test_a_limit_and_a_warning_of_names_are_described_to_a_screen_reader() -> None:
    shown = textarea(FULL, "", limit=500, warn_of_names=True)
    assert 'aria-describedby="name-hint name-error name-left name-warning"' in shown
    assert "You can enter up to 500 characters" in shown
    assert 'role="status" hidden' in shown


def test_an_option_that_reveals_a_field_names_it_and_hides_it_until_chosen() -> None:
    other = Choice("other", "Other", revealed=text_input(Frame("said", "Please say")))
    shown = radios(PLAIN, [Choice("a", "First"), other])
    assert 'data-aria-controls="name-2-revealed"' in shown
    assert "govuk-radios__conditional--hidden" in shown and 'data-module="govuk-radios"' in shown
