"""The demo's coders at work between two cuts: they code, sometimes disagree, settle, and leave the last few open."""

from collections.abc import Iterable
from datetime import date, timedelta
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import Viewer
from surveyapp.coding import code_book, service
from surveyapp.coding.contents import CommentText
from surveyapp.coding.models import Comment, Showing
from surveyapp.coding.service import Coding, Part
from surveyapp.coding.standing import text_of
from surveyapp.demo.comments import codes_in
from surveyapp.directory import queries as directory

FIRST_CODER, SECOND_CODER = "coder@ncs.example", "coder.second@ncs.example"
DAYS_AFTER_THE_CUT = 9
DISAGREES_ONE_IN = 7
LEFT_OPEN_ONE_IN = 3
PARAPHRASED = "Someone was treated badly by colleagues and saw nothing done about it."


def code_what_waits(session: Session, agency: str, cut: date, *, is_newest: bool) -> None:
    """Everything that waits is coded a few days after its cut; of the newest comments some are left for the visitor."""
    first, second = (_viewer(session, email) for email in (FIRST_CODER, SECOND_CODER))
    with clock.set_to(cut + timedelta(DAYS_AFTER_THE_CUT)):
        waiting = session.scalars(
            select(Comment).where(Comment.agency == agency, Comment.n_coded == 0).order_by(Comment.place)
        )
        for at, comment in enumerate(list(waiting)):
            if is_newest and at % LEFT_OPEN_ONE_IN == 0:
                continue
            _code(session, comment, first, second, may_settle=not is_newest)
    session.flush()


def _viewer(session: Session, email: str) -> Viewer:
    user = directory.user_by_email(session, email)
    assert user is not None  # the demo has made the account
    return directory.viewer_of(user)


def _code(session: Session, comment: Comment, first: Viewer, second: Viewer, *, may_settle: bool) -> None:
    text = text_of(comment)
    codes = codes_in(text.text) or ("other",)
    coding = _coding(text, codes)
    service.code_comment(session, comment, coding, viewer=first)
    if not comment.is_double:
        return
    differs = int.from_bytes(sha256(text.text.encode()).digest()[8:12], "big") % DISAGREES_ONE_IN == 0
    service.code_comment(session, comment, _coding(text, _differently(codes)) if differs else coding, viewer=second)
    if differs and may_settle:
        service.settle(session, comment, coding, viewer=first)


def _differently(codes: Iterable[str]) -> tuple[str, ...]:
    """One code fewer, or another one where there is only one."""
    given = tuple(codes)
    if len(given) > 1:
        return given[:-1]
    return ("other",) if given == ("culture",) else ("culture",)


def _coding(text: CommentText, codes: tuple[str, ...]) -> Coding:
    part = Part(len(text.sentences), codes)
    kept = frozenset(text.open_doubts)
    if set(codes) & code_book.newest().sensitive:
        return Coding((part,), Showing.IN_OUR_WORDS, PARAPHRASED, kept)
    return Coding((part,), Showing.AS_WRITTEN, "", kept)
