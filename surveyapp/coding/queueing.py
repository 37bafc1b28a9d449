"""The turn of new comments: first guesses at their codes, the unsure ones first.

Once for all comments that have come in, after the last quarter of a command is counted: what people have coded, from
which the guesses are learnt, does not change in between.
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from threadpoolctl import threadpool_limits

from surveyapp.coding import code_book
from surveyapp.coding.models import NOT_QUEUED, Comment
from surveyapp.coding.standing import coded_texts, text_of
from surveyapp.coding.suggesting import guesses, queue_order


def queue_new_comments(session: Session, agencies: Sequence[str]) -> int:
    """Suggest codes for these agencies' comments that have no turn yet and put them at the end of their queues; how
    many.

    In the caller's transaction. Safe to repeat: what was interrupted is done by the next call.
    """
    query = select(Comment).where(Comment.agency.in_(agencies), Comment.place == NOT_QUEUED, Comment.n_coded == 0)
    found = list(session.scalars(query))
    if not found:
        return 0
    texts = [text_of(one) for one in found]
    with threadpool_limits(1):  # many threads on sparse rows only wait for each other
        guessed = guesses(texts, coded_texts(session), code_book.newest())
    for agency in agencies:
        mine = [at for at, one in enumerate(found) if one.agency == agency]
        order = queue_order([texts[at] for at in mine], [guessed[at].doubt for at in mine])
        for place, at in enumerate((mine[turn] for turn in order), start=_last_place(session, agency) + 1):
            found[at].place = place
            found[at].content = replace(texts[at], suggestions=guessed[at].suggestions).to_json()
    session.flush()
    return len(found)


def _last_place(session: Session, agency: str) -> int:
    return session.scalar(select(func.max(Comment.place)).where(Comment.agency == agency)) or NOT_QUEUED
