"""Piped text: earlier answers and case bands put into words, with plurals and dates in each language."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from surveyapp.engine.calendar_words import date_in_words, month_in_words, plural_form
from surveyapp.engine.definition import Definition, Fill, Question, Words
from surveyapp.engine.placeholders import put_in
from surveyapp.engine.rules import Answers
from surveyapp.engine.values import Answer, Chosen, Day, Month, Number, Ranked, Said, plain_number


@dataclass(frozen=True)
class Case:
    """The stored bands of a case, and how they are named: band -> language -> words."""

    bands: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, Words] = field(default_factory=dict)


@dataclass(frozen=True)
class Piping:
    """Puts values into texts; `asked` holds the questions as this leaver met them."""

    definition: Definition
    answers: Answers
    asked: Mapping[str, Question]
    case: Case

    def text(self, words: Words, language: str) -> str:
        """The words in the language with every {name} put in."""
        text = words[language]
        return put_in(text, lambda name: self._value(name, language)) if "{" in text else text

    def _value(self, name: str, language: str) -> str:
        fill = self.definition.fills[name]
        if fill.case is not None:
            return self._band(fill, language)
        answer = self.answers.get(fill.question or "")
        return (_in_words(fill, self._question(fill), answer, language) if answer else None) or fill.if_blank[language]

    def _question(self, fill: Fill) -> Question:
        code = fill.question or ""
        return self.asked.get(code) or self.definition.questions[code]

    def _band(self, fill: Fill, language: str) -> str:
        names = self.case.names.get(fill.case or "", {})
        return names.get(language) or fill.if_blank[language]


def _in_words(fill: Fill, question: Question, answer: Answer, language: str) -> str | None:
    """The answer as it reads inside a sentence; None for "prefer not to say"."""
    match answer:
        case Chosen(code, other):
            return _option_in_words(question, code, other, language)
        case Ranked(codes):
            return _option_in_words(question, codes[0], "", language)
        case Number(value):
            return _counted(fill, plain_number(value), float(value), language)
        case Day(iso):
            return date_in_words(iso, language)
        case Month(iso):
            return month_in_words(iso, language)
        case Said(text):
            return text
        case _:
            return None


def _option_in_words(question: Question, code: str, other: str, language: str) -> str | None:
    option = question.option_by_code.get(code)
    if option is None:
        return None
    return other if option.other and other else (option.fill or option.text)[language]


def _counted(fill: Fill, number: str, value: float, language: str) -> str:
    if fill.plural is None:
        return number
    forms = fill.plural[language]
    return forms.get(plural_form(value, language), forms["other"]).replace("{n}", number)
