"""Published versions of questionnaires, frozen with every file they include, and trials of drafts."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DDL, ForeignKey, LargeBinary, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.db import Base, RandomId, state_column


class DefinitionState(StrEnum):
    PUBLISHED = "published"
    RETIRED = "retired"


class PublishedDefinition(Base):
    """One published version: its files as they were, and their joint hash. The database refuses to change either."""

    __tablename__ = "published_definitions"
    __table_args__ = (UniqueConstraint("questionnaire", "version"),)

    reference: Mapped[str] = mapped_column(String(60), primary_key=True)
    questionnaire: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[DefinitionState] = mapped_column(
        state_column(DefinitionState, "definition_state"), default=DefinitionState.PUBLISHED
    )
    sha256: Mapped[str] = mapped_column(String(64))
    files: Mapped[dict[str, Any]]
    published_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Trial(RandomId, Base):
    """A test link to a version as it stood when the link was made; what is answered through it counts nowhere."""

    __tablename__ = "questionnaire_trials"

    link_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    reference: Mapped[str] = mapped_column(String(60))
    sha256: Mapped[str] = mapped_column(String(64))
    files: Mapped[dict[str, Any]]
    made_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    ends_on: Mapped[date]


GUARDS = (
    (
        "sqlite",
        """CREATE TRIGGER published_definitions_frozen
       BEFORE UPDATE OF reference, questionnaire, version, kind, sha256, files ON published_definitions
       BEGIN SELECT RAISE(ABORT, 'a published definition never changes'); END""",
    ),
    (
        "sqlite",
        """CREATE TRIGGER published_definitions_kept BEFORE DELETE ON published_definitions
       BEGIN SELECT RAISE(ABORT, 'a published definition is never deleted'); END""",
    ),
    (
        "postgresql",
        """CREATE OR REPLACE FUNCTION published_definitions_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'a published definition never changes'; END $$""",
    ),
    (
        "postgresql",
        """CREATE TRIGGER published_definitions_frozen
       BEFORE UPDATE OF reference, questionnaire, version, kind, sha256, files ON published_definitions
       FOR EACH ROW EXECUTE FUNCTION published_definitions_refuse()""",
    ),
    (
        "postgresql",
        """CREATE TRIGGER published_definitions_kept BEFORE DELETE ON published_definitions
       FOR EACH ROW EXECUTE FUNCTION published_definitions_refuse()""",
    ),
)
for _dialect, _statement in GUARDS:
    event.listen(PublishedDefinition.__table__, "after_create", DDL(_statement).execute_if(dialect=_dialect))
