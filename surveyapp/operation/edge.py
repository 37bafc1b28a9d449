"""The request edge: one transaction a request, committed once, after the view and before the answer leaves."""

from flask import Flask, request
from werkzeug.wrappers import Response

from surveyapp.db import begin_reading, begin_writing, db

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class SessionLeftDirty(RuntimeError):
    """A reading request changed rows; whatever it meant to write belongs behind a POST."""


def init_app(app: Flask) -> None:
    """Begin reading or writing by method; commit what succeeded, roll back what did not."""

    @app.before_request
    def begin() -> None:
        if request.method in SAFE_METHODS:
            begin_reading()
        else:
            begin_writing()

    @app.after_request
    def commit(response: Response) -> Response:
        if request.method in SAFE_METHODS:
            if db.session.new or db.session.dirty or db.session.deleted:
                db.session.rollback()
                raise SessionLeftDirty(request.endpoint)
        elif response.status_code < 400:
            db.session.commit()
        else:
            db.session.rollback()
        return response
