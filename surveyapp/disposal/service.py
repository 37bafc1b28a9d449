"""What is due for disposal, and doing it: each record once, with its proof, never while a legal hold lasts."""

import calendar
import secrets
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from surveyapp import audit, clock
from surveyapp.audit import Actor, disposals
from surveyapp.cases.models import Case, CaseKind, CaseState
from surveyapp.coding.models import Comment, ReleasedComment
from surveyapp.concerns.models import Concern
from surveyapp.db import each_apart
from surveyapp.directory.models import Agency
from surveyapp.disposal import belongings
from surveyapp.disposal.models import MONTHS, DisposalPeriod, DisposalProof, LegalHold, RecordType
from surveyapp.interviews.models import InterviewBooking
from surveyapp.interviews.record_models import InterviewRecord
from surveyapp.mail.models import MailState, OutboxMessage
from surveyapp.responses.batches import quarter_of
from surveyapp.responses.models import NamedResponse, OpenedBallot
from surveyapp.responses.promises import strictest

KEPT_LONGER = frozenset({"named_responses", "interview_offers", "interview_bookings", "concerns"})
"""Tables whose rows may outlive the case's own time; the case waits for them as an empty shell."""
SHELL_NAME = "—"
MONTHS_BETWEEN_CUTS = 3


class HeldLegally(Exception):
    """A legal hold lasts: nothing of this case may go."""


@dataclass(frozen=True)
class Due:
    """One kind of record of one agency that is due: the rows, kept until when by which rule."""

    record_type: RecordType
    agency: str
    months: int
    rows: list[Any] = field(repr=False)
    n: int


def months_of(session: Session, agency: str) -> dict[RecordType, int]:
    """The schedule in force in an agency: named answers never longer than their leavers were promised."""
    own = session.scalars(select(DisposalPeriod).where(DisposalPeriod.agency == agency))
    months = MONTHS | {period.record_type: period.months for period in own}
    promised = strictest(session, agency).named_months
    return months | {RecordType.NAMED_ANSWERS: min(months[RecordType.NAMED_ANSWERS], promised)}


def plan(session: Session, today: date) -> list[Due]:
    """What a run would dispose of today, by agency and kind of record."""
    return list(_due(session, today))


def _due(session: Session, today: date) -> Iterator[Due]:
    """Each kind is looked for when its turn comes: a case's shell may go once its records have gone."""
    for agency in list(session.scalars(select(Agency.code).order_by(Agency.code))):
        months = months_of(session, agency)
        for record_type, find in FINDERS.items():
            rows = find(session, agency, _months_before(today, months[record_type]))
            yield Due(record_type, agency, months[record_type], rows, len(rows))
        ends = _ends_of_audit(session, agency, today)
        n = sum(disposals.n_until(session, last) for last in ends)
        yield Due(RecordType.AUDIT, agency, months[RecordType.AUDIT], ends, n)


def run(session: Session, today: date, actor: Actor, *, agency: str | None = None, most: int | None = None) -> int:
    """Dispose of everything due, one record a transaction, so that a stop in between loses nothing; how many.

    `agency` and `most` are for a person who presses a button: their own agency, and as much as a page can wait for.
    Errors: SomeFailed, when some records could not be disposed of; the others are.
    """
    found = ((due, row) for due in _due(session, today) if agency in (None, due.agency) for row in due.rows)
    return each_apart(session, islice(found, most), lambda one: _dispose_of(session, *one, actor))


def _dispose_of(session: Session, due: Due, row: Any, actor: Actor) -> int:
    if due.record_type is RecordType.AUDIT:
        audit.dispose_until(session, row, actor)
        prove(session, RecordType.AUDIT, due.agency, f"up to {row.number}", "schedule", actor)
        return 1
    proof_id = str(row.id)
    if due.record_type is RecordType.CASE:
        _dispose_of_case(session, row)
    else:
        belongings.destroy(session, belongings.below(session, [row]), due.agency, "schedule")
    prove(session, due.record_type, due.agency, proof_id, "schedule", actor)
    return 1


def prove(session: Session, record_type: RecordType, agency: str, record_id: str, why: str, actor: Actor) -> None:
    """Write the proof and the audit event; a confidential ballot's or comment's id led nowhere and is not named."""
    named = "" if record_type in (RecordType.OPENED_BALLOTS, RecordType.COMMENTS) else record_id
    on = clock.today()
    session.add(DisposalProof(record_type=record_type, agency=agency, record_id=named, why=why, disposed_on=on))
    audit.record(session, "record.disposed_of", actor, (record_type.value, named), agency=agency, why=why)


