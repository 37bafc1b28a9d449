"""At the cut, in the one process that holds the release key: opened responses become redacted comments.

Nothing of a confidential comment is stored before; a withdrawn response has left the ballot box and leaves nothing.
"""

import hashlib
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from analytics.comment_language import language_of
from analytics.redact import StaffDirectory, redact
from surveyapp.coding.contents import BANDS, CommentText, SealedBands, sentences_of
from surveyapp.coding.models import NOT_QUEUED, Comment
from surveyapp.definitions import queries as definitions
from surveyapp.encryption.sealed_box import ReleasePublicKey
from surveyapp.engine.reading import comments
from surveyapp.engine.submission import Submission
from surveyapp.invitations.models import LEAVING
from surveyapp.responses.ballot_box import OpenedBatch, OpenedResponse

DOUBLE_CODED_ONE_IN = 10
RESIGNATION = "resignation"


@dataclass(frozen=True)
class _Found:
    text: CommentText
    bands: SealedBands


def take_in_comments(session: Session, key: ReleasePublicKey, batch: OpenedBatch, names: StaffDirectory) -> int:
    """Redact and store the comments of an opened batch, in the caller's transaction; how many.

    They are stored in the order of their random ids; `queueing` gives them their turn. The comments of leavers who said
    no are not read at all.
    """
    session.execute(update(Comment).where(Comment.agency == batch.agency).values(age=Comment.age + 1))
    rows = [row for row in batch.rows if row.bands.occasion == LEAVING]
    found = [one for row in rows for one in _redacted(session, row, names)]
    # PostgreSQL keeps rows as they come: those of one response, and their data keys, must not stand side by side.
    ids = sorted(uuid.uuid4() for _ in found)
    drawn = random.SystemRandom().sample(found, len(found))
    session.add_all(_row(key, batch.agency, id_, one) for id_, one in zip(ids, drawn, strict=True))
    session.flush()
    return len(found)


def _texts(session: Session, row: OpenedResponse) -> Iterator[tuple[str, str, str]]:
    """(question, text, consent) of what may be used."""
    definition = definitions.published(session, row.definition)
    stored = {"definition": row.definition, "language": row.language, "answers": row.answers, "asked": row.asked}
    for one in comments(definition, Submission.from_json(definition, stored)):
        if one.text.strip():
            yield one.question, one.text.strip(), one.consent


def _redacted(session: Session, row: OpenedResponse, directory: StaffDirectory) -> Iterator[_Found]:
    texts = list(_texts(session, row))
    if not texts:
        return
    bands = SealedBands(
        person=uuid.uuid4().hex,
        role=row.bands.role,
        area=row.bands.area,
        is_resignation=row.bands.leaving_type == RESIGNATION,
        is_secret=row.is_secret,
        waits_for_place=_drawn(f"place {texts[0][1]}", 2),
    )
    for question, text, consent in texts:
        language = language_of(text, fallback=row.language)
        clean = redact(text, directory, language)
        doubts = tuple(clean.text[span.start : span.end] for span in clean.doubts)
        yield _Found(CommentText(sentences_of(clean.text), question, language, consent, doubts), bands)


def _row(key: ReleasePublicKey, agency: str, id_: uuid.UUID, found: _Found) -> Comment:
    row = Comment(
        id=id_,
        agency=agency,
        place=NOT_QUEUED,
        is_double=_drawn(f"double {found.text.text}", DOUBLE_CODED_ONE_IN),
        bands=key.seal(found.bands.to_bytes(), BANDS),
    )
    row.content = found.text.to_json()
    return row


def _drawn(text: str, one_in: int) -> bool:
    """A draw that comes out the same for the same text, whoever and wherever its writer is."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % one_in == 0
