"""Making interviewers and changing their calendars and private feeds: verbs on interviewers."""

import hashlib
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import audit
from surveyapp.audit import Actor
from surveyapp.directory.models import User
from surveyapp.interviews.interviewer_models import (
    AbsenceReason,
    CalendarChange,
    ChangeKind,
    Interviewer,
    InterviewerArea,
    InterviewerKind,
    WorkingHours,
)
from surveyapp.interviews.models import Mode

FEED_BYTES = 32


class AlreadyInterviewer(Exception):
    """This account is an interviewer already."""


class WrongHours(Exception):
    """A stretch of hours ends before it begins, or an absence does; the message names the day."""


@dataclass(frozen=True)
class Accreditation:
    """Who may interview for which Areas, as HR decides."""

    kind: InterviewerKind
    agency: str
    area: str
    serves: tuple[str, ...]
    accredited_on: date
    accredited_until_on: date | None = None
    active: bool = True


@dataclass(frozen=True)
class Manner:
    """How somebody interviews, as they decide themselves."""

    modes: tuple[Mode, ...]
    languages: tuple[str, ...]
    interview_minutes: int
    buffer_minutes: int
    travel_minutes: int
    daily_limit: int
    place: str = ""
    video_address: str = ""


MANNER = ("interview_minutes", "buffer_minutes", "travel_minutes", "daily_limit", "place", "video_address")
USUAL = Manner((Mode.PHONE, Mode.VIDEO), ("en",), 60, 15, 0, 4)
"""What a new interviewer starts with."""


def accredit_interviewer(session: Session, user: User, terms: Accreditation, *, actor: Actor) -> Interviewer:
    """Make an account an interviewer; hours are their own to set."""
    if session.scalar(select(Interviewer.id).where(Interviewer.user_id == user.id)):
        raise AlreadyInterviewer
    made = Interviewer(id=uuid.uuid4(), user=user, feed_shows_names=False)
    _apply_manner(made, USUAL)
    _apply_terms(made, terms)
    session.add(made)
    session.flush()
    audit.record(session, "interviewer.accredited", actor, ("interviewer", made.id), agency=terms.agency)
    return made


def change_accreditation(session: Session, interviewer: Interviewer, terms: Accreditation, *, actor: Actor) -> None:
    """Change what HR decides; bookings made already stay."""
    _apply_terms(interviewer, terms)
    session.flush()
    audit.record(session, "interviewer.changed", actor, ("interviewer", interviewer.id), agency=terms.agency)


def _apply_terms(interviewer: Interviewer, terms: Accreditation) -> None:
    interviewer.kind, interviewer.agency, interviewer.area = terms.kind, terms.agency, terms.area
    interviewer.accredited_on, interviewer.accredited_until_on = terms.accredited_on, terms.accredited_until_on
    interviewer.active = terms.active
    known = {served.area: served for served in interviewer.areas}
    interviewer.areas = [
        known.get(area) or InterviewerArea(agency=terms.agency, area=area) for area in sorted(set(terms.serves))
    ]


def change_manner(session: Session, interviewer: Interviewer, manner: Manner, *, actor: Actor) -> None:
    """Change how somebody interviews, if it is another way; bookings made already stay as they are."""
    before = _manner_of(interviewer)
    _apply_manner(interviewer, manner)
    if _manner_of(interviewer) == before:
        return
    session.flush()
    audit.record(session, "interviewer.changed", actor, ("interviewer", interviewer.id), agency=interviewer.agency)


def _apply_manner(interviewer: Interviewer, manner: Manner) -> None:
    interviewer.modes = [mode.value for mode in manner.modes]
    interviewer.languages = list(manner.languages)
    for name in MANNER:
        setattr(interviewer, name, getattr(manner, name))


def _manner_of(interviewer: Interviewer) -> list[object]:
    return [interviewer.modes, interviewer.languages, *(getattr(interviewer, name) for name in MANNER)]


def set_hours(
    session: Session, interviewer: Interviewer, hours: Iterable[tuple[int, time, time]], *, actor: Actor
) -> None:
    """Replace the weekly pattern, if it is another (weekday 0 is Monday, London wall time)."""
    wanted = sorted(hours)
    for _weekday, starts, ends in wanted:
        if starts >= ends:
            raise WrongHours
    if wanted == sorted((one.weekday, one.starts, one.ends) for one in interviewer.hours):
        return
    interviewer.hours = [WorkingHours(weekday=day, starts=starts, ends=ends) for day, starts, ends in wanted]
    session.flush()
    audit.record(session, "interviewer.hours_set", actor, ("interviewer", interviewer.id), agency=interviewer.agency)


def add_change(
    session: Session,
    interviewer: Interviewer,
    kind: ChangeKind,
    starts_at: datetime,
    ends_at: datetime,
    reason: AbsenceReason | None = None,
    *,
    actor: Actor,
) -> CalendarChange:
    """An absence or extra hours; bookings within an absence stay until they are moved or reassigned."""
    if starts_at >= ends_at:
        raise WrongHours
    made = CalendarChange(id=uuid.uuid4(), kind=kind, starts_at=starts_at, ends_at=ends_at, reason=reason)
    interviewer.changes.append(made)
    session.flush()
    codes = {"kind": kind.value}
    audit.record(session, "interviewer.changed", actor, ("interviewer", interviewer.id), **codes)
    return made


def remove_change(session: Session, interviewer: Interviewer, change_id: uuid.UUID, *, actor: Actor) -> bool:
    """Take an absence or extra hours away; False when the interviewer has no such entry."""
    found = next((change for change in interviewer.changes if change.id == change_id), None)
    if found is None:
        return False
    interviewer.changes.remove(found)
    session.flush()
    audit.record(session, "interviewer.changed", actor, ("interviewer", interviewer.id))
    return True


def renew_feed(session: Session, interviewer: Interviewer, *, show_names: bool, actor: Actor) -> str:
    """A new private feed address; the one before dies. The token is given once, only its hash is kept."""
    token = secrets.token_urlsafe(FEED_BYTES)
    interviewer.feed_token_hash = feed_hash(token)
    interviewer.feed_shows_names = show_names
    session.flush()
    audit.record(session, "interviewer.feed_renewed", actor, ("interviewer", interviewer.id), names=show_names)
    return token


def stop_feed(session: Session, interviewer: Interviewer, *, actor: Actor) -> None:
    """The feed's address opens nothing any more."""
    interviewer.feed_token_hash = None
    session.flush()
    audit.record(session, "interviewer.feed_stopped", actor, ("interviewer", interviewer.id))


def feed_hash(token: str) -> bytes:
    """What is stored of a feed's token."""
    return hashlib.sha256(token.encode()).digest()


def interviewer_of_feed(session: Session, token: str) -> Interviewer | None:
    """Whose feed a token opens: an active interviewer with an active account."""
    query = select(Interviewer).join(User).where(Interviewer.feed_token_hash == feed_hash(token))
    return session.scalar(query.where(Interviewer.active, User.active))
