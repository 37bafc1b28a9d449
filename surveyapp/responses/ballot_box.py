"""The cut's side of the ballot box: open a batch with the private key, shuffle, seal again, leave no trace of before.

Only the release job calls this: it alone holds the private release key.
"""

import random
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Engine, delete, select, text, update
from sqlalchemy.orm import Session

from surveyapp.db import is_postgresql
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.responses.ballots import BALLOT, OPENED
from surveyapp.responses.contents import Bands, Content
from surveyapp.responses.models import Ballot, Draft, DraftHolder, NamedResponse, OpenedBallot, Receipt

AT_ONCE = 500
CHECKPOINT_TRIES = 5
"""Each waits as long as the connection waits for a lock (30 seconds)."""
NOT_KEPT = "not_kept"
"""What stands in the place of a band that was removed once the atoms were counted."""


class TracesLeft(RuntimeError):
    """Somebody kept reading, so that boxes of before the cut still lie in the write-ahead log; wipe again later."""


@dataclass(frozen=True)
class OpenedResponse:
    """One response as the cut sees it. `is_secret` is what the rules count: confidential and not keyed in by HR."""

    batch_quarter: str
    bands: Bands
    definition: str
    language: str
    answers: dict[str, Any]
    asked: tuple[str, ...]
    promise: str
    is_keyed_in: bool
    is_named: bool

    @property
    def is_secret(self) -> bool:
        return not (self.is_named or self.is_keyed_in)


@dataclass(frozen=True)
class OpenedBatch:
    """One agency's responses of one quarter, confidential and named, in no order that means anything."""

    agency: str
    batch_quarter: str
    rows: tuple[OpenedResponse, ...]
    ballot_ids: tuple[uuid.UUID, ...]
    receipt_ids: tuple[uuid.UUID, ...]
    contents: tuple[Content, ...]


def open_batch(session: Session, key: ReleasePrivateKey, agency: str, quarter: str) -> OpenedBatch:
    """Open every ballot of the quarter, keep the agency's, add its named answers, and shuffle.

    Ballots do not say whose they are, so those of other agencies are opened too and left as they lie. Nothing may be
    sent, changed or withdrawn until the caller's transaction ends.
    """
    _close_the_box(session)
    mine: list[tuple[uuid.UUID, Content]] = []
    query = select(Ballot.id, Ballot.box).where(Ballot.batch_quarter == quarter).execution_options(yield_per=AT_ONCE)
    for ballot_id, box in session.execute(query):
        content = Content.from_bytes(key.open(box, BALLOT))
        if content.bands.agency == agency:
            mine.append((ballot_id, content))
    named = list(_named(session, agency, quarter))
    rows = [_row(content, quarter) for _, content in mine] + [_row(content, quarter) for content in named]
    order = random.SystemRandom()
    order.shuffle(rows)
    order.shuffle(mine)
    receipts = [content.receipt_id for content in [*(content for _, content in mine), *named] if content.receipt_id]
    return OpenedBatch(
        agency=agency,
        batch_quarter=quarter,
        rows=tuple(rows),
        ballot_ids=tuple(ballot_id for ballot_id, _ in mine),
        receipt_ids=tuple(uuid.UUID(one) for one in receipts),
        contents=tuple(content for _, content in mine),
    )


def move_batch(session: Session, key: ReleasePrivateKey, batch: OpenedBatch) -> int:
    """Replace the opened ballots by re-sealed ones under new ids, without grade, tenure, regretted and receipt.

    The receipts' hashes and second copies go too. Call it in the transaction that stores the frozen atoms; after the
    commit call `wipe_free_pages`. Returns how many ballots were moved.
    """
    public = key.public
    made = [
        {
            "id": uuid.uuid4(),
            "agency": batch.agency,
            "batch_quarter": batch.batch_quarter,
            "box": public.seal(_kept(content).to_bytes(), OPENED),
        }
        for content in batch.contents
    ]
    for some in _portions(batch.ballot_ids):
        session.execute(delete(Ballot).where(Ballot.id.in_(some)))
    for some in _portions(batch.receipt_ids):
        session.execute(delete(Receipt).where(Receipt.id.in_(some)))
        changing = delete(Draft).where(Draft.holder == DraftHolder.RECEIPT, Draft.holder_id.in_(some))
        session.execute(changing)
    if made:
        session.execute(OpenedBallot.__table__.insert(), made)  # type: ignore[attr-defined]  # a Table has insert
    counted = update(NamedResponse).where(
        NamedResponse.agency == batch.agency, NamedResponse.batch_quarter == batch.batch_quarter
    )
    session.execute(counted.values(is_counted=True))
    session.flush()
    return len(made)


def wipe_free_pages(engine: Engine) -> None:
    """Leave nothing of moved ballots in free pages or SQLite's write-ahead log; raises `TracesLeft`.

    It waits until the database is free. PostgreSQL's own log cannot be wiped from here: like a backup, what it holds
    of before the cut goes with age.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in (Ballot, Receipt, OpenedBallot, Draft):
                connection.execute(text(f"VACUUM (FULL) {table.__tablename__}"))
        return
    raw = engine.raw_connection()  # the engine's own connections begin a transaction, in which VACUUM cannot run
    try:
        raw.cursor().execute("VACUUM")
        for _ in range(CHECKPOINT_TRIES):
            (is_blocked, *_) = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not is_blocked:
                return
    finally:
        raw.close()
    raise TracesLeft


def _close_the_box(session: Session) -> None:
    if is_postgresql(session):
        session.execute(text("LOCK TABLE ballots, receipts, named_responses IN SHARE ROW EXCLUSIVE MODE"))


def _named(session: Session, agency: str, quarter: str) -> Iterable[Content]:
    query = select(NamedResponse).where(NamedResponse.agency == agency, NamedResponse.batch_quarter == quarter)
    for row in session.scalars(query):
        if row.content is not None:
            yield Content.from_bytes(row.content.encode())


def _row(content: Content, quarter: str) -> OpenedResponse:
    return OpenedResponse(
        batch_quarter=quarter,
        bands=content.bands,
        definition=content.submission["definition"],
        language=content.submission["language"],
        answers=content.submission["answers"],
        asked=tuple(content.submission["asked"]),
        promise=content.promise,
        is_keyed_in=content.is_keyed_in,
        is_named=content.is_named,
    )


def _kept(content: Content) -> Content:
    bands = replace(content.bands, grade_group=NOT_KEPT, tenure_band=NOT_KEPT, regretted=NOT_KEPT)
    return replace(content, bands=bands).paired(receipt_id="")


def _portions(ids: tuple[uuid.UUID, ...]) -> Iterable[tuple[uuid.UUID, ...]]:
    return (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))
