"""States and challenges that may be answered once: the second answer is refused, in whatever process it arrives."""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.directory.identity_models import SpentToken
from surveyapp.directory.sessions import token_hash

KEPT_FOR = timedelta(hours=1)


def spend(session: Session, token: str) -> bool:
    """Use the token up and say whether it was still unused; call it in a transaction of its own."""
    session.execute(delete(SpentToken).where(SpentToken.at < clock.now() - KEPT_FOR))
    try:
        with session.begin_nested():
            session.add(SpentToken(token_hash=token_hash(token), at=clock.now()))
    except IntegrityError:
        return False
    return True
