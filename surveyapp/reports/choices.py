"""The filters and links of report pages: they offer what the release holds, and nothing else."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from analytics.tables import Family, Selection, WindowCode
from surveyapp.access import Viewer
from surveyapp.languages import N_
from surveyapp.languages import gettext as _
from surveyapp.reports import queries
from surveyapp.reports.asking import readable_releases
from surveyapp.reports.pages.beside_workload import workload_reason
from surveyapp.reports.pages.breakdowns import BREAKDOWNS
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.pages.side_by_side import two_areas
from surveyapp.reports.questions import PREFIX
from surveyapp.reports.selection import FAMILIES, By
from surveyapp.reports.sources import COMMENT
from surveyapp.reports.themes import SHORTEST_FIRST
from surveyapp.reports.together import is_offered_to
from surveyapp.reports.wording import SELECTIONS, SOURCES, WINDOWS, period_words
from surveyapp.web.choices import Choice

SECTIONS: tuple[tuple[str, str], ...] = (
    ("", N_("What stands out")),
    ("areas", N_("By Area")),
    ("roles", N_("By job role")),
    ("role-area", N_("Role and Area")),
    ("time", N_("Over time")),
    ("comments", N_("Comments")),
)
"""The pages a reader goes between, in order; the others hang on them."""

FURTHER: tuple[tuple[str, str], ...] = (
    ("changes", N_("Since the last release")),
    ("compare", N_("Two Areas side by side")),
    ("regions", N_("By region")),
    ("role-families", N_("By role family")),
    ("tenure", N_("By length of service")),
    ("grades", N_("By grade group")),
    ("leaving-types", N_("Resignations and all leavers")),
    ("leaving-rates", N_("Leaving rates")),
    ("kept", N_("Could they have been kept?")),
    ("next", N_("Where they go next")),
    ("ratings", N_("How leavers rated their work")),
    ("equality", N_("By equality group")),
    ("early-leavers", N_("Early leavers")),
    ("workload", N_("Reasons beside the work in each Area")),
    ("uptake", N_("Who answered")),
    ("sources", N_("What HR, leavers and interviewers say")),
    ("benchmarks", N_("Elsewhere")),
    ("guide", N_("A guide to these pages")),
)
"""Pages reached from the foot of every report page."""

SEARCH = "comments/search"
"""The page that looks for words in every list of a release."""

STANDING_OPEN = (SEARCH, "compare")
"""Pages where choosing is the first thing to do; on all others the filter is folded and the finding comes first."""
SAID = ("source", "reason", "area")
"""Choices that no other line of a page says."""
AREA_FIELDS = {"compare": ("a", "b"), "sources": ("area",), "comments": ("area",)}
YEARLY = {"kept": "avoidable", "next": "recommend", "ratings": "manager"}
"""Pages of further questions, each with a question whose windows it offers."""

WITHOUT_REASON = frozenset(
    {
        "area",
        "role",
        "reason",
        "compare",
        "sources",
        "benchmarks",
        "uptake",
        "leaving-rates",
        "early-leavers",
        "changes",
        "comments",
    }
    | {"kept", "next", "ratings", "equality"}
)


@dataclass(frozen=True)
class FilterField:
    """One select of the filter form: its name in the address, its label, (value, text) options, the one chosen."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str

    @property
    def choices(self) -> list[Choice]:
        return [Choice(value, text, checked=value == self.chosen) for value, text in self.options]

    @property
    def chosen_text(self) -> str:
        """The chosen option in words."""
        return dict(self.options).get(self.chosen, "")


def section_links(reading: Reading, current: str) -> list[tuple[str, str, bool]]:
    """Text, address and whether this page is it, or hangs on it."""
    plain = {"area": "", "role": "", "a": "", "b": "", "item": "", "words": ""}
    section = current.partition("/")[0]
    return [(_(words, reading.language), reading.address(name, **plain), name == section) for name, words in SECTIONS]


def further_links(reading: Reading, current: str) -> list[tuple[str, str]]:
    """Text and address of the further pages, but the current one."""
    plain = {"reason": "", "area": "", "role": "", "a": "", "b": "", "item": "", "words": ""}
    links = [(_(words, reading.language), reading.address(name, **plain)) for name, words in FURTHER if name != current]
    if is_offered_to(reading.viewer, reading.session):
        links.append((_("All agencies together", reading.language), "/themes/all-agencies"))
    return links


