"""Logs: text, or one JSON object a line, each with the request's id; no token, address, secret or typed text.

A request's line names the endpoint, never the path. A leaver's request leaves no line unless it failed, so that no log
tells when somebody answered. Of an exception the kinds and the places in the code are kept, not the message: messages
of databases and parsers repeat what they were given.
"""

import logging
import re
import secrets
import sys
import time
import traceback
from typing import Any

import structlog
from flask import Flask, g, request
from structlog.typing import EventDict, Processor, WrappedLogger
from werkzeug.wrappers import Response

from surveyapp.config import Settings
from surveyapp.operation.metrics import part_of

logger = logging.getLogger("surveyapp.request")
HIDDEN = "[removed]"
SECRET_SHAPES = (
    re.compile(r"(?i)\bbearer\s+\S+"),
    re.compile(r"[^\s@<>\"'(\[]+@[^\s@<>\"')\]]+"),  # addresses, and passwords in the address of a server
    re.compile(r"(?<=/a/)[\w-]+"),
    re.compile(r"(?<=/password/)[\w-]+"),
    re.compile(r"(?<![\w-])[A-Za-z0-9_-]{40,}(?![\w-])"),  # tokens of 256 bits
)


def configure(settings: Settings) -> None:
    """Send everything that is logged in this process to standard error, as the settings want it."""
    is_json = settings.log_format == "json"
    renderer: Processor = structlog.processors.JSONRenderer() if is_json else _as_text
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.contextvars.merge_contextvars,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        _exception_without_message,
        _remove_secrets,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        keep_exc_info=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    logging.captureWarnings(True)


def init_app(app: Flask) -> None:
    """Give each request an id, in its answer and in every line logged meanwhile."""

    @app.before_request
    def begin() -> None:
        g.request_id, g.log_began = secrets.token_hex(8), time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def finish(response: Response) -> Response:
        if "request_id" not in g:
            return response
        response.headers["X-Request-Id"] = g.request_id
        part, has_failed = part_of(app), response.status_code >= 500
        if part != "asset" and (part != "leaver" or has_failed):
            said: dict[str, Any] = {"part": part, "status": response.status_code, "method": request.method}
            said["endpoint"], said["ms"] = request.endpoint, round((time.perf_counter() - g.log_began) * 1000)
            logger.log(logging.ERROR if has_failed else logging.INFO, "request", extra=said)
        return response


def _as_text(_logger: WrappedLogger, _method: str, line: EventDict) -> str:
    at, level, event = line.pop("at"), line.pop("level"), line.pop("event")
    rest = " ".join(f"{name}={value}" for name, value in line.items() if name != "exception")
    return f"{at} {level:7} {event} {rest}" + (f"\n{line['exception']}" if "exception" in line else "")


def _exception_without_message(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    given = line.pop("exc_info", None)
    found = sys.exc_info() if given is True else given
    if isinstance(found, BaseException):
        found = (type(found), found, found.__traceback__)
    if isinstance(found, tuple) and found[1] is not None:
        line["exception"] = told(found[1])
    return line


def told(error: BaseException) -> str:
    """The kinds of an exception and of what caused it, and where in the code; no message, no value."""
    lines = []
    one: BaseException | None = error
    while one is not None:
        lines.append(f"{type(one).__module__}.{type(one).__qualname__}")
        lines += [
            f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(one.__traceback__)
        ]
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return "\n".join(lines)


def _remove_secrets(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    return {name: without_secrets(value) if isinstance(value, str) else value for name, value in line.items()}


def without_secrets(text: str) -> str:
    """The text with everything that looks like a token, an address or a password replaced."""
    for shape in SECRET_SHAPES:
        text = shape.sub(HIDDEN, text)
    return text
