"""The document of a release report: headings, sentences, tables, charts and reading guides, rendered elsewhere.

Made from typed tables alone, so that page, PDF and workbook say the same. Every chart stands with its data table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.chart_style import Figure
from analytics.finding_sentences import summary
from analytics.report_words import GUIDES, TITLES, WORDS, Chapter
from analytics.tables import AnyTable, ReleasedTable, Status

COMMONEST = 3
MOST_FINDINGS_ON_FIRST_PAGE = 3


@dataclass(frozen=True)
class Heading:
    """level 1 is the report's title, 2 a chapter, 3 a part of one."""

    text: str
    level: int


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class BulletList:
    items: tuple[str, ...]


@dataclass(frozen=True)
class TableBlock:
    table: AnyTable


@dataclass(frozen=True)
class ChartBlock:
    """A figure with the table it was drawn from; renderers show both."""

    figure: Figure
    table: AnyTable
    caption: str


@dataclass(frozen=True)
class ReadingGuide:
    """How to read the chapter."""

    title: str
    lines: tuple[str, ...]


Block = Heading | Paragraph | BulletList | TableBlock | ChartBlock | ReadingGuide


@dataclass(frozen=True)
class Part:
    """What a chapter shows: its leading sentences, then tables and charts in order."""

    chapter: Chapter
    sentences: tuple[str, ...] = ()
    blocks: tuple[TableBlock | ChartBlock, ...] = ()


@dataclass(frozen=True)
class Cover:
    """What the first page needs. Dates and windows are already written out in the report's language.

    reasons: the whole organisation's reasons, commonest first, with columns reason, base, percent and status, reason
    as a label. findings: the sentences of what stands out, firmest first.
    """

    title: str
    release: str
    issued_on: str
    window: str
    selection: str
    reasons: ReleasedTable
    findings: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """Blocks in reading order; first_page of them can be read aloud in two minutes."""

    title: str
    language: str
    blocks: tuple[Block, ...]
    first_page: int


class ChapterTwice(ValueError):
    """Two parts were given for one chapter."""


def make_report(cover: Cover, parts: Sequence[Part], language: str) -> Report:
    """The report in its fixed order of chapters; chapters without a part are left out.

    Raises KeyError for an unknown language and ChapterTwice.
    """
    given = {part.chapter: part for part in parts}
    if len(given) < len(parts):
        raise ChapterTwice(", ".join(sorted(part.chapter for part in parts)))
    ordered = [given[chapter] for chapter in Chapter if chapter in given]
    first = _first_page(cover, language)
    body = [block for part in ordered for block in _chapter(part, language)]
    hidden = _what_is_hidden([cover.reasons, *_tables(ordered)], language)
    return Report(cover.title, language, (*first, *body, *hidden), len(first))


def _first_page(cover: Cover, language: str) -> list[Block]:
    words = WORDS[language]
    blocks: list[Block] = [
        Heading(cover.title, 1),
        Paragraph(words["issued"].format(release=cover.release, issued_on=cover.issued_on)),
        Heading(words["in_short"], 2),
        *(Paragraph(sentence) for sentence in opening_sentences(cover, language)),
        Paragraph(summary(len(cover.findings), language)),
    ]
    if cover.findings:
        blocks.append(BulletList(cover.findings[:MOST_FINDINGS_ON_FIRST_PAGE]))
    if more := len(cover.findings[MOST_FINDINGS_ON_FIRST_PAGE:]):
        told = words["one_more"] if more == 1 else words["more"].format(count=more)
        blocks.append(Paragraph(told.format(chapter=TITLES[language][Chapter.STANDOUTS])))
    return blocks


def opening_sentences(cover: Cover, language: str) -> tuple[str, ...]:
    """How many answered, and the three reasons given most, from shown rows alone."""
    words = WORDS[language]
    shown = [row for row in cover.reasons.records() if row["status"] == Status.SHOWN]
    if not shown:
        return ()
    answered = words["answered"].format(base=shown[0]["base"], selection=cover.selection, window=cover.window)
    named = [words["one_reason"].format(reason=row["reason"], percent=row["percent"]) for row in shown[:COMMONEST]]
    return answered, words["commonest"].format(reasons=_listed(named, words["and"]))


def _listed(items: Sequence[str], conjunction: str) -> str:
    """'a, b and c'."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {conjunction} {items[-1]}"


def _chapter(part: Part, language: str) -> list[Block]:
    guide = ReadingGuide(WORDS[language]["how_to_read"], GUIDES[language][part.chapter])
    sentences = [Paragraph(sentence) for sentence in part.sentences]
    return [Heading(TITLES[language][part.chapter], 2), *sentences, *part.blocks, guide]


def _tables(parts: Sequence[Part]) -> list[AnyTable]:
    return [block.table for part in parts for block in part.blocks]


def _what_is_hidden(tables: Sequence[AnyTable], language: str) -> list[Block]:
    words = WORDS[language]
    different = list(dict.fromkeys(tables))  # a chart and its table are one
    count = sum(record.get("status") == Status.HIDDEN for table in different for record in table.records())
    name = {0: "hidden_none", 1: "hidden_one"}.get(count, "hidden_many")
    return [
        Heading(words["hidden_title"], 2),
        Paragraph(words[name].format(count=count)),
        Paragraph(words["symbol"]),
    ]
