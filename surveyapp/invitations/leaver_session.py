"""Who a leaver's request belongs to: the link's token lives in a cookie, never in an address, a log or the database."""

from dataclasses import dataclass
from datetime import date
from typing import NoReturn
from uuid import UUID

from flask import abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from surveyapp import clock
from surveyapp.db import db
from surveyapp.directory.models import Agency
from surveyapp.invitations import links
from surveyapp.invitations.links import FoundLink, LinkState
from surveyapp.invitations.models import LedgerState
from surveyapp.web.errors import typed_here
from surveyapp.web.language import prefer_language

ENTRANCE = "/a"
"""The leaver's first page, served by responses: who reads what, and a button to begin."""
LINK_ENDED = "link_ended"
"""The link's own days are over while the questionnaire is still open: another link can be sent."""
FOUND = "surveyapp.leaver_link"
"""Where a request keeps its link; with it the case stays in the session and is not read again."""

LONG_TEXT = 25
"""Characters from which an answer is words of the leaver's own, which they may want back."""


@dataclass(frozen=True)
class LeaverAccess:
    """A leaver with a living link: whose case, by which link, and where the questionnaire stands."""

    case_id: UUID
    link_id: UUID
    token: str
    language: str
    agency: str
    area: str
    occasion: str
    ledger: LedgerState
    closes_on: date | None

    @property
    def may_answer(self) -> bool:
        """Whether the questionnaire is still open to this leaver."""
        return self.ledger in (LedgerState.DUE, LedgerState.INVITED, LedgerState.BEGUN)


def arrive(token: str) -> Response:
    """Take the token out of the address bar: into the cookie, then on to the entrance. Changes nothing in the database.

    A scanner may call this as often as it likes. A token that opens nothing is explained at once.
    """
    if not links.is_known(db.session, token):
        explain(FoundLink(LinkState.UNKNOWN))
    response = redirect(ENTRANCE, 303)
    remember(response, token)
    return response


def remember(response: Response, token: str) -> None:
    """Keep the token in this browser until it is closed."""
    response.set_cookie(_cookie(), token, path="/", secure=request.is_secure, httponly=True, samesite="Lax")


def leaver_or_404() -> LeaverAccess:
    """The leaver of this request; without a living link the request ends with a page that says what to do next."""
    found = revoked_or_open_link()
    if found.state is not LinkState.OPEN:
        explain(found)
    access = _access(found, request.cookies[_cookie()])
    prefer_language(access.language)
    return access


def leaver_who_may_answer() -> LeaverAccess:
    """The leaver of this request, if the questionnaire is still open; else a page that says why it is not."""
    access = leaver_or_404()
    if not access.may_answer:
        _end(access.ledger.value, access.agency, access.closes_on)
    return access


def revoked_or_open_link() -> FoundLink:
    """The link of this browser, living or not, looked up once a request; for asking for a new one too."""
    found: FoundLink | None = request.environ.get(FOUND)
    if found is None:
        token = request.cookies.get(_cookie(), "")
        found = links.find(db.session, token) if token else FoundLink(LinkState.UNKNOWN)
        request.environ[FOUND] = found
    return found


def explain(found: FoundLink) -> NoReturn:
    """End the request with the page for a link that does not open."""
    if found.case is None:
        _end(LinkState.UNKNOWN.value, "", None)
    prefer_language(found.case.language)
    state: str = found.state.value
    if found.state is LinkState.EXPIRED and found.ledger in (LedgerState.ANSWERED, LedgerState.DECLINED):
        state = found.ledger.value
    elif found.state is LinkState.EXPIRED and found.closes_on and found.closes_on >= clock.today():
        state = LINK_ENDED
    _end(state, found.case.agency, found.closes_on)


def _end(state: str, agency: str, closed_on: date | None) -> NoReturn:
    owner = db.session.get(Agency, agency) if agency else None
    page = render_template(
        "invitations/link_ended.html", state=state, agency=owner, closed_on=closed_on, texts=_long_texts()
    )
    abort(make_response(page, 404 if state == LinkState.UNKNOWN else 410))


def _access(found: FoundLink, token: str) -> LeaverAccess:
    assert found.link is not None and found.case is not None
    return LeaverAccess(
        case_id=found.case.id,
        link_id=found.link.id,
        token=token,
        language=found.case.language,
        agency=found.case.agency,
        area=found.case.area,
        occasion=found.link.occasion,
        ledger=found.ledger,
        closes_on=found.closes_on,
    )


def _cookie() -> str:
    return "__Host-leaver" if request.is_secure else "leaver"


def _long_texts() -> list[str]:
    """What somebody had written while the link ended, so that they can copy it."""
    return [value for name, value in typed_here() or () if name != "csrf_token" and len(value) >= LONG_TEXT]
