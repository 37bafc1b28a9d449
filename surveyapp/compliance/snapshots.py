"""Monthly snapshots of the board: made once, numbered, never changed, read with the reader's own rights."""

import hashlib
import json
import uuid
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp import audit, clock
from surveyapp.access import Permission, Viewer
from surveyapp.audit import Actor
from surveyapp.compliance.models import FrozenCount, Snapshot
from surveyapp.compliance.periods import Period, year_to
from surveyapp.compliance.queries import uncounted_until
from surveyapp.compliance.tally import Group, Tally, group_of, tally_of, total
from surveyapp.invitations.dates import Rules


class SnapshotChanged(RuntimeError):
    """What is stored is not what was made: somebody has written to the table by hand."""


def make_snapshot(session: Session, agency: str, month_end: date, *, actor: Actor) -> Snapshot | None:
    """The agency's twelve months to the end of a month as they stand now; None when the month has its snapshot."""
    month = f"{month_end:%Y-%m}"
    if session.scalar(select(Snapshot.id).where(Snapshot.agency == agency, Snapshot.month == month)):
        return None
    number = (session.scalar(select(func.max(Snapshot.number))) or 0) + 1
    lines = [asdict(group) | {"tally": tally.as_json()} for group, tally in _tallies(session, agency, month_end)]
    made = Snapshot(id=uuid.uuid4(), number=number, agency=agency, month=month, made_on=clock.today(), lines=lines)
    made.fingerprint = fingerprint_of(made)
    session.add(made)
    session.flush()
    audit.record(session, "compliance.snapshot_made", actor, ("snapshot", number), agency=agency, month=month)
    return made


def _tallies(session: Session, agency: str, month_end: date) -> list[tuple[Group, Tally]]:
    """What cuts have counted and today's stand of the others, added up by group."""
    period, today, rules = year_to(month_end), clock.today(), Rules(session)
    frozen = session.scalars(
        select(FrozenCount).where(
            FrozenCount.agency == agency, FrozenCount.month.between(f"{period.first:%Y-%m}", f"{period.last:%Y-%m}")
        )
    )
    found: dict[Group, list[Tally]] = {}
    for row in frozen:
        group = Group(row.agency, row.area, row.family, row.leaving_type, row.month)
        found.setdefault(group, []).append(Tally.from_json(row.tally))
    for case in uncounted_until(session, agency, period.last, rules):
        if case.last_working_day >= period.first:
            days = rules.calendar(case.agency, case.area)
            found.setdefault(group_of(case), []).append(tally_of(case, today, days))
    return [(group, total(tallies)) for group, tallies in sorted(found.items())]


def fingerprint_of(snapshot: Snapshot) -> str:
    """The SHA-256 of everything in it."""
    whole: dict[str, Any] = {name: getattr(snapshot, name) for name in ("number", "agency", "month", "lines")}
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


def snapshots_for(viewer: Viewer, session: Session) -> list[Snapshot]:
    """The snapshots of agencies in which the viewer sees compliance, the newest first."""
    query = select(Snapshot).order_by(Snapshot.number.desc())
    return [one for one in session.scalars(query) if _reaches(viewer, one)]


def snapshot_for(viewer: Viewer, session: Session, number: int) -> Snapshot | None:
    """One of them. Raises SnapshotChanged when it is not as it was made."""
    found = session.scalar(select(Snapshot).where(Snapshot.number == number))
    if found is None or not _reaches(viewer, found):
        return None
    if found.fingerprint != fingerprint_of(found):
        raise SnapshotChanged(f"Snapshot {number} is not as it was made.")
    return found


def _reaches(viewer: Viewer, snapshot: Snapshot) -> bool:
    scope = viewer.scope_for(Permission.SEE_COMPLIANCE)
    places = {agency for agency, _area in scope.areas} | set(scope.agencies)
    return scope.everywhere or snapshot.agency in places


def tallies_within(viewer: Viewer, snapshot: Snapshot) -> Iterable[tuple[Group, Tally]]:
    """What of a snapshot the viewer may see: the same Areas as on the board."""
    scope = viewer.scope_for(Permission.SEE_COMPLIANCE)
    for line in snapshot.lines:
        if scope.covers(line["agency"], line["area"]):
            kept = {name: line[name] for name in ("agency", "area", "family", "leaving_type", "month")}
            yield Group(**kept), Tally.from_json(line["tally"])


def period_of_snapshot(snapshot: Snapshot) -> Period:
    """The twelve months that it covers."""
    year, month = map(int, snapshot.month.split("-"))
    following = date(year + month // 12, month % 12 + 1, 1)
    return year_to(following - timedelta(days=1))
