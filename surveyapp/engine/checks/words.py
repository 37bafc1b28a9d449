"""Checks of the words: every language there, nothing too long, no HTML, no brace left open."""

import re
from collections.abc import Iterator
from typing import Any

from surveyapp.engine.faults import N_, Fault
from surveyapp.engine.outline import Outline
from surveyapp.engine.placeholders import has_stray_brace, names_in
from surveyapp.engine.sources import Place, Source

_MISSING = {
    "en": N_("The English text of `%(field)s` is missing."),
    "cy": N_("The Welsh text of `%(field)s` is missing."),
}
PIPED_FIELDS = frozenset({"text", "hint", "title", "intro"})
_WORDS_FIELDS = PIPED_FIELDS | {"fill", "progress", "low", "high", "unit", "if_blank"}
_HTML = re.compile(r"</?[a-zA-Z][^>]*>")
_SAME_ALLOWED = 20

_HEADING = N_("The text is too long for a heading: %(n)s characters.")
_OPTION = N_("The text is too long for an option: %(n)s characters.")
_HINT = N_("The text is too long for a hint: %(n)s characters.")
# (the field, what holds it) -> the longest text that still reads as what it is, and what to say of a longer one
_LONGEST = {
    ("title", "parts"): (60, N_("The text is too long for a part's name: %(n)s characters.")),
    ("progress", "parts"): (40, N_("The text is too long for the progress line: %(n)s characters.")),
    ("title", "pages"): (80, _HEADING),
    ("title", ""): (80, _HEADING),
    ("text", "questions"): (160, _HEADING),
    ("text", "options"): (120, _OPTION),
    ("text", "rows"): (140, N_("The text is too long for a statement: %(n)s characters.")),
    ("text", "reasons"): (120, _OPTION),
    ("hint", "questions"): (300, _HINT),
    ("hint", "options"): (160, _HINT),
    ("intro", "pages"): (900, N_("The text is too long for an introduction: %(n)s characters.")),
}
_ANY_TEXT = (2000, N_("The text is too long: %(n)s characters."))


def word_faults(found: Outline) -> Iterator[Fault]:
    for source in (found.source, *found.files.values()):
        yield from word_faults_in(source, found.written.languages)


def word_faults_in(source: Source, languages: list[str]) -> Iterator[Fault]:
    """Faults of the words of one file."""
    for place, words in _all_words(source.data, ()):
        yield from _language_faults(source, place, words, languages)
        yield from _text_faults(source, place, words)


def _all_words(data: Any, place: Place) -> Iterator[tuple[Place, dict[str, Any]]]:
    if isinstance(data, list):
        for index, item in enumerate(data):
            yield from _all_words(item, (*place, index))
    elif isinstance(data, dict):
        for key, value in data.items():
            if key in _WORDS_FIELDS and isinstance(value, dict):
                yield (*place, key), value
            else:
                yield from _all_words(value, (*place, key))


def _language_faults(source: Source, place: Place, words: dict[str, Any], languages: list[str]) -> Iterator[Fault]:
    field = place[-1]
    for language in languages:
        if not str(words.get(language) or "").strip():
            what = _MISSING.get(language, N_("The `%(lang)s` text of `%(field)s` is missing."))
            remedy = N_("Add `%(lang)s:` beside the rest.")
            yield source.fault(place, what, remedy, field=field, lang=language)
    for language in set(words) - {*languages, "en", "cy"}:
        yield source.fault(
            (*place, language),
            N_("`%(lang)s` is not one of the questionnaire's languages."),
            N_("Add it to `languages:` or take this text out."),
            lang=language,
        )
    first, *others = [words.get(language) for language in languages]
    if isinstance(first, str) and len(first) > _SAME_ALLOWED and first in others:
        what = N_("`%(field)s` is the same text in two languages.")
        yield source.fault(place, what, N_("Translate it."), field=field)


def _text_faults(source: Source, place: Place, words: dict[str, Any]) -> Iterator[Fault]:
    holder = next((str(step) for step in reversed(place[:-1]) if isinstance(step, str)), "")
    longest, what = _LONGEST.get((str(place[-1]), holder), _ANY_TEXT)
    for language, text in words.items():
        if not isinstance(text, str):
            continue
        here = (*place, language)
        if len(text) > longest:
            yield source.fault(here, what, N_("Use %(longest)s at most."), n=len(text), longest=longest)
        if _HTML.search(text):
            html = N_("The text holds HTML, which would be shown as it stands.")
            yield source.fault(here, html, N_("Write plain text."))
        yield from _brace_faults(source, here, text, place[-1] in PIPED_FIELDS and holder in ("questions", "pages"))


def _brace_faults(source: Source, place: Place, text: str, may_pipe: bool) -> Iterator[Fault]:
    if has_stray_brace(text):
        yield source.fault(place, N_("A { or } stands alone."), N_("Write a piped value as {name}."))
        return
    names = sorted(names_in({"": text}))
    if names and not may_pipe:
        yield source.fault(
            place,
            N_("{%(fill)s} cannot be piped in here."),
            N_("Pipe only into the text, hint, title or introduction of a page or question."),
            fill=names[0],
        )
