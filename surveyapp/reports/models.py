"""Releases and the rows that every reader sees; the counts they were made from stay sealed."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.db import Base, RandomId, state_column

SPEAKS, AUDITS = "speaks", "audits"
"""Columns of a release that are read from the database when one of their group is asked for: a list of a hundred
releases, of which every page offers a choice, needs neither."""


class ReleaseState(StrEnum):
    CUT = "cut"
    REFUSED = "refused"
    SIGNED = "signed"


class Release(Base):
    """One numbered, frozen release of one agency as of one period ("2026Q1", or a calendar year of an outside survey).

    `reasons` is the reason list it speaks of: [{code, en, cy, group, kind, sensitive}], `questions` what further
    questions and characteristics are called. `audit` and `sign_off` hold both audits by source.
    """

    __tablename__ = "releases"
    __table_args__ = (UniqueConstraint("agency", "as_of"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    as_of: Mapped[str] = mapped_column(String(10))
    state: Mapped[ReleaseState] = mapped_column(state_column(ReleaseState, "release_state"), default=ReleaseState.CUT)
    cut_on: Mapped[date]
    cut_at: Mapped[datetime]
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[str] = mapped_column(String(254), default="")
    first_signed_by: Mapped[str] = mapped_column(String(254), default="")
    k: Mapped[int]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(deferred_group=SPEAKS)
    shape: Mapped[dict[str, Any]] = mapped_column(deferred_group=SPEAKS)
    questions: Mapped[dict[str, Any]] = mapped_column(deferred_group=SPEAKS)
    audit: Mapped[dict[str, Any]] = mapped_column(deferred_group=AUDITS)
    sign_off: Mapped[dict[str, Any]] = mapped_column(deferred_group=AUDITS)

    @property
    def is_signed(self) -> bool:
        return self.state is ReleaseState.SIGNED


class ReleaseAtoms(Base):
    """The frozen counts of one period of one source, sealed to the release key; later releases only add to them."""

    __tablename__ = "release_atoms"

    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"), primary_key=True)
    source: Mapped[str] = mapped_column(String(60), primary_key=True)
    period: Mapped[str] = mapped_column(String(10), primary_key=True)
    box: Mapped[bytes] = mapped_column(LargeBinary)


class ReleaseGroup(RandomId, Base):
    """A published group as later audits need it, and as readers see its size."""

    __tablename__ = "release_groups"
    __table_args__ = (Index("ix_release_groups_release", "release", "source"),)

    release: Mapped[int] = mapped_column(ForeignKey("releases.number"))
    source: Mapped[str] = mapped_column(String(60))
    indicator: Mapped[dict[str, Any]]
    position: Mapped[int]


class ReleaseRow(RandomId, Base):
    """One reason in one published group, exactly as every reader sees it (CONTRACTS 2.8)."""

    __tablename__ = "release_rows"
    __table_args__ = (Index("ix_release_rows_asked", "agency", "source", "family", "window_code", "selection"),)

    release: Mapped[int] = mapped_column(ForeignKey("releases.number"), index=True)
    agency: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(60))
    family: Mapped[str] = mapped_column(String(20))
    role: Mapped[str] = mapped_column(String(40))
    area: Mapped[str] = mapped_column(String(40))
    window_code: Mapped[str] = mapped_column(String(4))
    window_first: Mapped[str] = mapped_column(String(10))
    window_last: Mapped[str] = mapped_column(String(10))
    selection: Mapped[str] = mapped_column(String(20))
    dimension: Mapped[str] = mapped_column(String(20), default="")
    level: Mapped[str] = mapped_column(String(40), default="")
    reason: Mapped[str] = mapped_column(String(40))
    n: Mapped[str] = mapped_column(String(12))
    base: Mapped[int | None]
    percent: Mapped[int | None]
    low: Mapped[int | None]
    high: Mapped[int | None]
    status: Mapped[str] = mapped_column(String(10))
    weighted_percent: Mapped[int | None]
    mean_tenths: Mapped[int | None]


class ReleaseFinding(RandomId, Base):
    """One comparison of a visible group with what is expected of it; a finding when it has a band."""

    __tablename__ = "release_findings"
    __table_args__ = (Index("ix_release_findings_release", "release", "source", "selection"),)

    release: Mapped[int] = mapped_column(ForeignKey("releases.number"))
    source: Mapped[str] = mapped_column(String(60))
    selection: Mapped[str] = mapped_column(String(20))
    rank: Mapped[int | None]
    comparison: Mapped[dict[str, Any]]


class FrozenCounts(RandomId, Base):
    """HR's own counts frozen at a cut, so that disposal of cases moves no figure (CONTRACTS 1.13)."""

    __tablename__ = "frozen_counts"
    __table_args__ = (UniqueConstraint("agency", "period", "kind"),)

    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    period: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(30))
    rows: Mapped[list[dict[str, Any]]]


def new_id() -> uuid.UUID:
    """A fresh random id, for rows inserted in bulk."""
    return uuid.uuid4()
