"""Whole organisations of several agencies as releases publish them, made by hand: one row for each reason."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from analytics.masks import published_row
from analytics.tables import EVERY, Family, GroupKey, Selection, Window, WindowCode
from surveyapp.directory.models import Agency
from surveyapp.reports.models import Release, ReleaseRow, ReleaseState

REASONS = [
    {"code": code, "en": code.title(), "cy": f"{code.title()} (cy)", "group": "g", "kind": "k", "sensitive": False}
    for code in ("workload", "pay", "travel")
]
YEAR, YEAR_BEFORE = ("2025Q3", "2026Q2"), ("2024Q3", "2025Q2")
FIGURES = {
    "ncs": (100, {"workload": 46, "pay": 30, "travel": 8}),
    "css": (60, {"workload": 20, "pay": 24, "travel": 5}),
    "pps": (40, {"workload": 9, "pay": 18, "travel": 4}),
}
"""Leavers who answered and those giving each reason, by agency."""


def publish(
    session: Session,
    number: int,
    agency: str,
    figures: tuple[int, dict[str, int]] | None,
    window: tuple[str, str] = YEAR,
    state: ReleaseState = ReleaseState.SIGNED,
) -> None:
    """A release of 2026Q2 with the whole organisation's row of each reason; without figures all are hidden."""
    moment = datetime(2026, 8, 1, tzinfo=UTC)
    session.add(
        Release(
            number=number,
            agency=agency,
            as_of="2026Q2",
            state=state,
            cut_on=moment.date(),
            cut_at=moment,
            signed_at=moment,
            k=10,
            reasons=REASONS,
            shape={"role_families": {}, "regions": {}},
            questions={},
            audit={},
            sign_off={},
        )  # fmt: skip
    )
    session.flush()
    span = Window(WindowCode.TWELVE_MONTHS, *window)
    key = GroupKey("leaver", Family.ORGANISATION, EVERY, EVERY, span, Selection.RESIGNATION)
    base, counts = figures or (0, {"workload": 0, "pay": 0, "travel": 0})
    for reason, n in counts.items():
        shown = published_row(key, reason, n, base, False, "") if figures else None
        session.add(
            ReleaseRow(
                release=number,
                agency=agency,
                source="leaver",
                family="organisation",
                role=EVERY,
                area=EVERY,
                window_code="12m",
                window_first=window[0],
                window_last=window[1],
                selection="resignation",
                reason=reason,
                n=shown.n if shown else "",
                base=base or None,
                percent=shown and shown.percent,
                low=shown and shown.low,
                high=shown and shown.high,
                status=shown.status if shown else "hidden",
            )  # fmt: skip
        )


def publish_three(session: Session) -> None:
    """The demo's two agencies and a third one, each with a signed release."""
    session.add(Agency(code="pps", name="Prisons"))
    session.flush()
    for number, (agency, figures) in enumerate(FIGURES.items(), start=1):
        publish(session, number, agency, figures)
    session.commit()
