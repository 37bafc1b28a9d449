"""Forms: dates from three boxes, plain messages in both languages, errors linked to their fields."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask, g
from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, PasswordField, StringField
from wtforms.validators import InputRequired

from surveyapp.web.forms import DateBoxesField, StaffForm, error_links, show_field
from surveyapp.web.language import lazy_gettext as _l
from tests.web.gallery import make_app


class LeaverForm(StaffForm):
    name = StringField(_l("Back"), [InputRequired()])
    last_day = DateBoxesField("Last day")
    years = IntegerField("Years")


@pytest.fixture(autouse=True)
def app() -> Iterator[Flask]:
    made = make_app(WTF_CSRF_ENABLED=False)
    with made.test_request_context("/", method="POST"):
        yield made


def form(**typed: str) -> Any:
    return LeaverForm(MultiDict({key.replace("__", "-"): value for key, value in typed.items()}))


@pytest.mark.parametrize("month", ["3", "03", "Mar", "march", "Mawrth", "maw"])
def test_a_date_is_read_from_its_boxes_with_the_month_as_number_or_word(month: str) -> None:
    sent = form(name="x", last_day__day="27", last_day__month=month, last_day__year="2027")
    sent.validate()
    assert (sent.last_day.data, sent.last_day.errors) == (date(2027, 3, 27), [])


@pytest.mark.parametrize(
    ("day", "month", "year"), [("31", "2", "2027"), ("1", "x", "2027"), ("1", "1", "27"), ("", "1", "2027")]
)
def test_a_date_that_cannot_be_is_refused_with_an_example_and_kept_as_typed(day: str, month: str, year: str) -> None:
    sent = form(name="x", last_day__day=day, last_day__month=month, last_day__year=year)
    assert not sent.validate()
    assert list(sent.last_day.errors) == ["Enter a real date for “Last day”, like 27 3 2027"]
    assert error_links(sent) == [("#last_day-day", "Enter a real date for “Last day”, like 27 3 2027")]
    shown = show_field(sent.last_day)
    assert all(f'value="{typed}"' in shown for typed in (day, month, year) if typed)


def test_an_empty_date_is_no_fault_by_itself() -> None:
    sent = form(name="x", last_day__day="", last_day__month="", last_day__year="")
    assert sent.validate() and sent.last_day.data is None


def test_a_date_known_before_fills_the_boxes() -> None:
    known = LeaverForm(formdata=None, data={"last_day": date(2027, 3, 27)})
    assert known.last_day.typed == {"day": "27", "month": "3", "year": "2027"}
    assert known.last_day.data == date(2027, 3, 27)


def test_the_librarys_own_messages_are_said_plainly_in_the_pages_language() -> None:
    sent = form(years="many")
    sent.validate()
    assert error_links(sent) == [("#name", "Enter an answer"), ("#years", "Enter a whole number, like 12")]
    g.language = "cy"
    sent = form(years="many")
    sent.validate()
    assert [message for _href, message in error_links(sent)] == ["Rhowch ateb", "Rhowch rif cyfan, fel 12"]


def test_a_lazy_label_is_shown_in_the_language_of_the_page() -> None:
    g.language = "cy"
    assert ">Yn ôl</label>" in show_field(form().name)


def test_a_password_is_never_sent_back() -> None:
    class SignIn(StaffForm):
        password = PasswordField("Password")

    assert "hunter2" not in show_field(SignIn(MultiDict({"password": "hunter2"})).password)
