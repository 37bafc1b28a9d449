"""The verbs of a case: making it, changing it, and its named transitions; each tells the timeline."""

import uuid
from collections.abc import Iterable
from datetime import date

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from surveyapp import clock, mail
from surveyapp.audit import Actor
from surveyapp.cases import addresses
from surveyapp.cases.details import (
    CaseDetails,
    details_of,
    differences,
    fingerprints_of,
    staff_number_index,
    write_details,
)
from surveyapp.cases.matching import hold_person, matching_case
from surveyapp.cases.models import Case, CaseFingerprint, CaseKind, CaseNote, CaseState, Regretted
from surveyapp.cases.policy import DEATH, leaving_types
from surveyapp.cases.timeline import note
from surveyapp.directory.models import User


class CaseRefused(Exception):
    """The verb's rule does not allow it."""


class SamePersonHasCase(CaseRefused):
    """This agency and staff number already have a case; `case` is it."""

    def __init__(self, case: Case) -> None:
        super().__init__(f"There is already a case {case.id}.")
        self.case = case


class WrongState(CaseRefused):
    """The case is not in a state from which this transition leads."""


class DetailsMissing(CaseRefused):
    """A leaver needs a leaving type and a last working day, a starter a start date; `field` says which is missing."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class AddressNeedsSecondPerson(CaseRefused):
    """The person has left and the new address is the agency's own: two people must agree to it, on screen."""


class NotTheSamePerson(CaseRefused):
    """Only two cases of one agency and staff number can be merged."""


def create_case(session: Session, details: CaseDetails, actor: Actor, *, owner_id: uuid.UUID | None = None) -> Case:
    """A new case from what HR knows; raises SamePersonHasCase when the person already has one that it would be."""
    _check_complete(details)
    hold_person(session, details)
    if found := matching_case(session, details):
        raise SamePersonHasCase(found)
    case = build_case(details, owner_id=owner_id)
    session.add(case)
    session.flush()
    _write_fingerprints(session, case, details)
    note(session, case, "case.created", actor, kind=case.kind.value, days_late=_days_late(case))
    if case.leaving_type == DEATH:
        record_death(session, case, actor)
    return case


def build_case(details: CaseDetails, *, owner_id: uuid.UUID | None = None) -> Case:
    """A case object, in no session yet, with every column that has a default filled in."""
    case = Case(
        id=uuid.uuid4(),
        state=CaseState.OPEN,
        regretted=Regretted.NOT_GIVEN,
        stayed_after_conversation=False,
        owner_id=owner_id,
        notified_at=clock.now(),
    )
    write_details(case, details, [name for name in CaseDetails.__dataclass_fields__])
    return case


def update_case(
    session: Session, case: Case, details: CaseDetails, actor: Actor, *, is_agreed: bool = False
) -> tuple[str, ...]:
    """Make the case say what the details say; returns the names of the fields that changed.

    `is_agreed`: a second person has agreed to the address, or none was needed. Replaced addresses are kept until the
    leaver has been told there (CONTRACTS 1.8).
    """
    _check_complete(details)
    if case.state is CaseState.DIED:
        raise WrongState("This case is recorded as a death.")
    known = details_of(case)
    changed = differences(known, details)
    if not changed:
        return ()
    if not is_agreed and addresses.needs_second_person(session, case, details):
        raise AddressNeedsSecondPerson("Two people must agree to this address.")
    if "staff_number" in changed and (other := _other_open_case(session, case, details.staff_number)):
        raise SamePersonHasCase(other)
    addresses.remember_replaced(session, case, known, details)
    write_details(case, details, changed)
    _write_fingerprints(session, case, details)
    session.flush()
    _tell_changes(session, case, known, changed, actor)
    if case.leaving_type == DEATH:
        record_death(session, case, actor)
    return changed


