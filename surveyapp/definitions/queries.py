"""Reading published definitions: the one to offer, the one a response answered, and the list for administrators."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, load_only

from surveyapp import clock
from surveyapp.definitions.models import DefinitionState, PublishedDefinition, Trial
from surveyapp.definitions.service import NotPublished, trial_hash
from surveyapp.definitions.shelf import compile_kept, known_by_hash
from surveyapp.engine.definition import Definition

_HASH_OF = select(PublishedDefinition.sha256).where(PublishedDefinition.reference == bindparam("reference"))
"""Asked with every page a leaver opens, so it is put together once."""


def offered(session: Session, questionnaire: str) -> Definition:
    """The newest published version that is not retired; raises `NotPublished`."""
    newest = (
        select(PublishedDefinition.reference, PublishedDefinition.sha256)
        .where(
            PublishedDefinition.questionnaire == questionnaire,
            PublishedDefinition.state == DefinitionState.PUBLISHED,
        )
        .order_by(PublishedDefinition.version.desc())
        .limit(1)
    )
    row = session.execute(newest).first()
    if row is None:
        raise NotPublished(questionnaire)
    return known_by_hash(row.sha256) or published(session, row.reference)


def published(session: Session, reference: str, known_hash: str = "") -> Definition:
    """The version a response or draft answered, retired or not; raises `NotPublished`.

    `known_hash` is the hash a draft carries of its version: it saves asking the database on every page.
    """
    if known := known_by_hash(known_hash):
        return known
    sha256 = session.scalar(_HASH_OF, {"reference": reference})
    if sha256 is None:
        raise NotPublished(reference)
    if known := known_by_hash(sha256):
        return known
    texts = session.scalars(select(PublishedDefinition.files).where(PublishedDefinition.reference == reference)).one()
    return compile_kept(reference, sha256, texts)


def all_published(session: Session) -> list[PublishedDefinition]:
    """Every published version without its files, by questionnaire, newest first."""
    light = load_only(
        PublishedDefinition.questionnaire,
        PublishedDefinition.version,
        PublishedDefinition.kind,
        PublishedDefinition.state,
        PublishedDefinition.sha256,
        PublishedDefinition.published_at,
        PublishedDefinition.retired_at,
    )
    order = (PublishedDefinition.questionnaire, PublishedDefinition.version.desc())
    return list(session.scalars(select(PublishedDefinition).options(light).order_by(*order)))


def open_trial(session: Session, token: str) -> Trial | None:
    """The trial behind a test link; None when there is none or its time is over."""
    query = select(Trial).where(Trial.link_hash == trial_hash(token), Trial.ends_on >= clock.today())
    return session.scalar(query)


def trial_definition(trial: Trial) -> Definition:
    """The version a trial was made for, as it stood then."""
    return known_by_hash(trial.sha256) or compile_kept(trial.reference, trial.sha256, trial.files)
