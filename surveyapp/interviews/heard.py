"""Interview reasons as a source of their own for the releases: what interviewers coded, never a leaver's own answer."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.cases.models import Case
from surveyapp.clock import LONDON
from surveyapp.encryption.records import KeyDestroyed
from surveyapp.interviews.models import InterviewBooking
from surveyapp.interviews.record_models import InterviewRecord
from surveyapp.interviews.records import reasons_of
from surveyapp.responses import batches


@dataclass(frozen=True)
class HeardReasons:
    """One interview record as the cut counts it (source `interviewer`, CONTRACTS 2.2).

    `quarter` is that of the first write-up, such as 2026Q4, and never changes: a later correction moves no quarter.
    """

    record_id: uuid.UUID
    agency: str
    area: str
    job_role: str
    leaving_type: str
    tenure_band: str
    quarter: str
    reasons: tuple[str, ...]
    main: str | None


def heard_reasons(session: Session, agency: str, quarter: str | None = None) -> Iterator[HeardReasons]:
    """Every written-up record of an agency, or of one quarter; for the release job alone, in no telling order.

    A record whose key was destroyed by disposal has no reasons any more and is left out: its counts are frozen in the
    release that was cut before.
    """
    query = (
        select(InterviewRecord, Case)
        .join(InterviewBooking, InterviewBooking.id == InterviewRecord.booking_id)
        .join(Case, Case.id == InterviewBooking.case_id)
        .where(Case.agency == agency, InterviewRecord.first_written_up_at.is_not(None))
        .order_by(InterviewRecord.id)
    )
    if quarter is not None:
        query = query.where(InterviewRecord.first_written_up_at.between(*_around(quarter)))
    for record, case in session.execute(query):
        written = record.first_written_up_at
        if written is None or (quarter is not None and quarter_of(written) != quarter):
            continue
        try:
            heard = reasons_of(record)
        except KeyDestroyed:
            continue
        yield HeardReasons(
            record.id,
            case.agency,
            case.area,
            case.job_role,
            case.leaving_type or "",
            case.tenure_band(),
            quarter_of(written),
            heard.all,
            heard.main,
        )


def _around(quarter: str) -> tuple[datetime, datetime]:
    """Moments between which the whole quarter surely lies; London's clock decides what is in it."""
    end = datetime.combine(batches.last_day_of(quarter), time(), UTC)
    return end - timedelta(days=93), end + timedelta(days=2)


def quarter_of(moment: datetime) -> str:
    """The calendar quarter in London, such as 2026Q4."""
    return batches.quarter_of(moment.astimezone(LONDON).date())
