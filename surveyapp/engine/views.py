"""A page made ready for a template: plain strings in one language, what is ticked, what was typed, what is wrong."""

from collections.abc import Iterable
from dataclasses import dataclass

from surveyapp.engine.answers import fields_of
from surveyapp.engine.definition import Help, Option, Question, Words
from surveyapp.engine.forms import Form, Problem, field_name, first_of
from surveyapp.engine.journey import Journey
from surveyapp.engine.number_types import SCALE_POINTS
from surveyapp.engine.phrases import phrase
from surveyapp.engine.values import PREFER_NOT_TO_SAY

WIDGETS = {
    "single_choice": "radios",
    "multiple_choice": "checkboxes",
    "matrix": "matrix",
    "scale": "scale",
    "ranking": "selects",
    "number": "number",
    "date": "parts",
    "month": "parts",
    "short_text": "input",
    "long_text": "textarea",
}
_DATE_PARTS = {"date": ("day", "month", "year"), "month": ("month", "year")}


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """A radio, checkbox or select entry; `other_name` is set where a box opens beside it."""

    id: str
    value: str
    text: str
    checked: bool = False
    hint: str | None = None
    exclusive: bool = False
    other_name: str | None = None
    other_value: str = ""


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field inside a question: a row of a matrix, a place of a ranking, the day of a date."""

    name: str
    label: str
    value: str
    choices: tuple[ChoiceView, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One question. `widget` says how to draw it; `problem` is shown above it and in the summary."""

    code: str
    widget: str
    name: str
    text: str
    hint: str | None
    value: str
    choices: tuple[ChoiceView, ...]
    fields: tuple[FieldView, ...]
    prefer_not: ChoiceView | None
    low: str | None
    high: str | None
    unit: str | None
    max_length: int
    other_label: str
    is_comment: bool
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class HelpView:
    text: str
    phone: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class PageView:
    """One page in one language; `intro` is a paragraph each."""

    code: str
    title: str
    progress: str
    intro: tuple[str, ...]
    help: tuple[HelpView, ...]
    questions: tuple[QuestionView, ...]
    problems: tuple[Problem, ...]


def page_view(
    journey: Journey, code: str, language: str, form: Form | None = None, problems: Iterable[Problem] = ()
) -> PageView:
    """The page as saved, or, given a posted form, as typed with its problems. Raises `PageNotOnPath`."""
    page, told = journey.page(code), tuple(problems)
    intro = journey.piping.text(page.intro, language) if page.intro else ""
    return PageView(
        code=code,
        title=journey.piping.text(page.title, language),
        progress=journey.progress(code).in_words(language),
        intro=tuple(paragraph.strip() for paragraph in intro.split("\n\n") if paragraph.strip()),
        help=tuple(_help(one, language) for one in page.help),
        questions=tuple(_question(journey, one, language, form, told) for one in journey.questions_on(code)),
        problems=told,
    )


def _help(help_: Help, language: str) -> HelpView:
    return HelpView(help_.text[language], help_.phone, help_.url)


def _question(
    journey: Journey, question: Question, language: str, form: Form | None, problems: tuple[Problem, ...]
) -> QuestionView:
    # an answer that no longer counts is shown too, so that nothing typed is lost
    shown = fields_of(question, journey.draft.answers.get(question.code)) if form is None else form
    name = field_name(question)
    in_words = journey.piping.text
    return QuestionView(
        code=question.code,
        widget=WIDGETS[question.type],
        name=name,
        text=in_words(question.text, language),
        hint=in_words(question.hint, language) if question.hint else None,
        value=first_of(shown, name),
        choices=_choices(question, language, shown),
        fields=_fields(question, language, shown),
        prefer_not=_prefer_not(question, language, shown),
        low=_words(question.low, language),
        high=_words(question.high, language),
        unit=_words(question.unit, language),
        max_length=question.max_length,
        other_label=phrase("other_detail", language),
        is_comment=question.type in ("short_text", "long_text"),
        problem=next((one for one in problems if one.field == name or one.field.startswith(f"{name}-")), None),
    )


def _words(words: Words | None, language: str) -> str | None:
    return words[language] if words else None


def _choices(question: Question, language: str, shown: Form) -> tuple[ChoiceView, ...]:
    name = field_name(question)
    chosen = frozenset(shown.get(name, ()))
    if question.type == "scale":
        return tuple(ChoiceView(_id(name, at), point, point, point in chosen) for at, point in enumerate(SCALE_POINTS))
    if question.type not in ("single_choice", "multiple_choice"):
        return ()
    other_name = field_name(question, "other")
    views = [
        ChoiceView(
            id=_id(name, at),
            value=option.code,
            text=option.text[language],
            checked=option.code in chosen,
            hint=_words(option.hint, language),
            exclusive=option.exclusive,
            other_name=other_name if option.other else None,
            other_value=first_of(shown, other_name) if option.other else "",
        )
        for at, option in enumerate(question.options)
    ]
    if question.prefer_not_to_say:
        text = phrase(PREFER_NOT_TO_SAY, language)
        checked = PREFER_NOT_TO_SAY in chosen
        views.append(ChoiceView(_id(name, len(views)), PREFER_NOT_TO_SAY, text, checked, exclusive=True))
    return tuple(views)


def _id(name: str, at: int) -> str:
    """The first choice bears the field's own name as its id, so that an error link reaches it."""
    return name if at == 0 else f"{name}-{at + 1}"


def _fields(question: Question, language: str, shown: Form) -> tuple[FieldView, ...]:
    if question.type == "matrix":
        return tuple(
            _field(question, row.code, row.text[language], shown, question.options, language) for row in question.rows
        )
    if question.type == "ranking":
        places = range(1, question.pick + 1)
        labels = {str(place): phrase("rank", language, number=place) for place in places}
        return tuple(
            _field(question, place, label, shown, question.options, language) for place, label in labels.items()
        )
    parts = _DATE_PARTS.get(question.type, ())
    return tuple(_field(question, part, phrase(part, language), shown, (), language) for part in parts)


def _field(
    question: Question, part: str, label: str, shown: Form, options: tuple[Option, ...], language: str
) -> FieldView:
    name = field_name(question, part)
    value = first_of(shown, name)
    choices = tuple(
        ChoiceView(_id(name, at), option.code, option.text[language], option.code == value)
        for at, option in enumerate(options)
    )
    return FieldView(name, label, value, choices)


def _prefer_not(question: Question, language: str, shown: Form) -> ChoiceView | None:
    """A box of its own for types that are not a list of choices."""
    if not question.prefer_not_to_say or question.type in ("single_choice", "multiple_choice"):
        return None
    name = field_name(question, "prefer")
    text = phrase(PREFER_NOT_TO_SAY, language)
    return ChoiceView(name, PREFER_NOT_TO_SAY, text, first_of(shown, name) == PREFER_NOT_TO_SAY)
