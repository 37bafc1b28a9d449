"""Checks of the words: every language there, nothing too long, no HTML, no brace left open."""

import re
from collections.abc import Iterator
from typing import Any

from surveyapp.engine.faults import Fault
from surveyapp.engine.outline import Outline
from surveyapp.engine.placeholders import has_stray_brace, names_in
from surveyapp.engine.sources import Place, Source

LANGUAGE_NAMES = {"en": "English", "cy": "Welsh"}
PIPED_FIELDS = frozenset({"text", "hint", "title", "intro"})
_WORDS_FIELDS = PIPED_FIELDS | {"fill", "progress", "low", "high", "unit", "if_blank"}
_HTML = re.compile(r"</?[a-zA-Z][^>]*>")
_SAME_ALLOWED = 20

# (the field, what holds it) -> the longest text that still reads as what it is
_LONGEST = {
    ("title", "parts"): (60, "a part's name"),
    ("progress", "parts"): (40, "the progress line"),
    ("title", "pages"): (80, "a heading"),
    ("title", ""): (80, "a heading"),
    ("text", "questions"): (160, "a heading"),
    ("text", "options"): (120, "an option"),
    ("text", "rows"): (140, "a statement"),
    ("text", "reasons"): (120, "an option"),
    ("hint", "questions"): (300, "a hint"),
    ("hint", "options"): (160, "a hint"),
    ("intro", "pages"): (900, "an introduction"),
}


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
            name = LANGUAGE_NAMES.get(language, language)
            yield source.fault(
                place, f"The {name} text of `{field}` is missing.", f"Add `{language}:` beside the rest."
            )
    for language in set(words) - {*languages, "en", "cy"}:
        yield source.fault(
            (*place, language),
            f"`{language}` is not one of the questionnaire's languages.",
            "Add it to `languages:` or take this text out.",
        )
    first, *others = [words.get(language) for language in languages]
    if isinstance(first, str) and len(first) > _SAME_ALLOWED and first in others:
        yield source.fault(place, f"`{field}` is the same text in two languages.", "Translate it.")


def _text_faults(source: Source, place: Place, words: dict[str, Any]) -> Iterator[Fault]:
    holder = next((str(step) for step in reversed(place[:-1]) if isinstance(step, str)), "")
    longest, what = _LONGEST.get((str(place[-1]), holder), (2000, "a text"))
    for language, text in words.items():
        if not isinstance(text, str):
            continue
        here = (*place, language)
        if len(text) > longest:
            yield source.fault(
                here, f"The text is too long for {what}: {len(text)} characters.", f"Use {longest} at most."
            )
        if _HTML.search(text):
            yield source.fault(here, "The text holds HTML, which would be shown as it stands.", "Write plain text.")
        yield from _brace_faults(source, here, text, place[-1] in PIPED_FIELDS and holder in ("questions", "pages"))


def _brace_faults(source: Source, place: Place, text: str, may_pipe: bool) -> Iterator[Fault]:
    if has_stray_brace(text):
        yield source.fault(place, "A { or } stands alone.", "Write a piped value as {name}.")
        return
    names = sorted(names_in({"": text}))
    if names and not may_pipe:
        yield source.fault(
            place,
            f"{{{names[0]}}} cannot be piped in here.",
            "Pipe only into the text, hint, title or introduction of a page or question.",
        )