def filter_fields(viewer: Viewer, session: Session, reading: Reading, name: str) -> list[FilterField]:
    """The selects of a page: release, window, leavers, source and reason, each only where there is a choice."""
    if name == SEARCH:
        return [_releases(viewer, session, reading)]
    fields = [
        _releases(viewer, session, reading),
        _windows(session, reading, name),
        _selections(session, reading),
        *([] if name in YEARLY or name in ("equality", "comments") else [_sources(session, reading)]),
        _reasons(reading, name),
        *(_area(reading, field) for field in AREA_FIELDS.get(name, ())),
    ]
    return [field for field in fields if len(field.options) > 1]


def said_of(fields: list[FilterField]) -> list[tuple[str, str]]:
    """The choices that a folded filter would keep from the reader, as label and words."""
    return [(field.label, field.chosen_text) for field in fields if field.name in SAID]


def _area(reading: Reading, name: str) -> FilterField:
    """A choice of Area: one of two to compare, or the one whose sources are read."""
    language = reading.language
    codes = list(dict.fromkeys(row.key.area for row in reading.table(By.AREA, reason=None).rows))
    options = tuple((code, reading.names.area(code)) for code in codes)
    if name == "area":
        return FilterField(name, _("Area", language), (("", _("All", language)), *options), reading.area)
    first, second = two_areas(reading)
    chosen = first if name == "a" else second
    return FilterField(name, _("First Area", language) if name == "a" else _("Second Area", language), options, chosen)


def _releases(viewer: Viewer, session: Session, reading: Reading) -> FilterField:
    language = reading.language
    releases = readable_releases(viewer, session)
    several = len({one.agency for one in releases}) > 1
    options = tuple(
        (
            str(one.number),
            _("%(number)s: %(period)s", language, number=one.number, period=period_words(one.as_of, language))
            + (f" ({one.agency})" if several else ""),
        )
        for one in releases
    )
    return FilterField("release", _("Release", language), options, str(reading.release.number))


def _windows(session: Session, reading: Reading, name: str) -> FilterField:
    language, asked = reading.language, reading.asked
    family, dimension = _family_of(name)
    if name in YEARLY:
        asked = replace(asked, source=f"{PREFIX}{YEARLY[name]}")
    source = COMMENT if name == "comments" else asked.stored_source
    codes = {
        WindowCode(one.window)
        for one in queries.offered_in(session, reading.release)
        if (one.source, one.family, one.selection, one.dimension)
        == (source, family.value, asked.selection.value, dimension)
        and one.window != WindowCode.QUARTER
    }
    options = tuple((code.value, _(WINDOWS[code], language)) for code in SHORTEST_FIRST if code in codes)
    if family is Family.ROLE_AREA:
        options = (("", _("Each cell’s shortest", language)), *options)
    elif name in ("time", "equality"):
        options = ()
    elif name == "":
        options = (("", _("All", language)), *options)
    chosen = asked.window.value if asked.window else ""
    default = "" if family is Family.ROLE_AREA or name == "" else asked.window_or_default.value
    default = WindowCode.YEAR.value if name in YEARLY else default
    return FilterField("window", _("Window", language), options, chosen or default)


def _family_of(name: str) -> tuple[Family, str]:
    """The family a page's windows are those of, and its dimension."""
    if name in BREAKDOWNS:
        by = BREAKDOWNS[name].by
        return FAMILIES[by], {By.TENURE: "tenure", By.GRADE: "grade"}.get(by, "")
    if name == "role-area":
        return Family.ROLE_AREA, ""
    if name in YEARLY:
        return Family.ORGANISATION, ""
    return (Family.ROLE, "") if name.startswith("role/") else (Family.AREA, "")


def _selections(session: Session, reading: Reading) -> FilterField:
    held = {one.selection for one in queries.offered_in(session, reading.release)}
    options = tuple((one.value, _(SELECTIONS[one], reading.language)) for one in Selection if one.value in held)
    return FilterField("type", _("Leavers", reading.language), options, reading.asked.selection.value)


def _sources(session: Session, reading: Reading) -> FilterField:
    held = {one.source for one in queries.offered_in(session, reading.release)}
    options = tuple((code, _(words, reading.language)) for code, words in SOURCES.items() if code in held)
    return FilterField("source", _("Source", reading.language), options, reading.asked.source)


def _reasons(reading: Reading, name: str) -> FilterField:
    language = reading.language
    if name.partition("/")[0] in WITHOUT_REASON:
        return FilterField("reason", "", (), "")
    options = tuple((code, reading.names.reason(code)) for code in reading.reasons)
    if name in ("", "time"):
        options = (("", _("All reasons", language)), *options)
        return FilterField("reason", _("Reason", language), options, reading.asked.reason or "")
    chosen = workload_reason(reading) if name == "workload" else reading.chosen_reason
    return FilterField("reason", _("Reason", language), options, chosen)
