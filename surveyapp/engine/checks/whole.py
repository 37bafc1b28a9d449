"""Checks of the definition as a whole: codes used twice, purposes, consent, reasons."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from surveyapp.engine.faults import N_, Fault
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
    yield from _twice(N_("The part code `%(code)s` is used before, at %(line)s."), parts)
    yield from _twice(N_("The page code `%(code)s` is used before, at %(line)s."), pages)
    yield from _twice(N_("The question code `%(code)s` is used before, at %(line)s."), questions)
    yield from _name_faults(found)
    yield from _purpose_faults(found)
    yield from _consent_faults(found)
    if found.reasons is not None and found.written.reasons in found.files:
        yield from reason_faults(found.reasons, found.files[found.written.reasons])


def _name_faults(found: Outline) -> Iterator[Fault]:
    written = found.written
    missing = [language for language in ("en", "cy") if language not in written.languages]
    if missing:
        what, remedy = N_("The languages leave out `%(lang)s`."), N_("Every questionnaire has English and Welsh.")
        yield found.source.fault(("languages",), what, remedy, lang=missing[0])
    numbered = re.search(r"([a-z0-9_]+)/([0-9]+)\.yaml$", found.source.name)
    if numbered and numbered.groups() != (written.questionnaire, str(written.version)):
        yield found.source.fault(
            ("version",),
            N_("The file is named %(file)s, but holds %(name)s/%(version)s."),
            N_("Make the name and the number agree."),
            file=numbered[0],
            name=written.questionnaire,
            version=written.version,
        )


def _twice(what: str, coded: Sequence[Coded]) -> Iterator[Fault]:
    seen: dict[str, tuple[Source, Place]] = {}
    for code, source, place in coded:
        if code in seen:
            first, where = seen[code]
            line = f"{first.name}:{first.line(where)}"
            yield source.fault((*place, "code"), what, N_("Rename one."), code=code, line=line)
        seen.setdefault(code, (source, place))


def _purpose_faults(found: Outline) -> Iterator[Fault]:
    seen = Counter[str]()
    for one in found.pages:
        for question, place in one.questions():
            purpose = question.purpose or ""
            seen[purpose] += 1
            if purpose in _ONCE and seen[purpose] > 1:
                what, remedy = N_("A second question has the purpose `%(purpose)s`."), N_("Keep it on one question.")
                yield one.fault((*place, "purpose"), what, remedy, purpose=purpose)


def _consent_faults(found: Outline) -> Iterator[Fault]:
    asked = [(one, question, place) for one in found.pages for question, place in one.questions()]
    comments = [(one, place) for one, question, place in asked if question.purpose == "comment"]
    if comments and not any(question.purpose == "consent" for _, question, _ in asked):
        one, place = comments[0]
        what = N_("A comment is asked for, but not how it may be used.")
        yield one.fault(place, what, N_("Add a consent question."))


def reason_faults(reasons: WrittenReasonList, source: Source) -> Iterator[Fault]:
    """Faults of a reason list: codes used twice, groups and Civil Service codes that do not exist."""
    groups = {group.code for group in reasons.groups}
    coded: list[Coded] = [(one.code, source, ("reasons", at)) for at, one in enumerate(reasons.reasons)]
    yield from _twice(N_("The reason code `%(code)s` is used before, at %(line)s."), coded)
    for index, reason in enumerate(reasons.reasons):
        if reason.group not in groups:
            what = N_("There is no group `%(group)s`.")
            yield source.fault(("reasons", index, "group"), what, N_("Name one of the `groups:`."), group=reason.group)
        for code in set(reason.civil_service) - CIVIL_SERVICE_CODES:
            yield source.fault(
                ("reasons", index, "civil_service"),
                N_("`%(code)s` is not on the Civil Service list."),
                N_("Use C02_01 to C02_16."),
                code=code,
            )
