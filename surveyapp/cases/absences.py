"""Absence cover: while one adviser is away another sees and does their steps."""

import uuid
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveyapp import audit
from surveyapp.access import Permission, Viewer
from surveyapp.cases.models import AbsenceCover
from surveyapp.directory import queries as directory
from surveyapp.directory.models import User


class CoverRefused(Exception):
    """The cover would begin after it ends, be by the absent person, or is there already."""


def covered_by(session: Session, user_id: uuid.UUID, today: date) -> set[uuid.UUID]:
    """Those whose steps this person does today."""
    query = select(AbsenceCover.absent_id).where(AbsenceCover.cover_id == user_id)
    return set(session.scalars(query.where(AbsenceCover.from_on <= today, AbsenceCover.until_on >= today)))


def covers_now(session: Session, today: date) -> dict[uuid.UUID, uuid.UUID]:
    """Who covers for whom today: absent person to the one who covers."""
    query = select(AbsenceCover.absent_id, AbsenceCover.cover_id)
    rows = session.execute(query.where(AbsenceCover.from_on <= today, AbsenceCover.until_on >= today))
    return {absent: cover for absent, cover in rows}


def covers_for(viewer: Viewer, session: Session, today: date) -> list[AbsenceCover]:
    """Covers that are running or to come, of people in the viewer's Areas, by first day."""
    people = {user.id for user in colleagues_of(viewer, session)}
    query = select(AbsenceCover).where(AbsenceCover.until_on >= today).order_by(AbsenceCover.from_on, AbsenceCover.id)
    return [cover for cover in session.scalars(query) if cover.absent_id in people]


def colleagues_of(viewer: Viewer, session: Session) -> list[User]:
    """Everybody who edits cases in an Area where the viewer does, the viewer included, by name."""
    found: dict[uuid.UUID, User] = {}
    for area in directory.areas_within(viewer, session, Permission.EDIT_CASES):
        for user in directory.staff_who_may(session, Permission.EDIT_CASES, area.agency, area.code):
            found[user.id] = user
    return sorted(found.values(), key=lambda user: (user.name or user.email).casefold())


def cover_absence(
    session: Session, absent_id: uuid.UUID, cover_id: uuid.UUID, from_on: date, until_on: date, actor: audit.Actor
) -> AbsenceCover:
    """Let one person do another's steps from the first to the last day of an absence; raises CoverRefused."""
    if until_on < from_on or absent_id == cover_id:
        raise CoverRefused("The last day comes before the first, or the person would cover for themselves.")
    same = select(AbsenceCover).where(AbsenceCover.absent_id == absent_id, AbsenceCover.cover_id == cover_id)
    found = session.scalars(same.where(AbsenceCover.from_on == from_on)).first()
    made = found or AbsenceCover(id=uuid.uuid4(), absent_id=absent_id, cover_id=cover_id, from_on=from_on)
    made.until_on = until_on
    session.add(made)
    days = {"from_on": from_on.isoformat(), "until_on": until_on.isoformat()}
    audit.record(session, "absence.covered", actor, ("user", absent_id), cover=str(cover_id), **days)
    session.flush()
    return made


def end_cover(session: Session, cover: AbsenceCover, actor: audit.Actor) -> None:
    """The person is back, or the cover was a mistake."""
    audit.record(session, "absence.cover_ended", actor, ("user", cover.absent_id), cover=str(cover.cover_id))
    session.execute(delete(AbsenceCover).where(AbsenceCover.id == cover.id))
