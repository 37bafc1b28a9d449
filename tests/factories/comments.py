"""Comments for tests: responses with words in them, put into the ballot box, cut, and coded by invented coders."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.redact import StaffDirectory
from surveyapp.coding.contents import CommentText
from surveyapp.coding.models import Comment, Showing
from surveyapp.coding.queueing import queue_new_comments
from surveyapp.coding.service import Coding, Part, code_comment
from surveyapp.coding.standing import text_of
from surveyapp.definitions import queries as definitions
from surveyapp.definitions.service import publish_shipped
from surveyapp.directory import queries as directory
from surveyapp.directory.models import User
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.engine.submission import Submission
from surveyapp.engine.values import Answer, Chosen, Said
from surveyapp.reports.comment_counts import freeze_comments
from surveyapp.responses import ballots
from surveyapp.responses.ballot_box import move_batch, open_batch
from surveyapp.responses.codes import ReceiptCode
from surveyapp.responses.contents import Bands, Content
from tests.conftest import TESTER

NOBODY = StaffDirectory.of(())
QUARTER = "2026Q1"


@dataclass(frozen=True)
class Written:
    """What one leaver wrote, and where they belong."""

    change: str = "There was too much work and the pay was low."
    best: str = ""
    consent: str | None = "quote"
    area: str = "NM"
    role: str = "case_lawyer"
    language: str = "en"
    leaving_type: str = "resignation"


def put_in(session: Session, key: ReleasePrivateKey, one: Written, quarter: str = QUARTER) -> ReceiptCode:
    """A confidential response with comments in the ballot box; its receipt code."""
    publish_shipped(session, actor=TESTER)
    definition = definitions.published(session, "leaver/1")
    answers: dict[str, Answer] = {}
    if one.best:
        answers["best"] = Said(one.best)
    if one.change:
        answers["change"] = Said(one.change)
    if one.consent:
        answers["consent"] = Chosen(one.consent)
    submission = Submission("leaver/1", one.language, answers, tuple(answers)).to_json(definition)
    bands = Bands("ncs", one.area, one.role, "senior", "2to4", one.leaving_type, "yes", "leaving")
    content = Content(bands, "0" * 64, is_keyed_in=False, is_named=False, submission=submission)
    code = ReceiptCode.new()
    ballots.put_in(session, key.public, content, code, quarter)
    return code


def cut_comments(
    session: Session, key: ReleasePrivateKey, quarter: str = QUARTER, names: StaffDirectory = NOBODY
) -> list[Comment]:
    """The comments' part of a cut of a quarter; the comments that wait to be coded afterwards, in queue order."""
    batch = open_batch(session, key, "ncs", quarter)
    freeze_comments(session, key, batch, names)
    move_batch(session, key, batch)
    queue_new_comments(session, ["ncs"])
    session.commit()
    waiting = select(Comment).where(Comment.n_coded == 0).order_by(Comment.place)
    return list(session.scalars(waiting))


def taken_in(
    session: Session, key: ReleasePrivateKey, written: Iterable[Written], names: StaffDirectory = NOBODY
) -> list[Comment]:
    """Responses put in and cut."""
    for one in written:
        put_in(session, key, one)
    return cut_comments(session, key, names=names)


def whole(text: CommentText, *codes: str, showing: Showing = Showing.AS_WRITTEN, paraphrase: str = "") -> Coding:
    """A coding of a comment as one part."""
    return Coding((Part(len(text.sentences), codes),), showing, paraphrase)


def coded(session: Session, comment: Comment, user: User, *codes: str, **more: object) -> None:
    """The comment coded by this account."""
    viewer = directory.viewer_of(user)
    code_comment(session, comment, whole(text_of(comment), *codes, **more), viewer=viewer)  # type: ignore[arg-type]
    session.commit()
