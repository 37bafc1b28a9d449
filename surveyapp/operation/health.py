"""Health: `/healthz` says the process answers, `/readyz` what is down; and whom to tell of a weakness."""

import shutil
from collections.abc import Iterator
from datetime import timedelta

from flask import Blueprint, abort, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from surveyapp import clock, migrations
from surveyapp.access.guards import machine
from surveyapp.config import SETTINGS_KEY, Settings
from surveyapp.db import db

blueprint = Blueprint("health", __name__)
NO_ROOM_BYTES = 50_000_000
GOOD_FOR = timedelta(days=180)


@blueprint.get("/healthz")
@machine
def healthz() -> ResponseReturnValue:
    """The process is up."""
    return jsonify(status="up")


@blueprint.get("/readyz")
@machine
def readyz() -> ResponseReturnValue:
    """The database answers and has the schema this code needs, and there is room to write; else what is down."""
    down = list(_what_is_down())
    if down:
        return jsonify(status="not ready", down=down), 503
    return jsonify(status="ready")


def _what_is_down() -> Iterator[str]:
    try:
        revision = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        db.session.rollback()
        yield "database: it does not answer"
    else:
        if revision != migrations.head():
            yield f"schema: the database is at {revision}; run `surveyapp init`"
    if shutil.disk_usage(_settings().instance_dir).free < NO_ROOM_BYTES:
        yield "disk: no room"


@blueprint.get("/.well-known/security.txt")
@machine
def security_txt() -> ResponseReturnValue:
    """RFC 9116; not there while nobody is named."""
    settings = _settings()
    if not settings.security_contact:
        abort(404)
    lines = [
        f"Contact: {settings.security_contact}",
        f"Expires: {(clock.now() + GOOD_FOR):%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: en, cy",
        f"Canonical: {settings.base_url}/.well-known/security.txt",
    ]
    return "\n".join(lines) + "\n", 200, {"Content-Type": "text/plain; charset=utf-8"}


def _settings() -> Settings:
    found: Settings = current_app.config[SETTINGS_KEY]
    return found
