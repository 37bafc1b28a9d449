"""The report of a release as a document: the chapters of analytics.report made from the same pages as the screen."""

from collections.abc import Callable, Sequence
from functools import partial

from analytics.disclosure import EvidencedRow
from analytics.report import (
    Block,
    BulletList,
    ChartBlock,
    Cover,
    Heading,
    Paragraph,
    Part,
    ReadingGuide,
    Report,
    TableBlock,
    make_report,
)
from analytics.report_words import Chapter
from analytics.tables import Column, ReleasedTable, Status
from surveyapp.languages import formats
from surveyapp.languages import gettext as _
from surveyapp.reports.later_chapters import LaterChapter
from surveyapp.reports.pages.breakdowns import breakdown_page
from surveyapp.reports.pages.cells import cells_page
from surveyapp.reports.pages.comments import comments_page
from surveyapp.reports.pages.destinations import destinations_page
from surveyapp.reports.pages.early_leavers import early_page
from surveyapp.reports.pages.elsewhere import benchmarks_page
from surveyapp.reports.pages.equality import equality_page
from surveyapp.reports.pages.kept import kept_page
from surveyapp.reports.pages.leaving_rates import leaving_rates_page
from surveyapp.reports.pages.page import Exhibit, Page
from surveyapp.reports.pages.quarters import time_page
from surveyapp.reports.pages.rated import ratings_page
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.pages.standouts import standouts_page
from surveyapp.reports.pages.tables import evidence_of, list_table, percent_of, table_of
from surveyapp.reports.pages.three_sources import sources_page
from surveyapp.reports.pages.who_answered import uptake_page
from surveyapp.reports.selection import By
from surveyapp.reports.wording import period_words, selection_words

CHAPTERS: tuple[tuple[Chapter, Callable[[Reading], Page]], ...] = (
    (Chapter.STANDOUTS, standouts_page),
    (Chapter.BY_AREA, partial(breakdown_page, name="areas")),
    (Chapter.BY_ROLE, partial(breakdown_page, name="roles")),
    (Chapter.BY_ROLE_AND_AREA, cells_page),
    (Chapter.CHANGE, time_page),
    (Chapter.COMMENTS, comments_page),
    (Chapter.LEAVING_RATES, leaving_rates_page),
    (Chapter.KEPT, kept_page),
    (Chapter.NEXT, destinations_page),
    (Chapter.RATINGS, ratings_page),
    (Chapter.EARLY_LEAVERS, early_page),
    (Chapter.EQUALITY, equality_page),
    (Chapter.WHO_ANSWERED, uptake_page),
    (Chapter.SOURCES, sources_page),
    (Chapter.BENCHMARKS, benchmarks_page),
)

BREAKDOWNS = {By.AREA: Chapter.BY_AREA, By.ROLE: Chapter.BY_ROLE, By.ROLE_AREA: Chapter.BY_ROLE_AND_AREA}
"""The chapters that a short report can be made of."""


def report_of(reading: Reading, later: Sequence[LaterChapter], only: By | None = None) -> Report:
    """The whole report for this reader and these filters, in the reading's language, `later` slices' chapters too.

    `only` makes it short: what stands out, that breakdown (one of BREAKDOWNS), and the list of all reasons.
    """
    wanted = [Chapter.STANDOUTS, BREAKDOWNS[only]] if only else list(Chapter)
    pages = [(chapter, make(reading)) for chapter, make in CHAPTERS if chapter in wanted]
    pages += [(one.chapter, one.page(reading)) for one in later if one.chapter in wanted]
    parts = [_part(chapter, page) for chapter, page in pages if page.exhibits]
    parts.append(Part(Chapter.REASONS, blocks=(TableBlock(_all_reasons(reading)),)))
    return make_report(_cover(reading, pages[0][1]), parts, reading.language)


def _cover(reading: Reading, standouts: Page) -> Cover:
    language, release = reading.language, reading.release
    period = period_words(release.as_of, language)
    return Cover(
        title=_("Why people leave: %(period)s", language, period=period),
        release=str(release.number),
        issued_on=formats.long_date(release.signed_at.date() if release.signed_at else release.cut_on, language),
        window=reading.window,
        selection=selection_words(reading.asked.selection, language).lower(),
        reasons=_cover_table(reading),
        findings=tuple(one.alone for one in standouts.findings),
    )


def _cover_table(reading: Reading) -> ReleasedTable:
    columns = (
        Column("reason", ""),
        Column("base", "", "people"),
        Column("percent", "", "percent"),
        Column("status", ""),
    )
    rows = [
        EvidencedRow(
            (reading.names.reason(row.reason), row.base, _percent(percent_of(row)), str(row.status)), evidence_of([row])
        )
        for row in reading.organisation
    ]
    return table_of(reading, "", columns, rows)


def _percent(cell: str | int | float | None) -> int | None:
    return cell if isinstance(cell, int) else None


def _all_reasons(reading: Reading) -> ReleasedTable:
    language = reading.language
    shown = [row for row in reading.organisation if row.status is not Status.HIDDEN]
    title = _("Every reason, whole organisation", language)
    return list_table(reading, title, _("Reason", language), shown, lambda row: reading.names.reason(row.reason))


def _part(chapter: Chapter, page: Page) -> Part:
    """A page as a chapter: its finding and sentences, then every picture and table."""
    said = tuple(one.alone for one in page.findings) if chapter is not Chapter.STANDOUTS else page.sentences
    blocks = tuple(_block(exhibit) for exhibit in page.exhibits)
    notes = tuple(sentence for exhibit in page.exhibits for sentence in exhibit.sentences)
    return Part(chapter, tuple(dict.fromkeys((f"{page.title}.", *said, *notes))), blocks)


def _block(exhibit: Exhibit) -> TableBlock | ChartBlock:
    if exhibit.figure is None:
        return TableBlock(exhibit.table)
    return ChartBlock(exhibit.figure, exhibit.table, exhibit.caption)


def page_report(page: Page, reading: Reading) -> Report:
    """One page on paper: its finding, release, window, base and what is hidden, then everything it shows."""
    language = reading.language
    release, hidden = _("Release %(number)s", language, number=reading.release.number), _("Hidden", language)
    blocks: list[Block] = [Heading(page.title, 1)]
    blocks += [
        Paragraph(said) for said in (page.caption, f"{release}. {page.window}. {page.base}.") if said != page.title
    ]
    blocks += [Paragraph(f"{hidden}: {page.hidden}.")] if page.hidden else []
    blocks += [Paragraph(sentence) for sentence in page.sentences]
    blocks += [BulletList(tuple(one.alone for one in page.findings))] if page.findings else []
    for exhibit in page.exhibits:
        blocks += [Paragraph(sentence) for sentence in exhibit.sentences]
        blocks.append(_block(exhibit))
    blocks += [] if page.exhibits or not page.empty else [Paragraph(page.empty)]
    blocks += [ReadingGuide(_("How to read this", language), page.guide)] if page.guide else []
    return Report(page.title, language, tuple(blocks), len(blocks))
