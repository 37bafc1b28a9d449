"""Reading cases: viewer first, ordered, and never a case that the viewer is named in, manages or is the subject of."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    exists,
    func,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from surveyapp import clock
from surveyapp.access import Permission, Viewer
from surveyapp.access.scope import within
from surveyapp.cases.details import person_index, staff_number_index, word_index, words_of
from surveyapp.cases.models import (
    Case,
    CaseEvent,
    CaseFingerprint,
    CaseKind,
    CaseNote,
    CaseOpening,
    CaseState,
    FingerprintKind,
    PolicyNumber,
    PolicyRule,
)
from surveyapp.cases.policy import DEFAULT, InterviewOffer, Policy, Questionnaire, Rule, Times
from surveyapp.directory.models import Area, ClosureDay
from surveyapp.working_days import WorkingCalendar

PAGE_SIZE = 25
_AGENCY: BindParameter[str] = bindparam("agency")
_RULES = select(PolicyRule.leaving_type, PolicyRule.questionnaire, PolicyRule.interview, null().cast(Integer))
_NUMBERS = select(PolicyNumber.name, null().cast(String), null().cast(String), PolicyNumber.days)
_POLICY: CompoundSelect[Any] = union_all(
    _RULES.where(PolicyRule.agency == _AGENCY), _NUMBERS.where(PolicyNumber.agency == _AGENCY)
)
"""Rules and numbers in one statement: it is asked with every page a leaver opens, so it is put together once."""


def visible_to(viewer: Viewer, permission: Permission = Permission.SEE_CASES) -> ColumnElement[bool]:
    """The SQL condition that a case lies in the viewer's scope and has nothing to do with the viewer in person."""
    mine = and_(within(viewer, permission, Case.agency, Case.area), ~is_related_to(viewer.email))
    if permission is Permission.SEE_CASES and viewer.can(Permission.BREAK_GLASS):
        mine = or_(mine, is_opened_for(viewer))
    return and_(mine, Case.disposed_on.is_(None))


def is_opened_for(viewer: Viewer) -> ColumnElement[bool]:
    """The SQL condition that a second person has opened the case for this viewer, and the day is not over."""
    return exists().where(
        CaseOpening.case_id == Case.id, CaseOpening.asked_by == viewer.user_id, CaseOpening.ends_at > clock.now()
    )


def is_related_to(email: str) -> ColumnElement[bool]:
    """The SQL condition that this person is the leaver, the line manager, or in the line above."""
    named = aliased(CaseFingerprint)
    return exists().where(
        named.case_id == Case.id, named.kind == FingerprintKind.RELATED, named.fingerprint == person_index(email)
    )


def is_related(session: Session, case: Case, email: str) -> bool:
    """Whether this person is the leaver, the line manager, or in the line above: they must not hold the interview."""
    return bool(session.scalar(select(exists().where(Case.id == case.id, is_related_to(email)))))


def related_among(session: Session, case: Case, emails: Iterable[str]) -> frozenset[str]:
    """Those of several people who are the leaver, the line manager or in the line above; asked in one query."""
    query = select(CaseFingerprint.fingerprint).where(
        CaseFingerprint.case_id == case.id, CaseFingerprint.kind == FingerprintKind.RELATED
    )
    named = frozenset(session.scalars(query))
    return frozenset(email for email in emails if person_index(email) in named)


def case_for(
    viewer: Viewer, session: Session, case_id: uuid.UUID, permission: Permission = Permission.SEE_CASES
) -> Case | None:
    """One case, None when there is none that this viewer may see."""
    return session.scalar(select(Case).where(Case.id == case_id, visible_to(viewer, permission)))


def is_shut_to(viewer: Viewer, session: Session, case: Case) -> bool:
    """Whether the viewer sees the case only because it was opened for them in an emergency."""
    mine = and_(within(viewer, Permission.SEE_CASES, Case.agency, Case.area), ~is_related_to(viewer.email))
    return session.scalar(select(Case.id).where(Case.id == case.id, mine)) is None


def cases_by_id(viewer: Viewer, session: Session, ids: list[uuid.UUID], permission: Permission) -> list[Case]:
    """Those of the cases that this viewer may do that to, by last working day."""
    query = select(Case).where(Case.id.in_(ids), visible_to(viewer, permission))
    return list(session.scalars(query.order_by(Case.last_working_day, Case.id)))


