"""Checks of piping: every {name} is defined, looks at an earlier page, and has the plural forms it needs."""

from collections.abc import Iterator

from surveyapp.engine.checks.conditions import ONE_OF
from surveyapp.engine.faults import N_, Fault
from surveyapp.engine.outline import Outline
from surveyapp.engine.placeholders import names_in
from surveyapp.engine.sources import Place
from surveyapp.engine.written import CASE_BANDS, Words, WrittenFill

_PIPED_TYPES = frozenset({"single_choice", "number", "scale", "date", "month", "short_text", "ranking"})
_NO_FORM = {
    "en": N_("The English plural of `%(fill)s` has no `%(form)s`."),
    "cy": N_("The Welsh plural of `%(fill)s` has no `%(form)s`."),
}
_PLURAL_FORMS = frozenset({"zero", "one", "two", "few", "many", "other"})


def piping_faults(found: Outline) -> Iterator[Fault]:
    for name, fill in found.written.fills.items():
        yield from _fill_faults(found, name, fill)
    yield from _use_faults(found)


def _fill_faults(found: Outline, name: str, fill: WrittenFill) -> Iterator[Fault]:
    place: Place = ("fills", name)
    types = {question.code: question.type for one in found.pages for question, _ in one.questions()}
    if (fill.question is None) == (fill.case is None):
        what = N_("The fill `%(fill)s` needs one of `question` or `case`.")
        yield found.source.fault(place, what, N_("Keep one."), fill=name)
    elif fill.case is not None and fill.case not in CASE_BANDS:
        what = N_("`%(band)s` is not a stored band.")
        yield found.source.fault((*place, "case"), what, ONE_OF, band=fill.case, choices=", ".join(CASE_BANDS))
    elif fill.question is not None and fill.question not in types:
        what = N_("There is no question `%(code)s`.")
        yield found.source.fault((*place, "question"), what, N_("Name the code of a question."), code=fill.question)
    elif fill.question is not None and types[fill.question] not in _PIPED_TYPES:
        what = N_("A %(type)s answer cannot be piped.")
        yield found.source.fault((*place, "question"), what, N_("Pipe a single answer."), type=types[fill.question])
    elif fill.plural is not None and types.get(fill.question or "") not in ("number", "scale"):
        yield found.source.fault((*place, "plural"), N_("Only a number has plural forms."), N_("Take `plural` out."))
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
                N_("`%(form)s` is not a plural form."),
                N_("Use zero, one, two, few, many and other."),
                form=form,
            )
        for form in needed:
            if form not in forms:
                yield found.source.fault(
                    ("fills", name, "plural", language),
                    _NO_FORM.get(language, N_("The `%(lang)s` plural of `%(fill)s` has no `%(form)s`.")),
                    N_("Add `%(form)s:` with {n} for the number."),
                    lang=language,
                    fill=name,
                    form=form,
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
                    yield one.fault(place, N_("{%(fill)s} is not defined."), N_("Define it under `fills:`."), fill=name)
                elif fill.question is not None and fill.question not in asked_before:
                    what = N_("{%(fill)s} pipes `%(code)s`, which is not asked on an earlier page.")
                    yield one.fault(place, what, N_("Move it."), fill=name, code=fill.question)
        asked_before |= {question.code for question in one.page.questions}
