"""Checks of piping: every {name} is defined, looks at an earlier page, and has the plural forms it needs."""

from collections.abc import Iterator

from surveyapp.engine.checks.words import LANGUAGE_NAMES
from surveyapp.engine.faults import Fault
from surveyapp.engine.outline import Outline
from surveyapp.engine.placeholders import names_in
from surveyapp.engine.sources import Place
from surveyapp.engine.written import CASE_BANDS, Words, WrittenFill

_PIPED_TYPES = frozenset({"single_choice", "number", "scale", "date", "month", "short_text", "ranking"})
_PLURAL_FORMS = frozenset({"zero", "one", "two", "few", "many", "other"})


def piping_faults(found: Outline) -> Iterator[Fault]:
    for name, fill in found.written.fills.items():
        yield from _fill_faults(found, name, fill)
    yield from _use_faults(found)


def _fill_faults(found: Outline, name: str, fill: WrittenFill) -> Iterator[Fault]:
    place: Place = ("fills", name)
    types = {question.code: question.type for one in found.pages for question, _ in one.questions()}
    if (fill.question is None) == (fill.case is None):
        yield found.source.fault(place, f"The fill `{name}` needs one of `question` or `case`.", "Keep one.")
    elif fill.case is not None and fill.case not in CASE_BANDS:
        yield found.source.fault(
            (*place, "case"), f"`{fill.case}` is not a stored band.", f"Use one of: {', '.join(CASE_BANDS)}."
        )
    elif fill.question is not None and fill.question not in types:
        yield found.source.fault(
            (*place, "question"), f"There is no question `{fill.question}`.", "Name the code of a question."
        )
    elif fill.question is not None and types[fill.question] not in _PIPED_TYPES:
        yield found.source.fault(
            (*place, "question"), f"A {types[fill.question]} answer cannot be piped.", "Pipe a single answer."
        )
    elif fill.plural is not None and types.get(fill.question or "") not in ("number", "scale"):
        yield found.source.fault((*place, "plural"), "Only a number has plural forms.", "Take `plural` out.")
    else:
        yield from _plural_faults(found, name, fill)


def _plural_faults(found: Outline, name: str, fill: WrittenFill) -> Iterator[Fault]:
    if fill.plural is None:
        return
    for language in found.written.languages:
        forms = fill.plural.get(language, {})
        needed = ("one", "two", "other") if language == "cy" else ("one", "other")
        for form in sorted(set(forms) - _PLURAL_FORMS):
            yield found.source.fault(
                ("fills", name, "plural", language, form),
                f"`{form}` is not a plural form.",
                "Use zero, one, two, few, many and other.",
            )
        for form in needed:
            if form not in forms:
                yield found.source.fault(
                    ("fills", name, "plural", language),
                    f"The {LANGUAGE_NAMES.get(language, language)} plural of `{name}` has no `{form}`.",
                    f"Add `{form}:` with {{n}} for the number.",
                )


def _use_faults(found: Outline) -> Iterator[Fault]:
    asked_before: set[str] = set()
    for one in found.pages:
        texts: list[tuple[Words | None, Place]] = [
            (one.page.title, (*one.place, "title")),
            (one.page.intro, (*one.place, "intro")),
        ]
        for question, place in one.questions():
            texts += [(question.text, (*place, "text")), (question.hint, (*place, "hint"))]
        for words, place in texts:
            for name in sorted(names_in(words)):
                fill = found.written.fills.get(name)
                if fill is None:
                    yield one.fault(place, f"{{{name}}} is not defined.", "Define it under `fills:`.")
                elif fill.question is not None and fill.question not in asked_before:
                    yield one.fault(
                        place, f"{{{name}}} pipes `{fill.question}`, which is not asked on an earlier page.", "Move it."
                    )
        asked_before |= {question.code for question in one.page.questions}
