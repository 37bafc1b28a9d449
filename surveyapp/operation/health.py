"""Health: `/healthz` says the process answers, `/readyz` that the database does and is up to date."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from surveyapp import migrations
from surveyapp.access.guards import machine
from surveyapp.db import db

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@machine
def healthz() -> ResponseReturnValue:
    """The process is up."""
    return jsonify(status="up")


@blueprint.get("/readyz")
@machine
def readyz() -> ResponseReturnValue:
    """The database answers and has the schema this code needs."""
    try:
        revision = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        return jsonify(status="the database does not answer"), 503
    if revision != migrations.head():
        return jsonify(status=f"the database is at {revision}; run `surveyapp init`"), 503
    return jsonify(status="ready")
