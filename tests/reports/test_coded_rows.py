"""People coded straight into rows are frozen to the same counts as a checked frame of them."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.columns import FrameNotAsExpected, RespondentColumns, as_main_reason
from analytics.freezing import freeze_batch
from surveyapp.reports.frames import Respondent, freeze_leavers, freeze_people

REASONS = tuple(f"reason{at}" for at in range(70))
people = st.lists(
    st.builds(
        Respondent,
        role=st.sampled_from(["clerk", "lawyer"]),
        area=st.sampled_from(["north", "south", "west"]),
        is_resignation=st.booleans(),
        answered=st.booleans(),
        is_secret=st.booleans(),
        reasons=st.frozensets(st.sampled_from(REASONS), max_size=4),
        main=st.sampled_from([None, "", *REASONS[:3]]),
        tenure=st.sampled_from(["lt2", "not_known", ""]),
        count=st.integers(0, 3),
        weight=st.floats(0.25, 4),
        equality=st.sampled_from([{}, {"sex": "female"}, {"sex": " "}]),
    ),
    max_size=12,
)


def framed(some: list[Respondent]) -> pd.DataFrame:
    """The same people as anyone would lay them out."""
    columns = {
        "role": [one.role for one in some],
        "area": [one.area for one in some],
        "leaving_type": ["resignation" if one.is_resignation else "other" for one in some],
        "answered": [one.answered for one in some],
        "secret": [one.is_secret for one in some],
        "count": [one.count for one in some],
        "weight": [one.weight for one in some],
        "main_reason": [one.main or "" for one in some],
        "tenure": [one.tenure for one in some],
        "sex": [one.equality.get("sex", "") for one in some],
        **{f"reason_{code}": [code in one.reasons for one in some] for code in REASONS},
    }
    kinds = {"answered": bool, "secret": bool, **{f"reason_{code}": bool for code in REASONS}}
    return pd.DataFrame(columns).astype(kinds)


@settings(max_examples=40, deadline=None)
@given(people)
def test_people_are_frozen_as_a_frame_of_them_is(some: list[Respondent]) -> None:
    columns = RespondentColumns(REASONS, ("tenure", "sex"))
    wanted = freeze_batch(framed(some), columns, "leaver", "2026Q1")
    found = freeze_people(some, REASONS, "leaver", "2026Q1", ("tenure", "sex"))
    if any(one.answered for one in some):
        assert found.weighted.keys() == wanted.weighted.keys()
        for kind, totals in wanted.weighted.items():
            assert found.weighted[kind].base == pytest.approx(totals.base)
            assert found.weighted[kind].counts == pytest.approx(totals.counts)
    assert replace(found, weighted={}) == replace(wanted, weighted={})


@settings(max_examples=20, deadline=None)
@given(people)
def test_main_reasons_are_frozen_as_a_frame_of_them_is(some: list[Respondent]) -> None:
    columns = RespondentColumns(REASONS)
    wanted = freeze_batch(as_main_reason(framed(some), REASONS), columns, "leaver_main", "2026Q1")
    _any, found = freeze_leavers(some, REASONS, "2026Q1")
    assert replace(found, weighted={}) == replace(wanted, weighted={})


def test_a_main_reason_that_is_not_on_the_list_is_refused() -> None:
    one = Respondent("clerk", "north", True, True, True, frozenset(), main="weather")
    with pytest.raises(FrameNotAsExpected, match="weather"):
        freeze_leavers([one], REASONS, "2026Q1")
