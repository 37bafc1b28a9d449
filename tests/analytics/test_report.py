"""The document of a release report: its order, its first page, its honesty about what is hidden."""

import pytest

from analytics.chart_style import ChartWords
from analytics.charts import dot_chart
from analytics.disclosure import EvidencedRow, released_table
from analytics.report import (
    BulletList,
    ChapterTwice,
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
from analytics.report_words import GUIDES, TITLES, WORDS, Chapter
from analytics.tables import Column, Family, GroupKey, ReleasedTable, Selection, Window, WindowCode

KEY = GroupKey(
    "leaver",
    Family.ORGANISATION,
    "*",
    "*",
    Window(WindowCode.TWELVE_MONTHS, "2025Q4", "2026Q3"),
    Selection.RESIGNATION,
)


def _reasons() -> ReleasedTable:
    columns = [Column("reason", "Reason"), Column("base", "Base", "people"), Column("percent", "Percent", "percent")]
    rows = [
        (name, 420, percent, "shown")
        for name, percent in (("too much work", 41), ("pay", 30), ("travel", 12), ("team", 9))
    ]
    evidenced = [EvidencedRow(row, (KEY,)) for row in rows] + [EvidencedRow(("health", None, None, "hidden"), ())]
    return released_table("Reasons", [*columns, Column("status", "Status")], evidenced, {KEY}, release="7")


def _report(language: str = "en", findings: tuple[str, ...] = ("17 of 40 leavers gave workload.",)) -> Report:
    table = _reasons()
    cover = Cover(
        "Why people leave", "7", "21 November 2026", "October 2025 to September 2026", "resignations", table, findings
    )
    figure = dot_chart(table, ChartWords("Reasons"), "reason", "percent")
    parts = [
        Part(Chapter.REASONS, blocks=(ChartBlock(figure, table, "Reasons"), TableBlock(table))),
        Part(Chapter.STANDOUTS, sentences=findings),
    ]
    return make_report(cover, parts, language)


def _texts(report: Report) -> list[str]:
    return [block.text for block in report.blocks if isinstance(block, Heading | Paragraph)]


def test_the_first_page_says_who_answered_why_they_left_and_what_stands_out() -> None:
    report = _report()
    first = [block.text for block in report.blocks[: report.first_page] if isinstance(block, Heading | Paragraph)]
    assert "420 leavers told us why they left (resignations, October 2025 to September 2026)." in first
    assert "The reasons given most were too much work (41%), pay (30%) and travel (12%)." in first
    assert any(text.startswith("1 thing stands out.") for text in first)
    assert sum(len(text.split()) for text in first) < 260, "two minutes aloud"


@pytest.mark.parametrize(("language", "said"), [("en", "4 more are in the chapter"), ("cy", "Mae 4 arall yn y bennod")])
def test_the_first_page_tells_three_findings_and_how_many_more_there_are(language: str, said: str) -> None:
    report = _report(language, tuple(f"Area {n}: 17 of 40 leavers gave workload." for n in range(7)))
    first = report.blocks[: report.first_page]
    assert [len(block.items) for block in first if isinstance(block, BulletList)] == [3]
    assert any(isinstance(block, Paragraph) and block.text.startswith(said) for block in first)


def test_chapters_stand_in_their_fixed_order_each_with_its_guide() -> None:
    report = _report()
    chapters = [block.text for block in report.blocks if isinstance(block, Heading) and block.level == 2]
    assert chapters == ["In short", "What stands out", "Why people leave", "What is not shown"]
    assert sum(isinstance(block, ReadingGuide) for block in report.blocks) == 2


def test_hidden_rows_are_counted_once_however_often_a_table_stands_there() -> None:
    assert "1 row is hidden, so that nobody can be singled out." in _texts(_report())


def test_a_report_where_nothing_stands_out_says_what_that_means() -> None:
    report = _report(findings=())
    assert any(text.startswith("Nothing stands out.") for text in _texts(report))
    assert not any(isinstance(block, BulletList) for block in report.blocks)


def test_the_welsh_report_holds_no_english_of_ours() -> None:
    texts = _texts(_report("cy"))
    assert "Yr hyn sy’n sefyll allan" in texts
    english = set(TITLES["en"].values()) | {"In short", "What is not shown"}
    assert not english & set(texts[1:])


def test_every_chapter_has_its_words_in_both_languages() -> None:
    for language in ("en", "cy"):
        assert set(TITLES[language]) == set(GUIDES[language]) == set(Chapter)
    assert set(WORDS["en"]) == set(WORDS["cy"])
    assert all(len(line.split()) <= 24 for guide in GUIDES["en"].values() for line in guide)


def test_a_chapter_is_given_once() -> None:
    cover = Cover("t", "7", "", "", "", _reasons(), ())
    with pytest.raises(ChapterTwice):
        make_report(cover, [Part(Chapter.REASONS), Part(Chapter.REASONS)], "en")
