"""Two releases made by hand: leavers giving workload in some Areas, a year before and a year after an action."""

from datetime import UTC, date, datetime

from surveyapp.reports.models import Release, ReleaseRow, ReleaseState

SHAPE: dict[str, object] = {"role_families": {}, "regions": {}}
BEGAN = date(2025, 2, 12)
SHOWN = {
    "2024Q4": {"NM": (30, 60), "EV": (20, 50), "SM": (10, 40), "RV": (5, 20)},
    "2026Q1": {"NM": (12, 60), "EV": (21, 50), "SM": (10, 40), "RV": (4, 20), "MD": (9, 30)},
}
"""Leavers giving workload, and leavers who answered, in the 12 months to the quarter."""


def signed_release(number: int, last: str) -> Release:
    moment = datetime(2026, 5, 1, tzinfo=UTC)
    plain: dict[str, object] = {"reasons": [], "questions": {}, "shape": SHAPE, "audit": {}, "sign_off": {}}
    days = {"cut_on": moment.date(), "cut_at": moment, "signed_at": moment}
    return Release(number=number, agency="ncs", as_of=last, state=ReleaseState.SIGNED, k=10, **days, **plain)


def row(release: int, last: str, area: str, n: str, base: int | None) -> ReleaseRow:
    first = f"{int(last[:4]) - (last[5] != '4')}Q{int(last[5]) % 4 + 1}"
    status = "hidden" if base is None else "masked" if not n.isdecimal() else "shown"
    return ReleaseRow(
        release=release, agency="ncs", source="leaver", family="area", role="*", area=area, reason="workload", n=n,
        base=base, window_code="12m", window_first=first, window_last=last, selection="resignation", status=status,
        percent=None, low=None, high=None, weighted_percent=None,
    )  # fmt: skip
