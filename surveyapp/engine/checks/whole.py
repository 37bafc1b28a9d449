"""Checks of the definition as a whole: codes used twice, purposes, consent, reasons."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from surveyapp.engine.faults import Fault
from surveyapp.engine.outline import Outline
from surveyapp.engine.sources import Place, Source
from surveyapp.engine.written import WrittenReasonList

_ONCE = frozenset({"reasons", "main_reason", "avoidable", "recommend", "return", "destination", "consent"})
CIVIL_SERVICE_CODES = frozenset(f"C02_{number:02}" for number in range(1, 17))

Coded = tuple[str, Source, Place]


def whole_faults(found: Outline) -> Iterator[Fault]:
    parts = [(part.code, found.source, place) for part, place, _ in found.parts()]
    pages = [(one.page.code, one.source, one.place) for one in found.pages]
    questions = [(question.code, one.source, place) for one in found.pages for question, place in one.questions()]
    yield from _twice("part", parts)
    yield from _twice("page", pages)
    yield from _twice("question", questions)
    yield from _name_faults(found)
    yield from _purpose_faults(found)
    yield from _consent_faults(found)
    if found.reasons is not None and found.written.reasons in found.files:
        yield from reason_faults(found.reasons, found.files[found.written.reasons])


def _name_faults(found: Outline) -> Iterator[Fault]:
    written = found.written
    missing = [language for language in ("en", "cy") if language not in written.languages]
    if missing:
        yield found.source.fault(
            ("languages",), f"The languages leave out `{missing[0]}`.", "Every questionnaire has English and Welsh."
        )
    numbered = re.search(r"([a-z0-9_]+)/([0-9]+)\.yaml$", found.source.name)
    if numbered and numbered.groups() != (written.questionnaire, str(written.version)):
        yield found.source.fault(
            ("version",),
            f"The file is named {numbered[0]}, but holds {written.questionnaire}/{written.version}.",
            "Make the name and the number agree.",
        )


def _twice(kind: str, coded: Sequence[Coded]) -> Iterator[Fault]:
    seen: dict[str, tuple[Source, Place]] = {}
    for code, source, place in coded:
        if code in seen:
            first, where = seen[code]
            line = f"{first.name}:{first.line(where)}"
            yield source.fault((*place, "code"), f"The {kind} code `{code}` is used before, at {line}.", "Rename one.")
        seen.setdefault(code, (source, place))


def _purpose_faults(found: Outline) -> Iterator[Fault]:
    seen = Counter[str]()
    for one in found.pages:
        for question, place in one.questions():
            purpose = question.purpose or ""
            seen[purpose] += 1
            if purpose in _ONCE and seen[purpose] > 1:
                yield one.fault(
                    (*place, "purpose"), f"A second question has the purpose `{purpose}`.", "Keep it on one question."
                )


def _consent_faults(found: Outline) -> Iterator[Fault]:
    asked = [(one, question, place) for one in found.pages for question, place in one.questions()]
    comments = [(one, place) for one, question, place in asked if question.purpose == "comment"]
    if comments and not any(question.purpose == "consent" for _, question, _ in asked):
        one, place = comments[0]
        yield one.fault(place, "A comment is asked for, but not how it may be used.", "Add a consent question.")


def reason_faults(reasons: WrittenReasonList, source: Source) -> Iterator[Fault]:
    """Faults of a reason list: codes used twice, groups and Civil Service codes that do not exist."""
    groups = {group.code for group in reasons.groups}
    yield from _twice("reason", [(r.code, source, ("reasons", i)) for i, r in enumerate(reasons.reasons)])
    for index, reason in enumerate(reasons.reasons):
        if reason.group not in groups:
            yield source.fault(
                ("reasons", index, "group"), f"There is no group `{reason.group}`.", "Name one of the `groups:`."
            )
        for code in set(reason.civil_service) - CIVIL_SERVICE_CODES:
            yield source.fault(
                ("reasons", index, "civil_service"),
                f"`{code}` is not on the Civil Service list.",
                "Use C02_01 to C02_16.",
            )
