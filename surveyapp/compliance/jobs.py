"""What the worker does for compliance, safe to repeat: counts frozen when a cut is due, a snapshot once a month."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.audit import Actor, ActorKind
from surveyapp.compliance import freezing
from surveyapp.compliance.snapshots import make_snapshot
from surveyapp.db import each_apart, reading
from surveyapp.directory.models import Agency

WORKER = Actor(ActorKind.WORKER, "compliance")


def freeze_due_counts(session: Session, today: date) -> int:
    """Count what is due for good, whether or not a release could be cut; how many leavers were counted."""
    return each_apart(session, _agencies(session), lambda code: freezing.freeze_due_counts(session, code, today))


def make_snapshots(session: Session, today: date) -> int:
    """The snapshot of the month that is over, for every agency that has none yet; how many were made."""
    month_end = today.replace(day=1) - timedelta(days=1)

    def snapshot_of(agency: str) -> int:
        return int(make_snapshot(session, agency, month_end, actor=WORKER) is not None)

    return each_apart(session, _agencies(session), snapshot_of)


def _agencies(session: Session) -> Sequence[str]:
    with reading():
        return session.scalars(select(Agency.code).order_by(Agency.code)).all()
