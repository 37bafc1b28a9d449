"""The base of every form, a date field of three boxes, and how a WTForms field is shown: `{{ field(form.name) }}`."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from flask_wtf import FlaskForm
from flask_wtf.file import FileField as CheckedFileField
from markupsafe import Markup
from wtforms import (
    BooleanField,
    DecimalField,
    EmailField,
    Field,
    FileField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SearchField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms import SelectChoice as SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from surveyapp.languages import N_
from surveyapp.web import choices, fields
from surveyapp.web.language import gettext as _

# WTForms' own words, in ours. A form should still say what it wants: DataRequired(_l("Enter the staff number")).
PLAINER: Final = {
    "This field is required.": N_("Enter an answer"),
    "Not a valid choice.": N_("Choose one of the options"),
    "Not a valid choice": N_("Choose one of the options"),
    "Invalid Choice: could not coerce.": N_("Choose one of the options"),
    "Not a valid integer value.": N_("Enter a whole number, like 12"),
    "Not a valid decimal value.": N_("Enter a number, like 12.5"),
    "Not a valid float value.": N_("Enter a number, like 12.5"),
    "Invalid email address.": N_("Enter an e-mail address, like name@example.org"),
    "The CSRF token is missing.": N_("This page was open too long. Send it again"),
    "The CSRF token has expired.": N_("This page was open too long. Send it again"),
    "The CSRF tokens do not match.": N_("This page was open too long. Send it again"),
    "The CSRF session token is missing.": N_("This page was open too long. Send it again"),
}


class _Words:
    """WTForms asks this object for its messages."""

    def gettext(self, text: str) -> str:
        return _(PLAINER[text]) if text in PLAINER else text

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return singular if n == 1 else plural


class StaffForm(FlaskForm):  # type: ignore[misc]  # flask-wtf ships no types
    """A form with protection against forged requests and messages in the page's language."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # as above
        def get_translations(self, form: object) -> _Words:
            return _Words()


class DateBoxesField(Field):
    """A date typed as day, month and year in three boxes (posted as `<name>-day`, `-month`, `-year`)."""

    parts: Sequence[str] = ("day", "month", "year")

    def __init__(self, label: Any = None, validators: Any = None, *, example: str = "27 3 2027", **more: Any) -> None:
        super().__init__(label, validators, **more)
        self.example = example
        self.typed: dict[str, str] = {}
        self.data: date | None = None

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        super().process(None, *([data] if data is not None else []))
        if self.data:
            self.typed = {part: str(getattr(self.data, part)) for part in self.parts}
        if formdata is not None and any(f"{self.name}-{part}" in formdata for part in self.parts):
            self.typed = {part: formdata.get(f"{self.name}-{part}", "").strip() for part in self.parts}
            self.raw_data = [" ".join(self.typed.values()).strip()]
            self._read_typed()

    def _read_typed(self) -> None:
        self.data = None
        if not self.raw_data or not self.raw_data[0]:
            return
        try:
            self.data = self.date_from(self.typed)
        except ValueError:
            message = _(
                "Enter a real date for “%(label)s”, like %(example)s", label=self.label.text, example=self.example
            )
            self.process_errors = [message]

    def date_from(self, typed: dict[str, str]) -> date:
        year = int(typed["year"])
        if not 1900 <= year <= 2200:
            raise ValueError(year)
        return date(year, month_number(typed["month"]), int(typed["day"]))


def month_number(typed: str) -> int:
    """3, 03, Mar or March; Welsh names too."""
    if typed.isdecimal():
        return int(typed)
    months: dict[str, int] = {}
    for names in MONTHS:
        months |= {name[:3]: i for i, name in enumerate(names.split(), 1)}
    return months[typed.lower()[:3]] if typed.lower()[:3] in months else int(typed)


MONTHS: Final = (
    "january february march april may june july august september october november december",
    "ionawr chwefror mawrth ebrill mai mehefin gorffennaf awst medi hydref tachwedd rhagfyr",
)


