"""JSON problem details (RFC 9457) for the API's errors."""

from http import HTTPStatus
from typing import Any

from flask import Response, json

MEDIA_TYPE = "application/problem+json"


def problem(status: int, detail: str = "", **more: Any) -> Response:
    """A problem document: `title` is the status in words, `detail` says what to do, more members as given."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, **more}
    if detail:
        body["detail"] = detail
    return Response(json.dumps(body), status=status, content_type=MEDIA_TYPE)
