"""Which releases wait for the signature of whoever looks, as the pages where signers begin tell them."""

from flask import current_app

from surveyapp.access.guards import viewer
from surveyapp.config import SETTINGS_KEY, Settings
from surveyapp.db import db
from surveyapp.reports.models import Release
from surveyapp.reports.signing import releases_to_sign


def needs_two() -> bool:
    """Whether the two-person rule is on."""
    settings: Settings = current_app.config[SETTINGS_KEY]
    return settings.releases_need_two_signers


def waiting_for_viewer() -> list[Release]:
    """Releases that the viewer could sign now, oldest first; for everybody else none, without a query."""
    return releases_to_sign(viewer(), db.session, needs_two=needs_two())
