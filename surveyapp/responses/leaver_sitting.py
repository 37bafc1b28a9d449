"""Who sits at a leaver's page: the link's token and memorable word from cookies, made into what opens the draft."""

import base64
import binascii

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from surveyapp.cases.models import Case
from surveyapp.cases.queries import policy_of
from surveyapp.cases.schedule import questionnaire_of
from surveyapp.db import db
from surveyapp.invitations.leaver_session import LeaverAccess
from surveyapp.responses import answering, drafts
from surveyapp.responses.answering import Open, Sitting
from surveyapp.responses.bands import bands_of, engine_case
from surveyapp.responses.drafts import Key, Owner, WrongWord
from surveyapp.responses.models import DraftHolder

DEFAULT_QUESTIONNAIRE = "leaver"


def owner_of(access: LeaverAccess) -> Owner:
    """The draft of this link."""
    return Owner(DraftHolder.LINK, access.link_id, access.case_id, access.occasion)


def sitting_of(access: LeaverAccess, word: bytes | None = None) -> Sitting:
    """This leaver with the key that the link's token and the remembered word give."""
    case = db.session.get_one(Case, access.case_id)
    key = Key(access.token.encode(), remembered_word() if word is None else word)
    return Sitting(owner_of(access), key, engine_case(db.session, bands_of(db.session, case, access.occasion)))


def questionnaire_for(access: LeaverAccess) -> str:
    """The questionnaire the case's policy invites to; one invited by hand gets the full one."""
    case = db.session.get_one(Case, access.case_id)
    return questionnaire_of(case, policy_of(db.session, case.agency)) or DEFAULT_QUESTIONNAIRE


def opened_or_elsewhere(sitting: Sitting, *, lock: bool = False) -> Open:
    """The draft of this link; else the request ends at the page that says what is missing: the word, or a beginning."""
    try:
        opened = answering.open_sitting(db.session, sitting, lock=lock)
    except WrongWord:
        abort(redirect(url_for("answers.ask_word"), 303))
    if opened is None:
        abort(redirect(url_for("answers.start"), 303))
    return opened


def typed_word(access: LeaverAccess, typed: str) -> bytes:
    """A typed word stretched for this link; nothing typed is no word."""
    return drafts.stretched(typed, access.link_id) if typed.strip() else b""


def remembered_word() -> bytes:
    """The stretched word this browser was given; empty when there is none."""
    try:
        return base64.urlsafe_b64decode(request.cookies.get(_cookie(), ""))
    except (binascii.Error, ValueError):
        return b""


def remember_word(response: Response, word: bytes) -> None:
    """Keep the stretched word in this browser until it is closed."""
    if word:
        value = base64.urlsafe_b64encode(word).decode()
        response.set_cookie(_cookie(), value, path="/", secure=request.is_secure, httponly=True, samesite="Lax")


def _cookie() -> str:
    return "__Host-word" if request.is_secure else "word"
