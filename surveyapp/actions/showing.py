"""An action as a page shows it: its finding, where it holds, before and after, its timeline, who may do what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from analytics.finding_sentences import heading, sentence
from analytics.tables import EVERY, Family
from surveyapp.access import Viewer
from surveyapp.actions import queries, service
from surveyapp.actions.before_after import BeforeAfter, NothingToSay, before_and_after
from surveyapp.actions.models import Action, Outcome
from surveyapp.actions.words import EVENTS, OUTCOMES, UNKNOWN
from surveyapp.definitions.service import NotPublished
from surveyapp.directory import queries as directory
from surveyapp.directory.queries import PlaceNames
from surveyapp.languages import formats
from surveyapp.languages import gettext as _
from surveyapp.reports.naming import names_for
from surveyapp.reports.pages.sentences import in_sentence
from surveyapp.reports.reason_lists import reasons_of
from surveyapp.reports.sources import LEAVER, LEAVER_MAIN

LIST_COLUMNS = ("id", "agency", "what", "areas", "roles", "reason", "state", "owner", "due_on", "overdue", "review_on")


@dataclass(frozen=True)
class FindingView:
    """A finding in words, and the address of its evidence."""

    heading: str
    sentence: str
    address: str
    release: int


@dataclass(frozen=True)
class ActionView:
    """Everything a page shows of one action beside its own fields."""

    where: str
    roles: str
    reason: str
    owner: str
    outcome: str
    finding: FindingView | None
    effect: BeforeAfter | None
    unknown: str
    notes: tuple[tuple[datetime, str, str], ...]
    timeline: tuple[tuple[str, datetime, str, str], ...]
    verbs: frozenset[str]
    may_change: bool
    may_move: bool


def action_view(viewer: Viewer, session: Session, action: Action, language: str) -> ActionView:
    """One action for this viewer: figures only for those who read reports of its places."""
    places = directory.place_names(session)
    finding = queries.finding_of(viewer, session, action)
    found = before_after_of(viewer, session, action, language)
    people = _people(session, action)
    may_move = queries.may_move(viewer, action)
    return ActionView(
        where=where_words(action, places, language),
        roles=roles_words(action, places),
        reason=reason_names(session, action.agency, language).get(action.reason, action.reason),
        owner=action.owner.name or action.owner.email,
        outcome=_(OUTCOMES[action.outcome], language) if action.outcome else "",
        finding=finding_view(session, finding, language) if finding else None,
        effect=found if isinstance(found, BeforeAfter) else None,
        unknown=unknown_words(found, language) if isinstance(found, NothingToSay) else "",
        notes=tuple((one.at, people.get(str(one.by_id), ""), one.text) for one in action.notes),
        timeline=tuple(_timeline(action, people, language)),
        verbs=frozenset(verb for verb, states in service.STARTS_FROM.items() if action.state in states),
        may_change=queries.may_change(viewer, action),
        may_move=may_move,
    )


def before_after_of(viewer: Viewer, session: Session, action: Action, language: str) -> BeforeAfter | NothingToSay:
    """Before and after in the viewer's language."""
    name = reason_names(session, action.agency, language).get(action.reason, action.reason)
    return before_and_after(viewer, session, action, in_sentence(name) if language == "en" else name, language)


def unknown_words(found: NothingToSay, language: str) -> str:
    """Why nothing can be said, and from which day on perhaps."""
    day = formats.long_date(found.until, language) if found.until else ""
    return _(UNKNOWN[found.why], language, day=day)


def finding_view(session: Session, finding: queries.Finding, language: str) -> FindingView:
    """The sentence of a finding as the release's own pages write it."""
    one, release = finding.comparison, finding.release
    names = names_for(session, release, language)
    reason = names.reason(one.reason)
    area, role = one.key.area, one.key.role
    page = "role-area" if one.family is Family.ROLE_AREA else f"reason/{one.reason}"
    query = f"release={release.number}&window={one.key.window.code.value}"
    query += f"&reason={one.reason}" if one.family is Family.ROLE_AREA else ""
    query += f"&type={one.key.selection.value}" if one.key.selection.value == "all" else ""
    query += _SOURCE_WORDS.get(one.key.source, f"&source={one.key.source}")
    return FindingView(
        heading=heading(one, reason, names.role(role), names.area(area), language),
        sentence=sentence(one, in_sentence(reason) if language == "en" else reason, language),
        address=f"/themes/{page}?{query}",
        release=release.number,
    )


_SOURCE_WORDS = {LEAVER: "", LEAVER_MAIN: "&count=main"}
"""How an address asks for a source; counting main reasons alone is a choice of its own."""


def where_words(action: Action, places: PlaceNames, language: str = "en") -> str:
    """'Northmoor, Eastvale'; the whole agency by its name."""
    if not action.areas:
        return places.agencies.get(action.agency, action.agency)
    return formats.listed(sorted(places.area(action.agency, one) for one in action.area_codes), language)


def roles_words(action: Action, places: PlaceNames) -> str:
    """'Caseworker, Crown Advocate'; nothing for every job role."""
    return ", ".join(sorted(places.job_role(action.agency, one) for one in action.role_codes))


def reason_names(session: Session, agency: str, language: str) -> dict[str, str]:
    """The agency's reasons by code, in the order of their list; none before a questionnaire is published."""
    try:
        reasons = reasons_of(session, agency)
    except NotPublished:
        return {}
    return {one.code: one.name_in(language) for one in reasons}


def _people(session: Session, action: Action) -> dict[str, str]:
    ids = {one.by_id for one in action.notes}
    ids |= {UUID(one.actor_id) for one in action.events if one.actor_kind == "staff"}
    return {str(user.id): user.name or user.email for user in directory.users_by_id(session, ids).values()}


def _timeline(action: Action, people: dict[str, str], language: str) -> Iterable[tuple[str, datetime, str, str]]:
    """Title, moment, who, and what the codes add; newest first."""
    for one in action.events:
        who = people.get(one.actor_id, _("the system", language))
        yield _(EVENTS[one.event], language), one.at, who, _codes_in_words(one.codes, language)


def _codes_in_words(codes: dict[str, Any], language: str) -> str:
    if codes.get("on"):
        return _("On %(day)s", language, day=formats.long_date(date.fromisoformat(codes["on"]), language))
    if codes.get("outcome"):
        said = _(OUTCOMES[Outcome(codes["outcome"])], language)
        if not codes.get("next"):
            return said
        day = formats.long_date(date.fromisoformat(codes["next"]), language)
        return _("%(outcome)s. To be looked at again on %(day)s", language, outcome=said, day=day)
    return ""


def action_records(found: list[Action], today: date) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
    """The list as the rows of a file."""
    records = [
        {
            "id": str(one.id),
            "agency": one.agency,
            "what": one.what,
            "areas": " ".join(sorted(one.area_codes)) or EVERY,
            "roles": " ".join(sorted(one.role_codes)) or EVERY,
            "reason": one.reason,
            "state": one.state.value,
            "owner": one.owner.email,
            "due_on": one.due_on.isoformat(),
            "overdue": "yes" if one.is_overdue(today) or one.is_review_due(today) else "no",
            "review_on": one.review_on.isoformat(),
        }
        for one in found
    ]
    return LIST_COLUMNS, records