def _tell_changes(session: Session, case: Case, known: CaseDetails, changed: Iterable[str], actor: Actor) -> None:
    """One event for each change that other dates or rights hang on, one for the rest together."""
    rest = []
    for name in changed:
        if name == "last_working_day" and known.last_working_day and case.last_working_day:
            days = (case.last_working_day - known.last_working_day).days
            note(session, case, "case.last_day_changed", actor, days=days)
        elif name in ("area", "leaving_type"):
            note(session, case, f"case.{name}_changed", actor, was=getattr(known, name), now=getattr(case, name))
        else:
            rest.append(name)
    if rest:
        note(session, case, "case.updated", actor, fields=rest)


def change_last_day(session: Session, case: Case, last_working_day: date, actor: Actor) -> None:
    """Move the last working day; every date that hangs on it moves with it. A closed case opens again."""
    if case.state not in (CaseState.OPEN, CaseState.CLOSED) or case.merged_into_id is not None:
        raise WrongState("Only an open or closed case has a last working day to move.")
    if case.last_working_day == last_working_day:
        return
    days = (last_working_day - case.last_working_day).days if case.last_working_day else 0
    case.last_working_day = last_working_day
    note(session, case, "case.last_day_changed", actor, days=days)
    if case.state is CaseState.CLOSED:
        reopen_case(session, case, actor)


def change_last_days(session: Session, cases: Iterable[Case], last_working_day: date, actor: Actor) -> int:
    """Give several cases the same last working day (a scheme's date moved); how many changed."""
    moved = [case for case in cases if case.last_working_day != last_working_day]
    for case in moved:
        change_last_day(session, case, last_working_day, actor)
    return len(moved)


def withdraw_resignation(session: Session, case: Case, actor: Actor, *, after_conversation: bool = False) -> None:
    """The person stays: the case closes as stayed, messages that wait are stopped. After a conversation: a success."""
    if case.state is not CaseState.OPEN:
        raise WrongState("Only an open case can be closed as stayed.")
    _end(session, case, CaseState.STAYED)
    case.stayed_after_conversation = after_conversation
    note(session, case, "case.stayed", actor, after_conversation=after_conversation)


def reopen_case(session: Session, case: Case, actor: Actor) -> None:
    """A stayed or closed case is open again; raises SamePersonHasCase when a newer case took its place."""
    if case.state not in (CaseState.STAYED, CaseState.CLOSED) or case.merged_into_id is not None:
        raise WrongState("Only a stayed or closed case can be opened again.")
    if other := _other_open_case(session, case, case.staff_number or ""):
        raise SamePersonHasCase(other)
    case.state, case.closed_at, case.stayed_after_conversation = CaseState.OPEN, None, False
    note(session, case, "case.reopened", actor)


def record_death(session: Session, case: Case, actor: Actor) -> None:
    """The person has died: nothing is ever sent again, and every message that waits is stopped now."""
    if case.state is CaseState.DIED:
        return
    _end(session, case, CaseState.DIED)
    case.leaving_type = DEATH
    note(session, case, "case.death_recorded", actor)


def undo_death(session: Session, case: Case, leaving_type: str, actor: Actor) -> None:
    """The death was recorded by mistake: the case is open again, with the leaving type that holds.

    What was stopped and is still due is sent again, so that whoever calls this must be sure. The same news from HR's
    system stays without effect.
    """
    if case.state is not CaseState.DIED or case.merged_into_id is not None:
        raise WrongState("Only a case that is recorded as a death can be undone.")
    if leaving_type == DEATH or leaving_type not in leaving_types():
        raise DetailsMissing("leaving_type")
    if other := _other_open_case(session, case, case.staff_number or ""):
        raise SamePersonHasCase(other)
    case.state, case.closed_at, case.leaving_type = CaseState.OPEN, None, leaving_type
    note(session, case, "case.death_undone", actor, leaving_type=leaving_type)


