"""How leavers rated their work: every statement with who agreed and the average, and one statement by place."""

from dataclasses import replace

from analytics.disclosure import EvidencedRow
from analytics.report_words import Chapter
from analytics.tables import Column, Family, PublishedRow, Status
from surveyapp.languages import gettext as _
from surveyapp.reports.pages.breakdowns import percent_chart
from surveyapp.reports.pages.further import Asked, Words, further_page, places_exhibit, ratings_asked, rows_about
from surveyapp.reports.pages.page import Exhibit, Page
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.pages.sentences import in_sentence
from surveyapp.reports.pages.tables import evidence_of, list_table, number_columns, numbers_of, table_of

AGREEMENT, HAD = 5, 3
"""Points of the scale from strongly agree to strongly disagree, and of yes, in part and no."""

Rated = tuple[Asked, PublishedRow]


def ratings_page(reading: Reading) -> Page:
    """All statements, least agreed with first, and the one chosen (`item`) by Area and by job role."""
    language = reading.language
    ordered, had = _rated(reading, AGREEMENT), _rated(reading, HAD)
    shown = [pair for pair in ordered if pair[1].status is Status.SHOWN]
    chosen = next((pair for pair in ordered if item_of(*pair) == reading.item), shown[0] if shown else None)
    exhibits = (
        _every_statement(reading, ordered) if ordered else None,
        *(_by_place(reading, chosen) if chosen else ()),
        _had(reading, had) if had else None,
    )
    words = Words("ratings", _title(reading, shown), _("How leavers rated their work", language), Chapter.RATINGS)
    return further_page(reading, words, exhibits, [row for _asked, row in ordered])


def _rated(reading: Reading, scale: int) -> list[Rated]:
    """Every statement on this scale in the whole organisation, least agreed with first, what is not shown last."""
    rated = [(asked, row) for asked in ratings_asked(reading, scale) for row in rows_about(reading, asked.code)]
    return sorted(rated, key=lambda pair: (pair[1].percent is None, pair[1].percent))


def _had(reading: Reading, had: list[Rated]) -> Exhibit:
    """What new starters had; only those with under two years are asked."""
    title = _("What new starters had when they began", reading.language)
    names = {row.reason: _name(asked, row) for asked, row in had}
    rows = [row for _asked, row in had]
    table = list_table(reading, title, _("What they had", reading.language), rows, lambda row: names[row.reason])
    figure = percent_chart(reading, table, False)
    return Exhibit("induction", title, table, figure, hidden_link=reading.address("hidden"))


def item_of(asked: Asked, row: PublishedRow) -> str:
    """A statement as an address names it."""
    return f"{asked.code}.{row.reason}"


def _title(reading: Reading, shown: list[Rated]) -> str:
    if not shown:
        return _("How leavers rated their work", reading.language)
    asked, row = shown[0]
    words = {"statement": in_sentence(_name(asked, row)), "percent": row.percent}
    return _("Least agreed with: “%(statement)s” (%(percent)s%%)", reading.language, **words)


def _name(asked: Asked, row: PublishedRow) -> str:
    """The statement; one that goes on from its question ("My manager... listened to me") with its last words."""
    statement = asked.answers.get(row.reason, row.reason)
    stem = asked.text.rsplit("? ", 1)[-1].rstrip(" .…:")
    return f"{stem} {statement}" if statement[:1].islower() else statement


def _every_statement(reading: Reading, ordered: list[Rated]) -> Exhibit:
    language = reading.language
    title = _("Leavers who agree with each statement", language)
    columns = (
        Column("label", _("Statement", language)),
        *number_columns(language, _("Leavers who agree", language), _("Leavers who answered", language)),
        Column("mean", _("Average, 1 to 5", language), "points"),
    )
    lines = [
        EvidencedRow((_name(asked, row), *numbers_of(row), row.mean), evidence_of([row])) for asked, row in ordered
    ]
    table = table_of(reading, title, columns, lines)
    links = {_name(asked, row): replace(reading, item=item_of(asked, row)).address("ratings") for asked, row in ordered}
    figure = percent_chart(reading, table, False)
    return Exhibit("statements", title, table, figure, links=links, hidden_link=reading.address("hidden"))


def _by_place(reading: Reading, chosen: Rated) -> tuple[Exhibit | None, ...]:
    asked, row = chosen
    said = in_sentence(_name(asked, row))
    area = _("“%(statement)s”: who agrees, by Area", reading.language, statement=said)
    role = _("“%(statement)s”: who agrees, by job role", reading.language, statement=said)
    return (
        places_exhibit(reading, asked.code, row.reason, Family.AREA, area),
        places_exhibit(reading, asked.code, row.reason, Family.ROLE, role),
    )
