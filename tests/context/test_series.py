"""Totals of context figures: stated or added up, never smaller by silence; gaps are named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.context.months import between, distance, later
from surveyapp.context.series import FiguresMissing, Gap, Series

MONTHS = ["2026-01", "2026-02", "2026-03"]


def every_month(value: float) -> dict[str, float]:
    return dict.fromkeys(MONTHS, value)


def test_areas_and_roles_add_up_to_the_agency() -> None:
    cells = {
        ("NM", "lawyer", ""): every_month(10),
        ("NM", "clerk", ""): every_month(5),
        ("EV", "clerk", ""): every_month(7),
    }
    series = Series(cells)
    assert series.total("2026-02") == 22
    assert series.total("2026-02", area="NM") == 15
    assert series.total("2026-02", role="clerk") == 12


def test_a_stated_total_is_used_before_its_parts() -> None:
    series = Series({("NM", "", ""): every_month(20), ("NM", "clerk", ""): every_month(5)})
    assert series.total("2026-01", area="NM") == series.total("2026-01") == 20
    assert series.total("2026-01", area="NM", role="clerk") == 5


def test_bands_of_service_add_up_where_nothing_else_is_stated() -> None:
    series = Series({("NM", "clerk", "lt2"): every_month(3), ("NM", "clerk", "10plus"): every_month(4)})
    assert series.total("2026-03", area="NM") == 7


def test_a_part_that_is_missing_makes_the_total_missing_and_is_named() -> None:
    series = Series({("NM", "", ""): every_month(20), ("EV", "", ""): {"2026-01": 4, "2026-03": 4}})
    assert series.total("2026-01") == 24
    with pytest.raises(FiguresMissing) as missing:
        series.total("2026-02")
    assert missing.value.gaps == (Gap("2026-02", "EV", ""),)
    assert series.gaps() == [Gap("2026-02", "EV", "")]


def test_a_place_that_stops_is_missing_until_it_is_written_as_0() -> None:
    stopped = {("NM", "", ""): every_month(20), ("EV", "", ""): {"2026-01": 4}}
    with pytest.raises(FiguresMissing) as missing:
        Series(stopped).totals(MONTHS)
    assert [gap.period for gap in missing.value.gaps] == ["2026-02", "2026-03"]
    closed = stopped | {("EV", "", ""): {"2026-01": 4.0, "2026-02": 0.0, "2026-03": 0.0}}
    assert Series(closed).totals(MONTHS) == [24, 20, 20]


def test_a_place_counts_as_none_before_its_own_first_month() -> None:
    series = Series({("NM", "", ""): every_month(20), ("EV", "", ""): {"2026-02": 4, "2026-03": 4}})
    assert series.totals(MONTHS) == [20, 24, 24]


def test_a_month_after_the_newest_is_missing() -> None:
    with pytest.raises(FiguresMissing):
        Series({("NM", "", ""): every_month(20)}).total("2026-04")


def test_caseload_of_an_area_is_weighted_by_the_people_who_carry_cases() -> None:
    headcount = Series(
        {
            ("NM", "lawyer", ""): every_month(30),
            ("NM", "clerk", ""): every_month(50),
            ("EV", "lawyer", ""): every_month(10),
        }
    )
    caseload = Series({("NM", "lawyer", ""): every_month(40), ("EV", "lawyer", ""): every_month(20)})
    assert caseload.mean_per_person(headcount, "2026-01", area="NM") == 40
    assert caseload.mean_per_person(headcount, "2026-01") == 35
    assert caseload.mean_per_person(headcount, "2026-01", role="clerk") is None


@given(
    st.dictionaries(
        st.tuples(st.sampled_from("ABC"), st.sampled_from("xyz"), st.just("")),
        st.lists(st.integers(0, 900), min_size=3, max_size=3),
        min_size=1,
    )
)
def test_areas_make_the_same_total_as_roles(held: dict[tuple[str, str, str], list[int]]) -> None:
    series = Series({place: dict(zip(MONTHS, map(float, values), strict=True)) for place, values in held.items()})
    for at, month in enumerate(MONTHS):
        by_area = sum(series.total(month, area=area) for area in series.areas)
        by_role = sum(series.total(month, role=role) for role in series.roles)
        assert series.total(month) == by_area == by_role == sum(values[at] for values in held.values())


@given(st.integers(1990 * 12, 2100 * 12), st.integers(-400, 400))
def test_months_count_forwards_and_back(at: int, by: int) -> None:
    month = f"{at // 12}-{at % 12 + 1:02d}"
    assert later(later(month, by), -by) == month
    assert distance(month, later(month, by)) == by
    assert len(between(month, later(month, abs(by)))) == abs(by) + 1
