"""What leavers answered beside their reasons: could they have been kept, where they go, how they rate their work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analytics.report_words import GUIDES, Chapter
from analytics.tables import EVERY, Family, PublishedRow, Status, WindowCode
from surveyapp.languages import formats
from surveyapp.languages import gettext as _
from surveyapp.reports import queries
from surveyapp.reports.pages.breakdowns import percent_chart
from surveyapp.reports.pages.page import Exhibit, Page, contents_of
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.pages.tables import list_table
from surveyapp.reports.pages.waiting import waiting_words
from surveyapp.reports.questions import PREFIX
from surveyapp.reports.wording import WINDOWS, selection_words, window_words


@dataclass(frozen=True)
class Asked:
    """One further question of a release: its words and its answers' words, in the reading's language."""

    code: str
    text: str
    scale: int
    answers: Mapping[str, str]


def asked_of(reading: Reading, code: str) -> Asked | None:
    """The question as the release names it; None when the release counts no such question."""
    stored: dict[str, Any] | None = reading.release.questions.get(PREFIX + code)
    if stored is None:
        return None
    language = reading.language
    answers = {one["code"]: one.get(language) or one["en"] for one in stored["answers"]}
    return Asked(code, stored.get(language) or stored["en"], stored["scale"], answers)


def ratings_asked(reading: Reading, scale: int) -> list[Asked]:
    """The ratings on a scale of so many points, in the order of the questionnaire."""
    codes = [source.removeprefix(PREFIX) for source in reading.release.questions if source.startswith(PREFIX)]
    return [one for one in (asked_of(reading, code) for code in codes) if one and one.scale == scale]


def yearly(reading: Reading) -> WindowCode:
    """Further questions are read by 1 or 3 financial years."""
    return WindowCode.THREE_YEARS if reading.asked.window is WindowCode.THREE_YEARS else WindowCode.YEAR


def rows_about(reading: Reading, code: str, family: Family = Family.ORGANISATION) -> list[PublishedRow]:
    """The released rows of one further question, answers in the order of the questionnaire."""
    asked = asked_of(reading, code)
    order = list(asked.answers) if asked else []
    found = queries.rows_of(
        reading.session, reading.release, PREFIX + code, family, reading.asked.selection, [yearly(reading)]
    )
    known = [row for row in found if row.reason in order]
    return sorted(known, key=lambda row: (row.key.area, row.key.role, order.index(row.reason)))


def answers_exhibit(reading: Reading, code: str, *, by_size: bool = False) -> Exhibit | None:
    """One question's answers in the whole organisation; None when nothing of it may be shown."""
    asked, rows = asked_of(reading, code), rows_about(reading, code)
    if asked is None or not any(row.status is not Status.HIDDEN for row in rows):
        return None
    if by_size:
        rows = sorted(rows, key=lambda row: -(row.percent or 0))
    table = list_table(
        reading, asked.text, _("Answer", reading.language), rows, lambda row: asked.answers.get(row.reason, row.reason)
    )
    return Exhibit(code, asked.text, table, percent_chart(reading, table, False), hidden_link=reading.address("hidden"))


def places_exhibit(reading: Reading, code: str, answer: str, family: Family, title: str) -> Exhibit | None:
    """One answer by Area or by job role."""
    rows = [row for row in rows_about(reading, code, family) if row.reason == answer]
    if not rows:
        return None
    heading = _("Area", reading.language) if family is Family.AREA else _("Job role", reading.language)
    named = sorted(rows, key=lambda row: reading.place(row.key))
    table = list_table(reading, title, heading, named, lambda row: reading.place(row.key))
    figure = percent_chart(reading, table, False)
    return Exhibit(f"{code}-{family.value}", title, table, figure, hidden_link=reading.address("hidden"))


def shown_percent(rows: Sequence[PublishedRow], answer: str) -> int | None:
    """The percentage of an answer in the whole organisation, if it is shown."""
    whole = (row for row in rows if row.key.area == EVERY and row.key.role == EVERY and row.reason == answer)
    return next((row.percent for row in whole), None)


@dataclass(frozen=True)
class Words:
    """The words of a page about further questions."""

    name: str
    title: str
    caption: str
    chapter: Chapter
    sentences: tuple[str, ...] = ()


def further_page(reading: Reading, words: Words, exhibits: Sequence[Exhibit | None], rows: list[PublishedRow]) -> Page:
    """A page of further questions; `rows` are those of the whole organisation, which give its window and base."""
    language, found = reading.language, [one for one in exhibits if one]
    whole = next((row for row in rows if row.status is not Status.HIDDEN), None)
    window = window_words(whole.key.window, language) if whole else _(WINDOWS[yearly(reading)], language)
    nothing = _("Too few people answered to show anything here.", language)
    return Page(
        name=words.name,
        title=words.title,
        caption=words.caption,
        window=window,
        base=_base(reading, whole),
        hidden=_("[c] in the tables", language),
        content=contents_of([one.table for one in found[:1]]) if found else contents_of([_no_table(reading)]),
        sentences=words.sentences,
        exhibits=tuple(found),
        guide=GUIDES[language][words.chapter],
        empty=waiting_words(reading, yearly(reading)) or nothing,
    )


def _no_table(reading: Reading) -> Any:
    return list_table(reading, "", "", [], lambda row: "")


def _base(reading: Reading, row: PublishedRow | None) -> str:
    words = selection_words(reading.asked.selection, reading.language)
    if row is None or row.base is None:
        return words
    count = formats.number(row.base, reading.language)
    return _("%(selection)s, %(n)s answered", reading.language, selection=words, n=count)
