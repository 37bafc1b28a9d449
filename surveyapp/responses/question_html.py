"""Questions drawn as HTML by plain functions: no form classes, no macros, so that a page costs a millisecond."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from markupsafe import Markup

from surveyapp.engine.views import ChoiceView, FieldView, QuestionView
from surveyapp.web.choices import Choice, checkboxes, date_input, radios, select
from surveyapp.web.fields import Frame, error_of, group, hint_of, text_input, textarea
from surveyapp.web.language import gettext as _

LONG = 12
"""More ways to tick than this are drawn smaller, to fit a telephone."""


def question_html(view: QuestionView, *, is_heading: bool) -> Markup:
    """One question with its hint, its error and what is ticked or typed; `is_heading` makes it the page's h1."""
    frame = Frame(
        name=view.name,
        label=view.text,
        hint=view.hint or "",
        error=view.problem.message if view.problem else "",
        label_size="l" if is_heading else "m",
        heading=is_heading,
    )
    drawn = WIDGETS[view.widget](view, frame)
    return drawn + _prefer_not(view.prefer_not) if view.prefer_not else drawn


def _radios(view: QuestionView, frame: Frame) -> Markup:
    return radios(frame, _choices(view))


def _checkboxes(view: QuestionView, frame: Frame) -> Markup:
    return checkboxes(frame, _choices(view), small=len(view.choices) > LONG)


def _choices(view: QuestionView) -> list[Choice]:
    return [_choice(one, view) for one in view.choices]


def _choice(one: ChoiceView, view: QuestionView) -> Choice:
    revealed = Markup()
    if one.other_name:
        revealed = text_input(Frame(one.other_name, view.other_label), one.other_value, width="!-width-two-thirds")
    return Choice(one.value, one.text, one.hint or "", one.checked, one.exclusive, revealed=revealed)


def _matrix(view: QuestionView, frame: Frame) -> Markup:
    drawn = (radios(Frame(row.name, row.label), _plain(row), inline=True, small=True) for row in view.fields)
    rows = Markup().join(Markup('<div class="app-scale">{}</div>').format(row) for row in drawn)
    return _fieldset(view, frame, rows)


def _selects(view: QuestionView, frame: Frame) -> Markup:
    nothing = Choice("", _("Choose"))
    rows = Markup().join(select(Frame(one.name, one.label), [nothing, *_plain(one)]) for one in view.fields)
    return _fieldset(view, frame, rows)


def _plain(row: FieldView) -> list[Choice]:
    return [Choice(one.value, one.text, "", one.checked) for one in row.choices]


def _fieldset(view: QuestionView, frame: Frame, inside: Markup) -> Markup:
    """Several fields under one question; it bears the question's id, so that an error link lands on it."""
    words = Markup('<h1 class="govuk-fieldset__heading">{}</h1>').format(frame.label) if frame.heading else frame.label
    described = frame.described_by
    named = Markup(' aria-describedby="{}"').format(described) if described else ""
    drawn = Markup(
        '<fieldset class="govuk-fieldset" id="{}" tabindex="-1"{}>'
        '<legend class="govuk-fieldset__legend govuk-fieldset__legend--{}">{}</legend>{}{}{}</fieldset>'
    )
    return group(
        frame,
        drawn.format(
            view.name, named, frame.label_size, words, Markup(hint_of(frame)), Markup(error_of(frame)), inside
        ),
    )


def _scale(view: QuestionView, frame: Frame) -> Markup:
    frame = replace(frame, hint=f"{view.hint} {_scale_words(view)}" if view.hint else _scale_words(view))
    choices = [Choice(one.value, one.text, "", one.checked) for one in view.choices]
    drawn = str(radios(frame, choices, small=True))
    return Markup(drawn.replace('<div class="govuk-radios ', '<div class="app-points govuk-radios ', 1))


def _scale_words(view: QuestionView) -> str:
    if not view.low or not view.high:
        return _("0 is lowest, 10 is highest")
    return _("0 means: %(low)s. 10 means: %(high)s.", low=view.low, high=view.high)


def _parts(view: QuestionView, frame: Frame) -> Markup:
    typed = {one.name.rpartition("-")[2]: one.value for one in view.fields}
    return date_input(frame, typed, parts=list(typed))


def _number(view: QuestionView, frame: Frame) -> Markup:
    return text_input(frame, view.value, kind="number", width="width-5", suffix=view.unit or "")


def _input(view: QuestionView, frame: Frame) -> Markup:
    return text_input(frame, view.value)


def _textarea(view: QuestionView, frame: Frame) -> Markup:
    return textarea(frame, view.value, limit=view.max_length or None, warn_of_names=True)


def _prefer_not(one: ChoiceView) -> Markup:
    """A box of its own, under a question that is not a list of choices."""
    ticked = " checked" if one.checked else ""
    return Markup(
        '<div class="govuk-form-group"><div class="govuk-checkboxes govuk-checkboxes--small">'
        '<div class="govuk-checkboxes__item"><input class="govuk-checkboxes__input" id="{0}" name="{0}" '
        'type="checkbox" value="{1}"{2}><label class="govuk-label govuk-checkboxes__label" for="{0}">{3}</label>'
        "</div></div></div>"
    ).format(one.id, one.value, Markup(ticked), one.text)


WIDGETS: Mapping[str, Callable[[QuestionView, Frame], Markup]] = {
    "radios": _radios,
    "checkboxes": _checkboxes,
    "matrix": _matrix,
    "selects": _selects,
    "scale": _scale,
    "parts": _parts,
    "number": _number,
    "input": _input,
    "textarea": _textarea,
}