def show_field(field: Field, **options: Any) -> Markup:
    """A field in the design system's markup with hint (the field's description), error and ids.

    Options: id, label, hint, label_size, heading, optional, width, rows, limit, warn_of_names, inline, small, prefix,
    suffix, autocomplete, spellcheck, accept, hints (value -> hint), exclusive (values), revealed (value -> markup).
    """
    frame = fields.Frame(
        name=field.name,
        id=options.pop("id", field.id),
        label=options.pop("label", field.label.text),
        hint=options.pop("hint", field.description),
        error=next(iter(_flat(field.errors)), ""),
        label_size=options.pop("label_size", ""),
        heading=options.pop("heading", False),
        optional=options.pop("optional", False),
    )
    for kind, show in SHOWN_BY.items():
        if isinstance(field, kind):
            return show(frame, field, options)
    raise TypeError(f"no way to show a {type(field).__name__}")


def _show_text(kind: str) -> Callable[[fields.Frame, Any, dict[str, Any]], Markup]:
    def show(frame: fields.Frame, field: Any, options: dict[str, Any]) -> Markup:
        value = "" if kind == "password" else field._value()
        return fields.text_input(frame, value, kind=kind, **options)

    return show


def _show_textarea(frame: fields.Frame, field: Any, options: dict[str, Any]) -> Markup:
    return fields.textarea(frame, field._value(), **options)


def _show_date(frame: fields.Frame, field: Any, options: dict[str, Any]) -> Markup:
    hint = frame.hint or _("For example, %(example)s", example=field.example)
    framed = fields.Frame(**{**frame.__dict__, "hint": hint})
    return choices.date_input(framed, field.typed, parts=field.parts)


def _show_checkbox(frame: fields.Frame, field: Any, options: dict[str, Any]) -> Markup:
    return choices.one_checkbox(frame, checked=bool(field.data))


def _show_choices(show: Callable[..., Markup]) -> Callable[[fields.Frame, Any, dict[str, Any]], Markup]:
    def shown(frame: fields.Frame, field: Any, options: dict[str, Any]) -> Markup:
        hints = options.pop("hints", {})
        exclusive = options.pop("exclusive", ())
        revealed = options.pop("revealed", {})
        listed = [
            choices.Choice(
                str(value), text, hints.get(value, ""), checked, value in exclusive, "", revealed.get(value, Markup())
            )
            for value, text, checked, *_rest in field.iter_choices()
        ]
        return show(frame, listed, **options)

    return shown


def _show_file(frame: fields.Frame, field: Any, options: dict[str, Any]) -> Markup:
    return fields.file_input(frame, **options)


def _show_hidden(frame: fields.Frame, field: Any, options: dict[str, Any]) -> Markup:
    return Markup(
        f"<input{fields.attributes(type='hidden', id=frame.input_id, name=frame.name, value=field._value())}>"
    )


# Looked through from the top: a kind stands before the kinds it derives from.
SHOWN_BY: Final[dict[type[Field], Callable[[fields.Frame, Any, dict[str, Any]], Markup]]] = {
    HiddenField: _show_hidden,
    DateBoxesField: _show_date,
    RadioField: _show_choices(choices.radios),
    SelectMultipleField: _show_choices(choices.checkboxes),
    SelectField: _show_choices(choices.select),
    BooleanField: _show_checkbox,
    CheckedFileField: _show_file,
    FileField: _show_file,
    TextAreaField: _show_textarea,
    PasswordField: _show_text("password"),
    EmailField: _show_text("email"),
    TelField: _show_text("tel"),
    SearchField: _show_text("search"),
    IntegerField: _show_text("number"),
    DecimalField: _show_text("text"),
    StringField: _show_text("text"),
}


def error_links(form: Any) -> list[tuple[str, str]]:
    """For the error summary: where each error's field begins, and what to do."""
    links = []
    for field in form:
        target = f"{field.id}-{field.parts[0]}" if isinstance(field, DateBoxesField) else field.id
        links += [(f"#{target}", message) for message in _flat(field.errors)]
    return links + [("#main-content", message) for message in form.form_errors]


def _flat(errors: Any) -> Iterator[str]:
    """The messages, also of a form within a form."""
    for error in errors.values() if isinstance(errors, dict) else errors:
        if isinstance(error, (dict, list, tuple)):
            yield from _flat(error)
        else:
            yield str(error)
