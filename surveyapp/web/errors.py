"""Error pages in the look, in both languages, and problem details for the API: they say what to do and leak nothing."""

import logging
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, generate_csrf
from sqlalchemy.exc import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError

from surveyapp.languages import N_
from surveyapp.pdf import PdfFailed
from surveyapp.web.problems import problem

logger = logging.getLogger(__name__)
NOT_AVAILABLE: Final = (OperationalError, InterfaceError)  # locked, full, gone, or not answering


@dataclass(frozen=True)
class ErrorText:
    heading: str
    advice: tuple[str, ...]


FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
TEXTS: Final = {
    400: ErrorText(
        N_("We could not read what was sent"),
        (N_("Go back to the page before, load it again and send it once more."),),
    ),
    401: ErrorText(
        N_("You are signed out"),
        (
            N_("Sign in again in a new tab, then come back to this page."),
            N_("What you sent was not saved. Sign in, go back and send it once more."),
        ),
    ),
    403: ErrorText(
        N_("You cannot do this"),
        (N_("Your account does not allow it. Ask your administrator if you need it for your work."),),
    ),
    404: ErrorText(
        N_("Page not found"),
        (
            N_("If you typed the address, check it is right."),
            N_("If you used a link from a message, check that you copied all of it."),
        ),
    ),
    405: ErrorText(
        N_("This page cannot be opened that way"),
        (N_("Go back to the page before and use its button."),),
    ),
    409: ErrorText(
        N_("Someone else has changed this"),
        (N_("Nothing of yours was saved. Go back, load the page again and look at what has changed."),),
    ),
    410: ErrorText(
        N_("This is no longer available"),
        (N_("Ask the person who sent it to you for a new link."),),
    ),
    413: ErrorText(
        N_("This is too large"),
        (N_("Send a smaller file, or shorten the text."),),
    ),
    429: ErrorText(
        N_("Too many tries"),
        (N_("Wait a few minutes, then try again."),),
    ),
    500: ErrorText(
        N_("Something went wrong here"),
        (N_("What you had saved before is safe. Try again in a few minutes."),),
    ),
    503: ErrorText(
        N_("The service is not available just now"),
        (
            N_("What you had saved before is safe. Try again in a few minutes."),
            N_("If you were sending a form, it was not saved. Go back and send it again."),
        ),
    ),
}
STALE: Final = ErrorText(N_("This page was open too long"), (N_("We could no longer be sure that it came from you."),))
NO_PDF: Final = ErrorText(
    N_("The PDF could not be made"),
    (
        N_("Nothing was changed. Letters that were to be printed are still on their list."),
        N_("Go back and try again in a few minutes."),
        N_("If it happens again, tell your administrator that PDFs cannot be made."),
    ),
)
FOR_PROGRAMS: Final = {
    400: "The request cannot be read. Check its address, headers and body against /api/openapi.json.",
    404: "There is nothing at this address. Check its path and the id in it.",
    405: "This address does not take this method. The Allow header names those it takes.",
    413: "The body is too large. Send fewer things in one request.",
}
"""What the API says instead: no page or button to go back to."""


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, show_error)
    app.register_error_handler(CSRFError, show_stale_form)
    for kind in NOT_AVAILABLE:
        app.register_error_handler(kind, show_unavailable)
    app.register_error_handler(PdfFailed, show_no_pdf)
    # The usual log line holds the path, and a leaver's path holds a token: name the endpoint instead.
    app.log_exception = log_without_path  # type: ignore[method-assign]


def log_without_path(exc_info: Any) -> None:
    logger.error("unhandled error in %s %s", request.method, request.endpoint, exc_info=exc_info)


def show_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or (error.code or 500) < 400:
        return error  # a redirect, or a response made on purpose
    status = error.code or 500
    if isinstance(error, InternalServerError) and isinstance(error.original_exception, NOT_AVAILABLE):
        return show_unavailable(error.original_exception)  # the commit after the view failed, say on a full disk
    return _answer(status, dict(error.get_headers()), typed_here() if status == 401 else None)


def show_stale_form(error: CSRFError) -> ResponseReturnValue:
    """A form of an ended session: what was typed is given back, if the browser vouches that our own page sent it."""
    logger.info("form refused in %s: %s", request.endpoint, error.description)
    sent = typed_here()
    if sent is None:
        return _answer(400, {})
    fresh = [("csrf_token", generate_csrf())]
    return _answer(400, {}, [one for one in sent if one[0] != "csrf_token"] + fresh, STALE)


def show_unavailable(error: Exception) -> ResponseReturnValue:
    logger.error("database not available in %s: %s", request.endpoint, type(error).__name__)
    return _answer(503, {"Retry-After": "30"}, typed())


def show_no_pdf(error: PdfFailed) -> ResponseReturnValue:
    logger.error("no PDF in %s: %s", request.endpoint, error.kind)
    return _answer(503, {}, text=NO_PDF)


def typed() -> list[tuple[str, str]] | None:
    """What was sent with a form, to be given back in the page and sent again; None when there was none to keep.

    A file cannot be given back, and a password is never written into a page.
    """
    if request.method != "POST" or request.files or request.mimetype not in FORMS:
        return None
    if any("pass" in name.lower() for name in request.form):
        return None
    return list(request.form.items(multi=True))


def typed_here() -> list[tuple[str, str]] | None:
    """The same, only where the browser vouches that a page of ours sent it."""
    return typed() if request.headers.get("Sec-Fetch-Site") == "same-origin" else None


def _answer(
    status: int,
    headers: dict[str, str],
    kept: list[tuple[str, str]] | None = None,
    text: ErrorText | None = None,
) -> ResponseReturnValue:
    passed = {name: value for name, value in headers.items() if name in {"Allow", "Retry-After", "WWW-Authenticate"}}
    text = text or TEXTS.get(status) or TEXTS[400 if status < 500 else 500]
    if request.path.startswith("/api/"):
        answer = problem(status, FOR_PROGRAMS.get(status, text.advice[0]))
        answer.headers.update(passed)
        return answer
    return render_template("web/error.html", status=status, text=text, kept=kept), status, passed
