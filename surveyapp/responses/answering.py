"""Answering a questionnaire: begin a draft, open it as a journey, save a page, notice a second device."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from surveyapp.definitions import queries as definitions
from surveyapp.engine.definition import Definition
from surveyapp.engine.drafts import Draft as Answers
from surveyapp.engine.drafts import draft_from_json, draft_to_json
from surveyapp.engine.forms import Form, Problem
from surveyapp.engine.journey import Journey
from surveyapp.engine.piping import Case
from surveyapp.responses import drafts, promises
from surveyapp.responses.drafts import Held, Key, Owner
from surveyapp.responses.models import Draft
from surveyapp.responses.promises import MadePromise


class Sharing(StrEnum):
    """The ways to share that lead to questions; the third, not at all, is a decline."""

    CONFIDENTIAL = "confidential"
    NAMED = "named"


class ChangedElsewhere(Exception):
    """The page was saved on another device after this one had opened it; nothing was overwritten."""


@dataclass(frozen=True)
class Sitting:
    """Who is answering: whose draft, what opens it, the bands its questions may ask about.

    `definition` is set where it is not the published one the draft names (a trial).
    """

    owner: Owner
    key: Key
    case: Case
    definition: Definition | None = None


@dataclass(frozen=True)
class Open:
    """A draft that has been opened: its row, what it holds, and the journey."""

    row: Draft
    held: Held
    journey: Journey

    def seen(self, page: str) -> int:
        """How often the page has been saved: what its form carries, to notice a second device."""
        return self.held.saves.get(page, 0)


@dataclass(frozen=True)
class PageSaved:
    """A posted page after saving: the draft as it is now, and what could not be read."""

    opened: Open
    problems: tuple[Problem, ...]


def begin(
    session: Session,
    sitting: Sitting,
    definition: Definition,
    sharing: Sharing,
    promise: MadePromise,
    *,
    is_for_interviewer: bool = False,
) -> Open:
    """Start a draft under the promise in force, or take up the one there is with the way of sharing now chosen."""
    held = Held(
        definition=definition.reference,
        sharing=sharing.value,
        promise=promise.sha256,
        is_for_interviewer=is_for_interviewer and sharing is Sharing.NAMED,
        definition_hash=definition.sha256,
        draft=blank(definition),
    )
    promises.keep(session, promise)
    row = drafts.begin(session, sitting.owner, sitting.key, held)
    known = drafts.open_draft(row, sitting.key)
    if known != held:
        held = known.shared(sharing.value, promise.sha256, held.is_for_interviewer)
        drafts.save(session, row, sitting.key, held)
    return _opened(session, sitting, row, held)


def blank(definition: Definition) -> dict[str, Any]:
    """The draft of somebody who has answered nothing yet."""
    return draft_to_json(definition, Answers())


def begin_with(session: Session, sitting: Sitting, held: Held) -> Open:
    """Start a draft from what is known already (a response being changed by its receipt)."""
    row = drafts.begin(session, sitting.owner, sitting.key, held)
    return _opened(session, sitting, row, drafts.open_draft(row, sitting.key))


def open_sitting(session: Session, sitting: Sitting, *, lock: bool = False) -> Open | None:
    """The draft as a journey; None when nothing has been begun. Raises `WrongWord`."""
    row = drafts.find(session, sitting.owner, lock=lock)
    return _opened(session, sitting, row, drafts.open_draft(row, sitting.key)) if row else None


def save_page(
    session: Session, sitting: Sitting, opened: Open, page: str, form: Form, language: str, seen: int
) -> PageSaved:
    """Save a posted page: what can be read is kept, the rest is told. The draft must have been opened with its lock.

    Raises `PageNotOnPath`, and `ChangedElsewhere` when another device saved other answers to this page since.
    """
    saved = opened.journey.save_page(page, form, language)
    return PageSaved(_stored(session, sitting, opened, page, saved.journey, seen), saved.problems)


def keep_page(
    session: Session, sitting: Sitting, opened: Open, page: str, form: Form, language: str, seen: int
) -> Open:
    """Keep what was typed on a page that is left by going back; it is asked again on the way forward.

    Raises what `save_page` raises.
    """
    return _stored(session, sitting, opened, page, opened.journey.keep_page(page, form, language), seen)


def _stored(session: Session, sitting: Sitting, opened: Open, page: str, journey: Journey, seen: int) -> Open:
    stored = draft_to_json(journey.definition, journey.draft)
    if opened.seen(page) != seen and stored != opened.held.draft:
        raise ChangedElsewhere(page)
    held = opened.held.saved(page, stored)
    drafts.save(session, opened.row, sitting.key, held)
    return Open(opened.row, held, journey)


def _opened(session: Session, sitting: Sitting, row: Draft, held: Held) -> Open:
    definition = sitting.definition or definitions.published(session, held.definition, held.definition_hash)
    return Open(row, held, Journey(definition, draft_from_json(definition, held.draft), sitting.case))