def close_case(session: Session, case: Case, actor: Actor) -> None:
    """Nothing more will happen in this case."""
    if case.state is not CaseState.OPEN:
        raise WrongState("Only an open case can be closed.")
    _end(session, case, CaseState.CLOSED)
    note(session, case, "case.closed", actor)


def merge_duplicate(session: Session, kept: Case, duplicate: Case, actor: Actor) -> None:
    """Two cases are one person's: the duplicate closes into the kept one, which learns what only the other knew."""
    if kept.id == duplicate.id or (kept.agency, kept.kind) != (duplicate.agency, duplicate.kind):
        raise NotTheSamePerson("Choose two different cases of the same agency.")
    if duplicate.merged_into_id is not None or kept.merged_into_id is not None or kept.state is CaseState.DIED:
        raise WrongState("One of the two cases cannot be merged any more.")
    if duplicate.is_open and not kept.is_open:
        raise WrongState("Keep the open case, not the closed one.")
    known = details_of(kept)
    filled = known.over(details_of(duplicate))
    if changed := differences(known, filled):
        update_case(session, kept, filled, actor)  # first: it may refuse, and then nothing else has been written
    _end(session, duplicate, CaseState.CLOSED)
    duplicate.merged_into_id = kept.id
    session.flush()
    note(session, duplicate, "case.merged", actor, into=str(kept.id))
    note(session, kept, "case.took_over_duplicate", actor, duplicate=str(duplicate.id), fields=list(changed))


def hand_over_case(session: Session, case: Case, owner: User | None, actor: Actor) -> None:
    """Give the case to an adviser, or to nobody: then it is every adviser's of the Area."""
    owner_id = owner.id if owner else None
    if case.owner_id != owner_id:
        case.owner_id = owner_id
        note(session, case, "case.handed_over", actor, to=str(owner_id or ""))


def add_note(session: Session, case: Case, text: str, actor: Actor, *, by_id: uuid.UUID | None = None) -> CaseNote:
    """Keep what an adviser wrote down, encrypted under the case's own key."""
    made = CaseNote(id=uuid.uuid4(), case_id=case.id, at=clock.now(), by_id=by_id, data_key=case.record_key())
    made.text = text
    session.add(made)
    note(session, case, "case.noted", actor, note=str(made.id))
    return made


def set_regretted(session: Session, case: Case, regretted: Regretted, actor: Actor) -> None:
    """HR's own view of the loss. The page that calls this refuses once an answer exists."""
    if case.regretted is not regretted:
        case.regretted = regretted
        note(session, case, "case.regretted_set", actor, regretted=regretted.value)


def _other_open_case(session: Session, case: Case, staff_number: str) -> Case | None:
    person = (Case.agency == case.agency) & (Case.staff_number_index == staff_number_index(staff_number))
    same = select(Case).where(person, Case.kind == case.kind, Case.state == CaseState.OPEN, Case.id != case.id)
    return session.scalar(same)


def _end(session: Session, case: Case, state: CaseState) -> None:
    case.state, case.closed_at = state, clock.now()
    mail.cancel_about(session, case.about)


def _days_late(case: Case) -> int:
    """How many days after the last working day HR told us; 0 when in time."""
    return max(0, (clock.today() - case.last_working_day).days) if case.last_working_day else 0


def _check_complete(details: CaseDetails) -> None:
    needed = {
        CaseKind.LEAVER: ("leaving_type", "last_working_day"),
        CaseKind.STARTER: ("start_date",),
        CaseKind.STAY: (),
    }
    for field in ("staff_number", "name", *needed[details.kind]):
        if not getattr(details, field):
            raise DetailsMissing(field)


def _write_fingerprints(session: Session, case: Case, details: CaseDetails) -> None:
    session.execute(delete(CaseFingerprint).where(CaseFingerprint.case_id == case.id))
    rows = [{"case_id": case.id, "kind": kind, "fingerprint": print_} for kind, print_ in fingerprints_of(details)]
    if rows:
        session.execute(insert(CaseFingerprint), rows)
