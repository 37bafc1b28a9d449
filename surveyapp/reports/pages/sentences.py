"""The findings of a page as lines, and the headings that say what was found."""

from collections.abc import Iterable, Sequence

from analytics.finding_sentences import crude_and_expected, heading, sentence, strength, told_alone
from analytics.findings import Comparison, Direction
from analytics.tables import Family, Status, WindowCode
from surveyapp.languages import gettext as _
from surveyapp.languages import ngettext
from surveyapp.languages.formats import listed
from surveyapp.reports.pages.page import FindingLine
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.wording import WINDOWS


def told_once(found: Iterable[Comparison], window: WindowCode | None = None) -> tuple[Comparison, ...]:
    """A reason that stands out somewhere in several windows is one thing to a reader: the page's own window tells it,
    else the firmest."""
    told: dict[tuple[object, ...], Comparison] = {}
    for one in sorted(found, key=lambda one: one.key.window.code is not window):
        told.setdefault((one.key.area, one.key.role, one.reason, one.direction), one)
    return tuple(told.values())


def finding_line(reading: Reading, one: Comparison) -> FindingLine:
    """A finding with the link to its evidence: the reason's chart among all Areas, roles or cells."""
    names, language = reading.names, reading.language
    reason = names.reason(one.reason)
    said, window = in_sentence(reason), in_sentence(_(WINDOWS[one.key.window.code], language))
    label, role, area = said if language == "en" else reason, names.role(one.key.role), names.area(one.key.area)
    return FindingLine(
        heading=heading(one, reason, role, area, language),
        sentence=sentence(one, label, language),
        alone=told_alone(one, label, role, area, language),
        strength=first_upper(strength(one.band, language)) if one.band else "",
        beside=f"{crude_and_expected(one, language)}; {window}",
        address=_evidence(reading, one),
        asked=_asked(reading, one),
    )


def _asked(reading: Reading, one: Comparison) -> dict[str, str]:
    """The words that name a finding; '*' is everyone."""
    return {
        "release": str(reading.release.number),
        "reason": one.reason,
        "area": one.key.area,
        "role": one.key.role,
        "window": one.key.window.code.value,
        "type": one.key.selection.value,
        "source": one.key.source,
    }


def in_sentence(label: str) -> str:
    """A label as it stands inside a sentence; one that begins with a name or an abbreviation keeps its capital."""
    second = label[1:2]
    return label if second.isupper() or label[:2] in ("I ", "I’") else label[:1].lower() + label[1:]


def first_upper(text: str) -> str:
    """A label as it stands at the head of a sentence."""
    return text[:1].upper() + text[1:]


def _evidence(reading: Reading, one: Comparison) -> str:
    window = one.key.window.code.value
    if one.family is Family.ROLE_AREA:
        return reading.address("role-area", reason=one.reason, window=window)
    anchor = "by-area" if one.family is Family.AREA else "by-role"
    return reading.address(f"reason/{one.reason}", anchor, reason="", window=window)


def reason_heading(reading: Reading, reason: str, found: Sequence[Comparison], family: Family) -> str:
    """'Workload stands out in 2 Areas', or that no group stands out."""
    label, language = first_upper(reading.names.reason(reason)), reading.language
    over = [one for one in found if one.reason == reason and one.direction is Direction.OVER and one.family is family]
    places = list(dict.fromkeys(reading.place(one.key) for one in over))
    if not places:
        return _no_group(label, family, language)
    if len(places) <= 2:
        return _("%(reason)s stands out: %(places)s", language, reason=label, places=listed(places, language))
    if family is Family.AREA:
        return ngettext(
            "%(reason)s stands out in %(n)s Area",
            "%(reason)s stands out in %(n)s Areas",
            len(places),
            language,
            reason=label,
        )
    return ngettext(
        "%(reason)s stands out in %(n)s group",
        "%(reason)s stands out in %(n)s groups",
        len(places),
        language,
        reason=label,
    )


def _no_group(label: str, family: Family, language: str) -> str:
    if family is Family.AREA:
        return _("%(reason)s stands out in no Area", language, reason=label)
    if family is Family.ROLE:
        return _("%(reason)s stands out in no job role", language, reason=label)
    return _("%(reason)s stands out in no group", language, reason=label)


def commonest_sentence(reading: Reading) -> str:
    """'The reasons given most are workload (46%), pay (39%) and travel (20%).'"""
    language = reading.language
    shown = [row for row in reading.organisation if row.status is Status.SHOWN][:3]
    if not shown:
        return ""
    named = [f"{in_sentence(reading.names.reason(row.reason))} ({row.percent}%)" for row in shown]
    return _(
        "In the whole organisation the reasons given most are %(reasons)s.", language, reasons=listed(named, language)
    )
