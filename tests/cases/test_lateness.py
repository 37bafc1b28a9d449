"""How late HR's news comes is counted by Area, in the viewer's scope."""

from collections.abc import Callable
from datetime import date

from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.cases.lateness import AreaLateness, lateness_by_area
from surveyapp.directory.models import User
from surveyapp.directory.queries import viewer_of
from tests.factories.cases import make_case


def test_late_news_is_counted_by_area_with_the_median_of_the_days(session: Session, staff: Callable[..., User]) -> None:
    viewer = viewer_of(staff(StaffRole.HR_LEAD, areas=("NM", "EV")))
    with clock.set_to(date(2026, 12, 28)):
        for day in (18, 24, 31):
            make_case(session, last_working_day=date(2026, 12, day))
        make_case(session, area="EV", last_working_day=date(2026, 12, 31))
        make_case(session, area="SM", last_working_day=date(2026, 12, 1))
        make_case(session, last_working_day=date(2025, 12, 1))
    found = lateness_by_area(viewer, session, date(2026, 12, 1), date(2026, 12, 31))
    assert found == [AreaLateness("ncs", "EV", 1, 0, None), AreaLateness("ncs", "NM", 3, 2, 7.0)]
