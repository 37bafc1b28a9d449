"""News of a person's leaving, by API or by file: it makes a case, changes one, or changes nothing when it repeats."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from surveyapp.audit import Actor
from surveyapp.cases import service
from surveyapp.cases.details import CaseDetails, details_of, news_fingerprint
from surveyapp.cases.matching import hold_person, matching_case
from surveyapp.cases.models import Case, CaseState
from surveyapp.cases.policy import DEATH


class NewsStatus(StrEnum):
    """What HR says is happening (the column `status` of CONTRACTS section 4)."""

    LEAVING = "leaving"
    WITHDRAWN = "withdrawn"
    DIED = "died"


class Outcome(StrEnum):
    """What became of one piece of news."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    STAYED = "stayed"
    DIED = "died"
    REOPENED = "reopened"


@dataclass(frozen=True)
class Arrival:
    """The case that news was about, and what became of it."""

    case: Case
    outcome: Outcome


def receive_news(
    session: Session, details: CaseDetails, status: NewsStatus, actor: Actor, *, told: Iterable[str] | None = None
) -> Arrival:
    """Match the news to a case or make one. What the news leaves empty stays as it is; `told` limits what it says."""
    hold_person(session, details)
    case = matching_case(session, details)
    if case is None:
        return _first_news(session, details, status, actor)
    return apply_news(session, case, details, status, actor, told=told)


def apply_news(
    session: Session,
    case: Case,
    details: CaseDetails,
    status: NewsStatus,
    actor: Actor,
    *,
    told: Iterable[str] | None = None,
) -> Arrival:
    """Bring a known case up to date; the same news as last time changes nothing, whatever HR did since."""
    fingerprint = news_fingerprint(details, status)
    if case.news_fingerprint == fingerprint:
        return Arrival(case, Outcome.UNCHANGED)
    if case.state is CaseState.DIED:
        return Arrival(case, Outcome.UNCHANGED)
    case.news_fingerprint = fingerprint
    was = case.last_working_day
    known = details_of(case)
    changed = service.update_case(session, case, details.over(known, told), actor)
    outcome = Outcome.UPDATED if changed else Outcome.UNCHANGED
    moved = was != case.last_working_day
    return Arrival(case, _transition(session, case, status, moved, actor) or outcome)


def _first_news(session: Session, details: CaseDetails, status: NewsStatus, actor: Actor) -> Arrival:
    case = service.create_case(session, details, actor)
    case.news_fingerprint = news_fingerprint(details, status)
    return Arrival(case, _transition(session, case, status, False, actor) or Outcome.CREATED)


def _transition(session: Session, case: Case, status: NewsStatus, moved: bool, actor: Actor) -> Outcome | None:
    """The transition that the news asks for; None when the case stays as it is."""
    if status is NewsStatus.DIED or case.leaving_type == DEATH:
        service.record_death(session, case, actor)
        return Outcome.DIED
    if status is NewsStatus.WITHDRAWN and case.is_open:
        service.withdraw_resignation(session, case, actor)
        return Outcome.STAYED
    if status is NewsStatus.LEAVING and moved and not case.is_open:
        service.reopen_case(session, case, actor)  # a new last day after staying or closing: they leave after all
        return Outcome.REOPENED
    return None
