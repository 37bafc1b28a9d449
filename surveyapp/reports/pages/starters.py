"""What new starters say at their checks after 1, 3 and 6 months, to be read beside early leaving."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analytics.disclosure import EvidencedRow
from analytics.tables import Column, Family, PublishedRow, Selection, Status
from surveyapp.languages import N_, formats
from surveyapp.languages import gettext as _
from surveyapp.languages.formats import listed
from surveyapp.reports import queries
from surveyapp.reports.pages.further import yearly
from surveyapp.reports.pages.page import Exhibit
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.pages.tables import evidence_of, percent_of, table_of
from surveyapp.reports.sources import CHECK_PREFIX, CHECKS
from surveyapp.reports.wording import window_words

AFTER: Mapping[str, str] = {
    "month_1": N_("After 1 month"),
    "month_3": N_("After 3 months"),
    "month_6": N_("After 6 months"),
}
AGREEMENT, HAD, RECOMMEND = 5, 3, 10
"""Points of the scales for statements, for what somebody had, and for the recommendation."""


@dataclass(frozen=True)
class _Line:
    """One answer or statement with its row at each check that shows something of the question."""

    label: str
    rows: Mapping[str, PublishedRow]


def starter_exhibits(reading: Reading) -> tuple[Exhibit, ...]:
    """A table for each choice, one for all statements, one for what new starters had: check beside check."""
    language, asked = reading.language, _asked(reading)
    choices = {code: one for code, one in asked.items() if not one["scale"]}
    scales = (
        ("starters-agree", _("New starters who agree", language), AGREEMENT),
        ("starters-had", _("What new starters had", language), HAD),
        ("starters-recommend", _("New starters who would recommend working here", language), RECOMMEND),
    )
    made = [_exhibit(reading, f"starters-{code}", _title(reading, one), {code: one}) for code, one in choices.items()]
    for name, title, scale in scales:
        rated = {code: one for code, one in asked.items() if one["scale"] == scale}
        made.append(_exhibit(reading, name, title, rated))
    return tuple(one for one in made if one is not None)


def _asked(reading: Reading) -> dict[str, dict[str, Any]]:
    """The questions of every check, each once, as the release names them."""
    stored = reading.release.questions
    sources = [source for source in stored if source.startswith(CHECK_PREFIX)]
    return {source.rpartition(":")[2]: stored[source] for source in sources}


def _title(reading: Reading, question: Mapping[str, Any]) -> str:
    said = question.get(reading.language) or question["en"]
    return _("New starters: %(question)s", reading.language, question=said)


def _exhibit(reading: Reading, name: str, title: str, asked: Mapping[str, Mapping[str, Any]]) -> Exhibit | None:
    """Some questions as one table; None when nothing of them may be shown."""
    language = reading.language
    lines = [line for code, one in asked.items() for line in _lines(reading, code, one)]
    checks = [check for check in CHECKS if any(check in line.rows for line in lines)]
    if not checks:
        return None
    columns = (
        Column("label", _("Answer", language)),
        *(Column(check, _(AFTER[check], language), "percent") for check in checks),
    )
    rows = [
        EvidencedRow(
            (line.label, *(percent_of(line.rows.get(check)) for check in checks)), evidence_of([*line.rows.values()])
        )
        for line in lines
    ]
    table = table_of(reading, title, columns, rows, _notes(reading, lines, checks))
    return Exhibit(name, title, table, hidden_link=reading.address("hidden"))


def _lines(reading: Reading, code: str, question: Mapping[str, Any]) -> list[_Line]:
    """The answers of one question in its order, with the checks at which something of it is shown."""
    held = {check: shown for check in CHECKS if (shown := _shown(reading, f"{CHECK_PREFIX}{check}:{code}"))}
    return [
        _Line(
            answer.get(reading.language) or answer["en"],
            {check: rows[answer["code"]] for check, rows in held.items() if answer["code"] in rows},
        )
        for answer in question["answers"]
        if held
    ]


def _shown(reading: Reading, source: str) -> dict[str, PublishedRow]:
    """The rows of one source for the whole organisation; new starters have no leaving type, so all are read."""
    rows = queries.rows_of(
        reading.session, reading.release, source, Family.ORGANISATION, Selection.ALL, [yearly(reading)]
    )
    return {row.reason: row for row in rows if row.status is not Status.HIDDEN}


def _notes(reading: Reading, lines: Sequence[_Line], checks: Sequence[str]) -> tuple[str, ...]:
    """How many answered at each check, and in which window."""
    language = reading.language
    first = {check: next(line.rows[check] for line in lines if check in line.rows) for check in checks}
    counts = {_(AFTER[check], language): formats.number(row.base or 0, language) for check, row in first.items()}
    parts = [f"{after}: {count}" for after, count in counts.items()]
    window = window_words(next(iter(first.values())).key.window, language)
    return (_("Answered, %(window)s. %(bases)s.", language, window=window, bases=listed(parts, language)),)
