"""How a comment and the code book are laid out for a coder: marked words, suggestions with their reasons, all codes."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from analytics.text import Suggestion
from surveyapp.coding import code_book
from surveyapp.coding.contents import CommentText
from surveyapp.coding.service import WrongCoding
from surveyapp.coding.suggesting import LIKELY_FROM
from surveyapp.coding.typed import Typed
from surveyapp.coding.words import NO_PARAPHRASE, QUESTIONS, WRONG
from surveyapp.languages.formats import listed
from surveyapp.web.choices import Choice
from surveyapp.web.language import current_language
from surveyapp.web.language import gettext as _

FIELDS = {"doubts": "doubt-0", "parts": "code-0"}
"""Where the fault of a coding lies on the page, when not in the field of its own name."""


@dataclass(frozen=True)
class Group:
    """Codes that stand together."""

    name: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Unit:
    """What is coded at once: the whole comment or one sentence. `options` are every code, chosen ones marked."""

    number: int
    text: str
    suggested: tuple[Choice, ...]
    groups: tuple[Group, ...]
    is_open: bool


@dataclass(frozen=True)
class CodingPage:
    """Everything the coding page shows of a comment."""

    text: CommentText
    typed: Typed
    shown: Markup
    question: str
    units: tuple[Unit, ...]

    @property
    def doubts(self) -> tuple[str, ...]:
        return self.text.open_doubts


def coding_page(text: CommentText, typed: Typed) -> CodingPage:
    """The page of a comment with what was typed so far."""
    pieces: Iterable[str] = text.sentences if typed.by_sentence else [text.text]
    units = tuple(_unit(text, number, piece, typed.units[number]) for number, piece in enumerate(pieces))
    question = QUESTIONS.get(text.question, "")
    return CodingPage(text, typed, marked(text.text, text), _(question) if question else text.question, units)


def _unit(text: CommentText, number: int, piece: str, chosen: Sequence[str]) -> Unit:
    book, language = code_book.newest(), current_language()
    suggested = [one for one in text.suggestions if one.code in book and _speaks_here(one, piece, text)]
    first = {one.code for one in suggested}
    choices = tuple(
        Choice(one.code, book.named(one.code).name.in_language(language), _why(one), one.code in chosen)
        for one in suggested
    )
    groups = []
    for group in book.groups:
        codes = [one for one in book.codes if one.group == group.code and one.code not in first]
        made = tuple(Choice(one.code, one.name.in_language(language), "", one.code in chosen) for one in codes)
        if made:
            groups.append(Group(group.name.in_language(language), made))
    is_open = not suggested or bool(set(chosen) - first)
    return Unit(number, piece.strip(), choices, tuple(groups), is_open)


def _speaks_here(one: Suggestion, piece: str, text: CommentText) -> bool:
    """Of a single sentence only what is suggested because of its own words."""
    return piece == text.text or any(word.lower() in piece.lower() for word in one.words)


def _why(one: Suggestion) -> str:
    """How sure the suggestion is, and the words that speak for it."""
    sure = _("likely") if one.confidence >= LIKELY_FROM else _("perhaps") if one.words else _("a guess")
    if not one.words:
        return sure
    quoted = [f"“{word}”" for word in one.words]
    return _("%(sure)s, because of %(words)s", sure=sure, words=listed(quoted, current_language()))


def marked(piece: str, text: CommentText) -> Markup:
    """A text with the words that speak for suggestions marked, doubtful names marked otherwise, all of it escaped."""
    kinds = {word.lower(): "app-speaks" for one in text.suggestions for word in one.words}
    kinds |= {word.lower(): "app-doubt" for word in text.open_doubts}
    if not kinds:
        return escape(piece)
    longest_first = sorted(kinds, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
    made, at = Markup(), 0
    for found in pattern.finditer(piece):
        made += escape(piece[at : found.start()])
        made += Markup('<mark class="{}">{}</mark>').format(kinds[found.group().lower()], found.group())
        at = found.end()
    return made + escape(piece[at:])


def error_of(wrong: WrongCoding) -> tuple[str, str]:
    """Where the error summary leads and what it says."""
    if wrong.field == "paraphrase":
        return "#paraphrase", _(NO_PARAPHRASE)
    place = FIELDS.get(wrong.field, wrong.field.replace("part-", "code-"))
    return f"#{place}", _(WRONG[wrong.reason])


def names_of(codes: Iterable[str]) -> str:
    """Codes by name, as words in a sentence."""
    book, language = code_book.newest(), current_language()
    return ", ".join(book.named(code).name.in_language(language) if code in book else code for code in codes)
