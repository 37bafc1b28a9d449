"""Periods, windows and the order of candidates."""

import pytest

from analytics.lattice import (
    Lattice,
    OrganisationShape,
    PeriodNotUnderstood,
    Timeline,
    candidate_stages,
    quarter_name,
    quarter_number,
    unsafe_level_spans,
    unsafe_spans,
    windows_ending,
)
from analytics.tables import Family, Selection, WindowCode


def _codes(timeline: Timeline, period: str) -> dict[str, int]:
    return {s.code.value: s.last - s.first + 1 for s in windows_ending(timeline, timeline.position(period))}


def test_quarters_are_numbered_and_named_back() -> None:
    assert quarter_name(quarter_number("2026Q4")) == "2026Q4"
    assert quarter_number("2027Q1") - quarter_number("2026Q4") == 1


def test_a_timeline_fills_the_quarters_between() -> None:
    assert Timeline.over(["2025Q3", "2026Q2"]).periods == ("2025Q3", "2025Q4", "2026Q1", "2026Q2")


@pytest.mark.parametrize("periods", [["2025Q5"], ["2025Q1", "2025"], ["2025Q1", "undated"], ["spring"]])
def test_periods_that_are_mixed_or_unknown_are_refused(periods: list[str]) -> None:
    with pytest.raises(PeriodNotUnderstood):
        Timeline.over(periods)


def test_a_young_agency_has_single_quarters_until_a_year_is_whole() -> None:
    timeline = Timeline.over(["2025Q2", "2026Q2"])
    assert _codes(timeline, "2025Q4") == {"1q": 1}
    assert _codes(timeline, "2026Q1") == {"1q": 1, "12m": 4, "fy": 4}
    assert _codes(timeline, "2026Q2") == {"1q": 1, "12m": 4}


def test_financial_years_end_in_march_and_reach_back_five() -> None:
    timeline = Timeline.over(["2021Q2", "2026Q1"])
    assert _codes(timeline, "2026Q1") == {"1q": 1, "12m": 4, "fy": 4, "2fy": 8, "3fy": 12, "5fy": 20}


def test_calendar_years_of_an_outside_survey_have_an_all_window_with_the_undated() -> None:
    timeline = Timeline.over(["undated", "2011", "2013"])
    assert timeline.periods == ("undated", "2011", "2012", "2013")
    assert _codes(timeline, "2013") == {"12m": 1, "fy": 1, "2fy": 2, "3fy": 3, "all": 4}


def test_a_survey_without_dates_has_one_window() -> None:
    assert _codes(Timeline.over(["undated"]), "undated") == {"all": 1}


def test_unsafe_windows_are_every_run_until_there_are_five_years() -> None:
    timeline = Timeline.over(["2021Q2", "2026Q2"])
    assert len(unsafe_spans(timeline, 18)) == 19 * 20 // 2
    ended = {last - first + 1 for first, last in unsafe_spans(timeline, 19) if last < 19}
    still_open = {last - first + 1 for first, last in unsafe_spans(timeline, 19) if last == 19}
    assert ended == {1, 4, 8, 12}
    assert still_open == set(range(1, 21))


def test_tables_by_level_are_unsafe_in_their_own_windows_and_those_still_open() -> None:
    timeline = Timeline.over(["2024Q2", "2026Q2"])
    assert unsafe_level_spans(timeline, 8, {WindowCode.YEAR}) == [(0, 3), (4, 7), (8, 8)]
    assert unsafe_level_spans(timeline, 8, {WindowCode.THREE_YEARS}) == [(0, 8), (4, 8), (8, 8)]


def test_candidates_come_in_the_order_of_the_rules_resignations_first() -> None:
    lattice = Lattice(
        ("clerk", "lawyer"),
        ("north", "south"),
        OrganisationShape({"clerk": "admin", "lawyer": "legal"}, {"north": "upper", "south": "lower"}),
        Timeline.over(["2021Q2", "2026Q1"]),
        {},
    )
    stages = [(stage[0].family, stage[0].span.code, stage[0].selection) for stage in candidate_stages(lattice, 19)]
    assert stages[0] == (Family.ORGANISATION, WindowCode.TWELVE_MONTHS, Selection.RESIGNATION)
    assert [s[2] for s in stages] == [Selection.RESIGNATION, Selection.ALL] * (len(stages) // 2)
    cells = [code for family, code, selection in stages if family is Family.ROLE_AREA and selection is Selection.ALL]
    assert cells == [WindowCode.YEAR, WindowCode.FIVE_YEARS, WindowCode.THREE_YEARS, WindowCode.TWO_YEARS]
    assert stages[-1] == (Family.ORGANISATION, WindowCode.QUARTER, Selection.ALL)
