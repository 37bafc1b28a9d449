"""Signing in: which viewer a request belongs to, and the pages to begin and end a session."""

from flask import Blueprint, session

from surveyapp.access import Viewer
from surveyapp.db import db
from surveyapp.directory import queries

blueprint = Blueprint("security", __name__, template_folder="templates")
USER_KEY = "_user_id"


def load_viewer() -> Viewer | None:
    """The viewer behind this request's session cookie."""
    uniquifier = session.get(USER_KEY)
    return queries.viewer_for(db.session, uniquifier) if uniquifier else None