def _dispose_of_case(session: Session, case: Case) -> None:
    """Destroy what the case holds; while records with a longer time hang on it, an empty shell stays for them."""
    if not _has_longer_kept(session, case.id):
        whole = belongings.below(session, [case], stop_at=frozenset({"cases"}))
        belongings.destroy(session, whole, case.agency, "schedule")
        return
    below = belongings.below(session, [case], stop_at=KEPT_LONGER | {"cases"})
    if case.data_key_id is not None:
        belongings.destroy_keys(session, {case.data_key_id}, case.agency, "schedule")
    empty_shell(case)
    session.flush()
    belongings.destroy(session, [row for row in below if row is not case], case.agency, "schedule")


def empty_shell(case: Case) -> None:
    """What stays of a case: place and job role only, under a name that says nothing."""
    for column in case.__table__.columns:
        if column.name.endswith("_cipher"):
            setattr(case, column.name, None)
    case.data_key = None
    case.name = SHELL_NAME
    case.staff_number_index = secrets.token_bytes(16)
    case.news_fingerprint, case.grade, case.start_date, case.notice_date = None, None, None, None
    case.last_working_day, case.owner_id, case.state = None, None, CaseState.CLOSED
    case.disposed_on = clock.today()


def _has_longer_kept(session: Session, case_id: uuid.UUID) -> bool:
    records = select(InterviewRecord.id).join(InterviewBooking).where(InterviewBooking.case_id == case_id)
    named = select(NamedResponse.id).where(NamedResponse.case_id == case_id)
    concerns = select(Concern.id).where(Concern.case_id == case_id)
    return any(session.scalar(query.limit(1)) is not None for query in (records, named, concerns))


def _held() -> Any:
    return select(LegalHold.case_id).where(LegalHold.lifted_at.is_(None))


def is_held(session: Session, case: Case) -> bool:
    """Whether a legal hold lasts."""
    hold = select(LegalHold.id).where(LegalHold.case_id == case.id, LegalHold.lifted_at.is_(None))
    return session.scalar(hold.limit(1)) is not None


def _cases(session: Session, agency: str, before: date) -> list[Any]:
    """Finished cases whose last day is so far back, and shells that nothing waits for any more."""
    finished = Case.state != CaseState.OPEN
    old = Case.last_working_day <= before
    closed_undated = Case.last_working_day.is_(None) & (Case.closed_at <= _moment(before))
    query = select(Case).where(Case.agency == agency, finished, Case.id.not_in(_held()))
    due = list(session.scalars(query.where(old | closed_undated, Case.disposed_on.is_(None)).order_by(Case.id)))
    shells = session.scalars(query.where(Case.disposed_on.is_not(None)).order_by(Case.id))
    return due + [shell for shell in shells if not _has_longer_kept(session, shell.id)]


def _records(session: Session, agency: str, before: date) -> list[Any]:
    query = select(InterviewRecord).join(InterviewBooking).join(Case, Case.id == InterviewBooking.case_id)
    due = query.where(Case.agency == agency, InterviewBooking.ends_at <= _moment(before), Case.id.not_in(_held()))
    return list(session.scalars(due.order_by(InterviewRecord.id)))


def _named(session: Session, agency: str, before: date) -> list[Any]:
    """By the last day, as promised, once the cut of their quarter has counted them or should have. An empty shell has
    no last day any more: it was emptied so many months after it. Without a last day at all, by the quarter alone."""
    is_over = NamedResponse.batch_quarter < quarter_of(before)
    emptied_before = _months_before(before, -months_of(session, agency)[RecordType.CASE])
    has_left = (Case.kind == CaseKind.LEAVER) & or_(Case.last_working_day <= before, Case.disposed_on <= emptied_before)
    query = select(NamedResponse).join(Case, Case.id == NamedResponse.case_id)
    due = query.where(
        NamedResponse.agency == agency,
        or_(has_left & (NamedResponse.is_counted | is_over), (Case.kind != CaseKind.LEAVER) & is_over),
        NamedResponse.case_id.not_in(_held()),
    )
    return list(session.scalars(due.order_by(NamedResponse.id)))


def _concerns(session: Session, agency: str, before: date) -> list[Any]:
    query = select(Concern).where(
        Concern.agency == agency, Concern.closed_at <= _moment(before), Concern.case_id.not_in(_held())
    )
    return list(session.scalars(query.order_by(Concern.id)))


