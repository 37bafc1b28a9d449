"""Publishing and retiring versions of questionnaires, and test links to versions not yet published."""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import audit, clock
from surveyapp.definitions.models import DefinitionState, PublishedDefinition, Trial
from surveyapp.definitions.shelf import folder_shelf, texts_of
from surveyapp.engine.definition import Definition
from surveyapp.engine.loader import Shelf, load_reference

TRIAL_DAYS = 30


class AlreadyPublished(Exception):
    """This version has been published with other content; give the changed file the next version number."""


class NotPublished(Exception):
    """There is no such published version."""


class LastVersion(Exception):
    """It is the only published version of its questionnaire; publish another before retiring it."""


@dataclass(frozen=True)
class Published:
    """A version that is published now; `is_new` is False when the same content had been published before."""

    reference: str
    sha256: str
    is_new: bool


def publish(session: Session, reference: str, *, actor: audit.Actor, shelf: Shelf | None = None) -> Published:
    """Freeze the shelf's version and offer it from now on; the same content again changes nothing.

    Raises `NotOnShelf`, `DefinitionFaulty`, or `AlreadyPublished` when the file was changed after it was published.
    """
    shelf = shelf or folder_shelf()
    definition = load_reference(shelf, reference)
    known = session.get(PublishedDefinition, reference)
    if known is not None:
        if known.sha256 != definition.sha256:
            raise AlreadyPublished(reference)
        return Published(reference, known.sha256, is_new=False)
    session.add(
        PublishedDefinition(
            reference=reference,
            questionnaire=definition.questionnaire,
            version=definition.version,
            kind=definition.kind,
            state=DefinitionState.PUBLISHED,
            sha256=definition.sha256,
            files=dict(texts_of(definition, shelf)),
            published_at=clock.now(),
        )
    )
    audit.record(session, "definition.published", actor, ("definition", reference), sha256=definition.sha256)
    session.flush()
    return Published(reference, definition.sha256, is_new=True)


def publish_shipped(session: Session, *, actor: audit.Actor) -> list[Published]:
    """Publish the newest version of every questionnaire of the shelf that has none yet; safe to repeat."""
    shelf = folder_shelf()
    return [made for one in newest_on(shelf) if (made := publish(session, one, actor=actor, shelf=shelf)).is_new]


def newest_on(shelf: Shelf) -> list[str]:
    """The newest version of every questionnaire on the shelf, by name."""
    newest: dict[str, int] = {}
    for reference in references_on(shelf):
        name, version = reference.rsplit("/", 1)
        newest[name] = max(int(version), newest.get(name, 0))
    return [f"{name}/{version}" for name, version in sorted(newest.items())]


def references_on(shelf: Shelf) -> list[str]:
    """Every questionnaire file of the shelf, by name and version; not reason lists or shared sections."""
    found = [
        (path.parent.name, int(path.stem))
        for path in shelf.root.glob("*/*.yaml")
        if path.stem.isdigit() and path.parent.name != "reasons" and "questionnaire:" in path.read_text("utf-8")
    ]
    return [f"{name}/{version}" for name, version in sorted(found)]


def retire(session: Session, reference: str, *, actor: audit.Actor) -> None:
    """Offer the version no more; answers given to it and drafts begun with it stay whole.

    Raises `NotPublished`, or `LastVersion` when leavers would be left without a questionnaire.
    """
    found = session.get(PublishedDefinition, reference)
    if found is None or found.state is not DefinitionState.PUBLISHED:
        raise NotPublished(reference)
    others = select(PublishedDefinition.reference).where(
        PublishedDefinition.questionnaire == found.questionnaire,
        PublishedDefinition.state == DefinitionState.PUBLISHED,
        PublishedDefinition.reference != reference,
    )
    if session.scalar(others.limit(1)) is None:
        raise LastVersion(reference)
    found.state = DefinitionState.RETIRED
    found.retired_at = clock.now()
    audit.record(session, "definition.retired", actor, ("definition", reference))
    session.flush()


def restore(session: Session, reference: str, *, actor: audit.Actor) -> None:
    """Offer a retired version again; raises `NotPublished`."""
    found = session.get(PublishedDefinition, reference)
    if found is None:
        raise NotPublished(reference)
    found.state, found.retired_at = DefinitionState.PUBLISHED, None
    audit.record(session, "definition.restored", actor, ("definition", reference))
    session.flush()


def make_trial(
    session: Session, definition: Definition, shelf: Shelf, *, actor: audit.Actor, made_by: uuid.UUID | None
) -> str:
    """A test link's token to the version as it stands on the shelf now; only its hash is kept."""
    token = secrets.token_urlsafe(32)
    made = Trial(
        id=uuid.uuid4(),
        link_hash=trial_hash(token),
        reference=definition.reference,
        sha256=definition.sha256,
        files=dict(texts_of(definition, shelf)),
        made_by_id=made_by,
        ends_on=clock.today() + timedelta(days=TRIAL_DAYS),
    )
    session.add(made)
    audit.record(session, "trial.made", actor, ("definition", definition.reference))
    session.flush()
    return token


def trial_hash(token: str) -> bytes:
    """What is kept of a test link's token."""
    return hashlib.sha256(f"questionnaire trial {token}".encode()).digest()