@dataclass(frozen=True)
class CaseFilters:
    """What the list of cases is narrowed to; empty means all."""

    search: str = ""
    agency: str = ""
    area: str = ""
    state: str = ""
    kind: str = ""
    leaving_type: str = ""
    owner_id: uuid.UUID | None = None
    from_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True)
class CasePage:
    """One page of a list of cases."""

    cases: list[Case]
    n: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.n // PAGE_SIZE))


def cases_for(viewer: Viewer, session: Session, filters: CaseFilters, page: int = 1) -> CasePage:
    """A page of the cases this viewer may see, the latest last working day first."""
    query = _filtered(select(Case).where(visible_to(viewer)), filters)
    n = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page = max(1, min(page, -(-n // PAGE_SIZE)))
    ordered = query.order_by(Case.last_working_day.desc().nulls_last(), Case.id)
    return CasePage(list(session.scalars(ordered.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))), n, page)


def _filtered(query: "Select[Case]", filters: CaseFilters) -> "Select[Case]":
    for name in ("agency", "area", "state", "kind", "leaving_type", "owner_id"):
        if value := getattr(filters, name):
            query = query.where(getattr(Case, name) == value)
    if filters.from_on:
        query = query.where(Case.last_working_day >= filters.from_on)
    if filters.until_on:
        query = query.where(Case.last_working_day <= filters.until_on)
    if filters.search.strip():
        query = query.where(_found_by(filters.search.strip()))
    return query


def _found_by(search: str) -> ColumnElement[bool]:
    """A staff number, an e-mail, or words that all stand in the name."""
    words = {search} if "@" in search else words_of(search)
    each = [
        exists().where(
            CaseFingerprint.case_id == Case.id,
            CaseFingerprint.kind == FingerprintKind.WORD,
            CaseFingerprint.fingerprint == word_index(word),
        )
        for word in sorted(words)
    ]
    return or_(Case.staff_number_index == staff_number_index(search), and_(*each)) if each else Case.id.is_(None)


def events_of(session: Session, case: Case) -> list[CaseEvent]:
    """The case's timeline, newest first."""
    query = select(CaseEvent).where(CaseEvent.case_id == case.id)
    return list(session.scalars(query.order_by(CaseEvent.at.desc(), CaseEvent.id)))


def notes_of(session: Session, case: Case) -> list[CaseNote]:
    """What advisers wrote down, newest first."""
    query = select(CaseNote).where(CaseNote.case_id == case.id).order_by(CaseNote.at.desc(), CaseNote.id)
    return list(session.scalars(query))


def held(session: Session, case_id: uuid.UUID) -> Case | None:
    """The case as it is now, held: others who act on it wait until our transaction ends.

    Rows that point at the case may still be added meanwhile, else two who hold different things could wait in a circle.
    """
    hold = {"of": Case, "key_share": True}
    return session.get(Case, case_id, with_for_update=hold, populate_existing=True)


def open_cases(session: Session, kind: CaseKind = CaseKind.LEAVER) -> list[Case]:
    """Every open case of a kind, for the worker, by last working day."""
    query = select(Case).where(Case.state == CaseState.OPEN, Case.kind == kind)
    return list(session.scalars(query.order_by(Case.last_working_day, Case.id)))


def policy_of(session: Session, agency: str) -> Policy:
    """The policy in force in an agency: its own rules and numbers over the shipped ones."""
    rows = session.execute(_POLICY, {"agency": agency}).all()
    if not rows:
        return DEFAULT
    own = {name: Rule(Questionnaire(asked), InterviewOffer(offer)) for name, asked, offer, days in rows if days is None}
    return Policy(own, Times(**{name: days for name, _, _, days in rows if days is not None}))


def calendar_of(session: Session, agency: str, area: str) -> WorkingCalendar:
    """The working days of one Area: its nation's bank holidays, the agency's and its own closure days."""
    nation = session.scalar(select(Area.nation).where(Area.agency == agency, Area.code == area)) or "ENG"
    closed = select(ClosureDay.day).where(
        ClosureDay.agency == agency, or_(ClosureDay.area.is_(None), ClosureDay.area == area)
    )
    return WorkingCalendar.of(nation, session.scalars(closed))