def _mail(session: Session, agency: str, before: date) -> list[Any]:
    """Messages that are sent, cancelled or failed; those without an agency go by the first agency's rule."""
    finished = OutboxMessage.state.in_([MailState.SENT, MailState.CANCELLED, MailState.FAILED])
    first = session.scalar(select(Agency.code).order_by(Agency.code).limit(1))
    agencies = [agency, ""] if agency == first else [agency]
    query = select(OutboxMessage).where(
        OutboxMessage.agency.in_(agencies), finished, OutboxMessage.created_at <= _moment(before)
    )
    held = {f"case:{case_id}" for case_id in session.scalars(_held())}
    return [message for message in session.scalars(query.order_by(OutboxMessage.id)) if message.about not in held]


def _ballots(session: Session, agency: str, before: date) -> list[Any]:
    query = select(OpenedBallot).where(OpenedBallot.agency == agency, OpenedBallot.batch_quarter < quarter_of(before))
    return list(session.scalars(query.order_by(OpenedBallot.id)))


def _comments(session: Session, agency: str, before: date) -> list[Any]:
    """Comments with their decisions, and the texts of releases; counts stay. A comment keeps no date: cuts since it
    came in, one a quarter, tell its age."""
    today = clock.today()
    months = (today.year - before.year) * 12 + today.month - before.month
    old = select(Comment).where(Comment.agency == agency, Comment.age * MONTHS_BETWEEN_CUTS >= months)
    shown = select(ReleasedComment).where(ReleasedComment.agency == agency, ReleasedComment.period < quarter_of(before))
    return [
        *session.scalars(old.order_by(Comment.id)),
        *session.scalars(shown.order_by(ReleasedComment.id)),
    ]


def _ends_of_audit(session: Session, agency: str, today: date) -> list[Any]:
    """The chain is one for all agencies: it goes by the longest time any of them sets, in the first one's turn."""
    codes = list(session.scalars(select(Agency.code).order_by(Agency.code)))
    if agency != codes[0]:
        return []
    longest = max(months_of(session, code)[RecordType.AUDIT] for code in codes)
    held = [str(case_id) for case_id in session.scalars(_held())]
    last = disposals.end_of_what_is_due(session, _moment(_months_before(today, longest)), held)
    return [last] if last else []


def _months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the month's last day where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


Finder = Callable[[Session, str, date], list[Any]]
FINDERS: dict[RecordType, Finder] = {
    RecordType.INTERVIEW_RECORD: _records,
    RecordType.NAMED_ANSWERS: _named,
    RecordType.CONCERN: _concerns,
    RecordType.MAIL: _mail,
    RecordType.OPENED_BALLOTS: _ballots,
    RecordType.COMMENTS: _comments,
    RecordType.CASE: _cases,
}


def place_hold(session: Session, case: Case, reference: str, actor: Actor) -> None:
    """Keep everything of this case until the hold is lifted."""
    made = LegalHold(id=uuid.uuid4(), case_id=case.id, reference=reference[:60], placed_at=clock.now())
    session.add(made)
    audit.record(session, "hold.placed", actor, ("case", case.id), agency=case.agency, reference=reference[:60])


def lift_holds(session: Session, case: Case, actor: Actor) -> None:
    """Let the schedule go on."""
    held = select(LegalHold).where(LegalHold.case_id == case.id, LegalHold.lifted_at.is_(None))
    holds = session.scalars(held).all()
    if not holds:
        return
    for hold in holds:
        hold.lifted_at = clock.now()
    audit.record(session, "hold.lifted", actor, ("case", case.id), agency=case.agency)


def set_months(session: Session, agency: str, months: dict[RecordType, int], actor: Actor) -> None:
    """Set an agency's schedule; what equals the shipped one is not stored."""
    session.execute(delete(DisposalPeriod).where(DisposalPeriod.agency == agency))
    own = {kind: n for kind, n in months.items() if n != MONTHS[kind]}
    session.add_all(DisposalPeriod(agency=agency, record_type=kind, months=n) for kind, n in own.items())
    codes = {kind.value: n for kind, n in months.items()}
    audit.record(session, "disposal.schedule_set", actor, ("agency", agency), agency=agency, months=codes)


def erase(session: Session, case: Case, actor: Actor) -> None:
    """Erase everything of one person's case at once; raises HeldLegally. Published figures stay as they are."""
    if is_held(session, case):
        raise HeldLegally(str(case.id))
    case_id, agency = str(case.id), case.agency
    messages = list(session.scalars(select(OutboxMessage).where(OutboxMessage.about == case.about)))
    holds = list(session.scalars(select(LegalHold).where(LegalHold.case_id == case.id)))
    belongings.destroy(session, [*belongings.below(session, [case]), *messages, *holds], agency, "erasure")
    prove(session, RecordType.CASE, agency, case_id, "erasure", actor)
