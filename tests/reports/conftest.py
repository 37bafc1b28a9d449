"""Who reads the reports of these tests."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from surveyapp.access import StaffRole
from surveyapp.directory.models import User
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from tests.factories.releases import signed_releases


@pytest.fixture
def lead(
    session: Session,
    organisation: str,
    release_key: ReleasePrivateKey,
    staff: Callable[..., User],
    signed_in: Callable[[User], FlaskClient],
) -> FlaskClient:
    """A retention lead of the whole agency, after six signed releases; a file that needs others makes its own."""
    signed_releases(session, release_key)
    return signed_in(staff(StaffRole.RETENTION_LEAD))
