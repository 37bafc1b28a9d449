"""Steps that are due, pulled from every slice and computed from the cases' dates on read."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, lazyload

from surveyapp.access import Permission, Viewer
from surveyapp.cases import queries as cases
from surveyapp.cases.absences import covered_by
from surveyapp.cases.models import Case, CaseKind, CaseState
from surveyapp.worklist.ground import Ground, Source, step_of
from surveyapp.worklist.interview_steps import calls_to_return, interviews_to_offer, interviews_to_write_up
from surveyapp.worklist.invitation_steps import (
    addresses_to_agree,
    addresses_to_mend,
    late_invitations,
    letters_to_print,
)
from surveyapp.worklist.steps import Step, StepKind


def personal_emails_to_ask_for(ground: Ground, open_cases: list[Case]) -> Iterator[Step]:
    """Leavers who are invited to something and whose only mailbox closes with the last day."""
    for case in open_cases:
        if case.kind is not CaseKind.LEAVER or case.last_working_day is None or case.personal_email_cipher is not None:
            continue
        if ground.policy(case).rule_for(case.leaving_type).invites:
            due_on = ground.calendar(case).add(case.last_working_day, -1)
            yield step_of(case, StepKind.ASK_PERSONAL_EMAIL, due_on)


SOURCES: tuple[Source, ...] = (
    late_invitations,
    letters_to_print,
    addresses_to_mend,
    addresses_to_agree,
    personal_emails_to_ask_for,
    calls_to_return,
    interviews_to_offer,
    interviews_to_write_up,
)
"""Where steps come from; each takes the open cases and yields what is still to do."""


@dataclass(frozen=True)
class WorkFilters:
    """What the work list is narrowed to; empty means all."""

    agency: str = ""
    area: str = ""
    kind: str = ""
    whose: str = ""
    until_on: date | None = None


def steps_for(viewer: Viewer, session: Session, filters: WorkFilters, today: date) -> list[Step]:
    """Every step in the viewer's Areas that fits the filters, the earliest due first."""
    query = _open_cases().where(cases.visible_to(viewer, Permission.EDIT_CASES))
    for name in ("agency", "area"):
        if value := getattr(filters, name):
            query = query.where(getattr(Case, name) == value)
    found = _steps_of(session, list(session.scalars(query)))
    mine = {viewer.user_id, *covered_by(session, viewer.user_id, today)}
    fits = partial(_fits, filters=filters, mine=mine)
    return sorted(filter(fits, found), key=lambda step: (step.due_on, list(StepKind).index(step.kind), step.case_id))


def _fits(step: Step, filters: WorkFilters, mine: set[uuid.UUID]) -> bool:
    if filters.kind and step.kind != filters.kind:
        return False
    if filters.until_on and step.due_on > filters.until_on:
        return False
    if filters.whose == "mine":
        return step.owner_id in mine
    return not (filters.whose == "nobody" and step.owner_id is not None)


def steps_of_case(session: Session, case: Case) -> list[Step]:
    """What is still to do for one case, the earliest due first; nothing once it is no longer open."""
    return sorted(_steps_of(session, [case] if case.is_open else []), key=lambda step: (step.due_on, step.kind))


def overdue_steps(session: Session, today: date) -> list[Step]:
    """Every step of every open case whose day has passed, for escalation; the earliest due first."""
    found = _steps_of(session, list(session.scalars(_open_cases())))
    return sorted((step for step in found if step.is_overdue(today)), key=lambda step: (step.due_on, step.case_id))


def _open_cases() -> Select[Case]:
    """Every open case, without the keys to its names: steps hang on dates and codes alone."""
    query = select(Case).where(Case.state == CaseState.OPEN).order_by(Case.last_working_day, Case.id)
    return query.options(lazyload(Case.data_key))


def _steps_of(session: Session, open_cases: list[Case]) -> list[Step]:
    ground = Ground(session)
    return [step for source in SOURCES for step in source(ground, open_cases)]
