"""Findings and comparisons as released tables, for charts, files and pages."""

from collections.abc import Collection, Sequence

from analytics.disclosure import EvidencedRow, released_table
from analytics.finding_sentences import mix_note, sentence
from analytics.findings import Comparison
from analytics.tables import Column, GroupKey, ReleasedTable

COMPARISON_COLUMNS = (
    Column("window", "Window"),
    Column("family", "Family"),
    Column("area", "Area"),
    Column("role", "Job role"),
    Column("reason", "Reason"),
    Column("direction", "Direction"),
    Column("band", "Strength"),
    Column("n", "Leavers giving it", "people"),
    Column("base", "Leavers who answered", "people"),
    Column("percent", "Percent", "percent"),
    Column("organisation_percent", "Whole organisation", "percent"),
    Column("expected_percent", "Expected", "percent"),
    Column("estimate_percent", "Estimate", "percent"),
    Column("low", "Low", "percent"),
    Column("high", "High", "percent"),
    Column("sentence", "In words"),
)


def comparison_table(
    title: str,
    comparisons: Sequence[Comparison],
    published: Collection[GroupKey],
    reason_labels: dict[str, str],
    language: str = "en",
    release: str = "",
) -> ReleasedTable:
    """Comparisons, in the order given, with the columns of COMPARISON_COLUMNS; codes stand for Area, role and reason.

    low and high are the 90% interval of the estimate. Errors: GroupNotPublished for a group not in `published`;
    KeyError for a reason without a label.
    """
    rows = [
        EvidencedRow(_cells(comparison, reason_labels[comparison.reason], language), (comparison.key,))
        for comparison in comparisons
    ]
    return released_table(title, COMPARISON_COLUMNS, rows, published, release=release)


def _cells(comparison: Comparison, label: str, language: str) -> tuple[str | int | None, ...]:
    key, note = comparison.key, mix_note(comparison, language)
    words = sentence(comparison, label, language)
    return (
        str(key.window.code),
        str(key.family),
        key.area,
        key.role,
        comparison.reason,
        str(comparison.direction or ""),
        str(comparison.band or ""),
        comparison.n_text,
        comparison.base,
        comparison.percent,
        comparison.organisation_percent,
        comparison.expected_percent,
        comparison.estimate_percent,
        comparison.low,
        comparison.high,
        f"{words} {note[0].upper()}{note[1:]}." if note else words,
    )
