"""Published figures stay what was published, and are never added up."""

from pathlib import Path

import pytest
import yaml

from analytics.benchmarks import (
    CAVEAT,
    UnknownPublishedReason,
    beside_published,
    civil_service_intentions,
    civil_service_reasons,
    leaving_type_headings,
    published_headcount,
)
from analytics.tables import Family, GroupKey, PublishedRow, Selection, Status, Window, WindowCode

ROOT = Path(__file__).parents[2]


def _row(reason: str) -> PublishedRow:
    window = Window(WindowCode.TWELVE_MONTHS, "2025Q4", "2026Q3")
    key = GroupKey("leaver", Family.ORGANISATION, "*", "*", window, Selection.RESIGNATION)
    return PublishedRow(key, reason, "80", 400, 20, 16, 25, Status.SHOWN)


def test_published_reasons_keep_their_figures_and_name_their_source() -> None:
    table = civil_service_reasons()
    workload = next(row for row in table.records() if row["reason_code"] == "C02_06")
    assert (workload["all_staff_2023_percent"], workload["all_staff_2024_percent"]) == (20.5, 18.9)
    assert len(table.rows) == 16
    assert "Open Government Licence" in table.notes[0]


def test_unknown_figures_stay_empty() -> None:
    everybody = list(civil_service_intentions().records())[-1]
    assert everybody["organisation"] == "All respondents"
    assert everybody["response_rate_2024"] is None
    assert everybody["leave_asap_2024"] == 6.5


def test_head_counts_and_leaving_types_are_read_whole() -> None:
    assert all(isinstance(row["headcount"], float) for row in published_headcount().records())
    assert {row["code"] for row in leaving_type_headings().records()} >= {"resignation", "death"}


def test_a_reason_stands_beside_every_published_one_near_it_unadded() -> None:
    [promotion, travel] = beside_published([_row("promotion"), _row("travel")], {"promotion": ("C02_02", "C02_03")})
    assert [(reason.code, reason.percent) for reason in promotion.published] == [("C02_02", 34.0), ("C02_03", 21.8)]
    assert travel.published == ()


def test_a_mapping_to_nothing_published_is_an_error() -> None:
    with pytest.raises(UnknownPublishedReason):
        beside_published([_row("pay")], {"pay": ("C02_99",)})


def test_the_shipped_reason_list_maps_to_published_reasons() -> None:
    reasons = yaml.safe_load((ROOT / "questionnaires/reasons/1.yaml").read_text(encoding="utf-8"))["reasons"]
    nearest = {reason["code"]: reason.get("civil_service", ()) for reason in reasons}
    rows = beside_published([_row(code) for code in nearest], nearest)
    assert sum(bool(row.published) for row in rows) >= 14


def test_the_caveat_is_there_in_both_languages() -> None:
    assert set(CAVEAT) == {"en", "cy"}
