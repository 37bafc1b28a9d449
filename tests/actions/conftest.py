"""What the tests of actions start from: releases made by hand, and a retention lead of the agency."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from surveyapp.access import StaffRole
from surveyapp.directory.models import User
from tests.actions.released import SHOWN, row, signed_release


@pytest.fixture
def released(session: Session, organisation: str) -> None:
    """Two signed releases with a year of Areas each; Fenland is masked before and hidden after."""
    for number, (last, areas) in enumerate(SHOWN.items(), start=1):
        session.add(signed_release(number, last))
        session.flush()
        session.add_all(row(number, last, area, str(n), base) for area, (n, base) in areas.items())
        session.add(row(number, last, "FL", "<3", 18) if number == 1 else row(number, last, "FL", "", None))
    session.commit()


@pytest.fixture
def lead(staff: Callable[..., User]) -> User:
    return staff(StaffRole.RETENTION_LEAD)
