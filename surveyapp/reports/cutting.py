"""The cut: freeze each due quarter's counts, then cut, audit and store its release. Only a child process runs this.

Two steps, each of whole transactions: freezing opens the ballots, keeps sealed counts and moves the ballots on; cutting
reads nothing but frozen counts. A crash between them loses nothing: the next run cuts what is frozen and not cut yet.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from threadpoolctl import threadpool_limits

from analytics.cutting import ReleaseCutter
from analytics.frozen import FrozenBatch
from analytics.lattice import UNDATED, OrganisationShape
from analytics.redact import StaffDirectory
from analytics.releases import DisclosureSettings, Indicator, ReleaseHistory
from analytics.releases import Release as Cut
from analytics.signoff import SignOffResult, sign_off
from surveyapp import audit, clock
from surveyapp.coding.queueing import queue_new_comments
from surveyapp.coding.staff_names import staff_directory
from surveyapp.directory.models import Area, JobRole
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.reports.atom_boxes import frozen_batches
from surveyapp.reports.due import quarters_to_freeze
from surveyapp.reports.freezing import freeze_imported, freeze_quarter
from surveyapp.reports.models import (
    Release,
    ReleaseAtoms,
    ReleaseGroup,
    ReleaseState,
)
from surveyapp.reports.offers import definition_offered, disclosure_settings, settings_of
from surveyapp.reports.questions import frozen_words
from surveyapp.reports.reason_lists import ReasonEntry, reasons_of
from surveyapp.reports.sources import SOURCES
from surveyapp.reports.storing import store_cut
from surveyapp.responses.ballot_box import wipe_free_pages
from surveyapp.responses.batches import cut_on

Progress = Callable[[str], None]
WHOLE_HISTORY = 19
"""Quarters in one command after which the second audit runs once in between: from twenty on, U has fewer windows."""


class AsOfInTheFuture(ValueError):
    """A release is only ever cut for quarters that have passed by the product's clock."""


@dataclass
class _Source:
    """One source of one agency during a command: its frozen batches, the cutter that carries B and U on, and what was
    published since the last second audit."""

    batches: list[FrozenBatch]
    audited: ReleaseHistory
    cutter: ReleaseCutter
    last: Cut | None = None

    def audit_again(self, shape: OrganisationShape) -> tuple[SignOffResult, ...]:
        """The second audit of everything published since the last one, in one pass; nothing when there was nothing."""
        since = self.cutter.history.published[len(self.audited.published) :]
        if self.last is None or not since:
            return ()
        as_of = self.last.as_of
        known = [batch for batch in self.batches if batch.period <= as_of or batch.period == UNDATED]
        results = sign_off(replace(self.last, published=since), self.audited, known, shape)
        self.audited, self.last = self.cutter.history, None
        return results


@dataclass(frozen=True)
class _Speaks:
    """The words a release is cut with: its reason list and its further questions."""

    reasons: list[ReasonEntry]
    questions: dict[str, Any]


def cut_due_releases(
    session: Session, key: ReleasePrivateKey, agency: str, as_of: date, actor: audit.Actor, progress: Progress
) -> list[int]:
    """Cut every due quarter of the agency up to a date, in order; returns the numbers of the new releases.

    Commits after each quarter frozen and each release stored. Errors: AsOfInTheFuture, CannotDecrypt (another key).
    """
    if as_of > clock.today():
        raise AsOfInTheFuture(f"{as_of} has not come yet; the newest day to cut as of is {clock.today()}.")
    if freeze_imported(session, key, agency, as_of):
        session.commit()
    frozen = quarters_to_freeze(session, agency, as_of)
    names = staff_directory(session, agency) if frozen else StaffDirectory.of(())
    session.rollback()  # reading names takes a moment; no lock is held meanwhile
    for quarter in frozen:
        progress(f"{agency} {quarter}: counting")
        freeze_quarter(session, key, agency, quarter, names)
        session.commit()
    queue_new_comments(session, [agency])
    session.commit()
    wipe_free_pages(session.get_bind().engine)  # always: an earlier command may have ended before it came to this
    with threadpool_limits(1):  # these matrices are small: more threads only wait for each other
        return cut_frozen(session, key, agency, as_of, actor, progress)


def cut_frozen(
    session: Session, key: ReleasePrivateKey, agency: str, as_of: date, actor: audit.Actor, progress: Progress
) -> list[int]:
    """Cut the periods of an agency that are frozen and not cut yet, in order."""
    speaks = _Speaks(
        reasons_of(session, agency),
        frozen_words(definition_offered(session), definition_offered(session, "new_starter")),
    )
    shape, settings = shape_of(session, agency), disclosure_settings(session, agency, speaks.reasons)
    names = frozen_sources(session, agency)
    sources = {name: made for name in names if (made := _source(session, key, agency, name, shape, settings))}
    session.rollback()  # what follows computes for a while; no lock is held
    numbers: list[int] = []
    waiting: list[int] = []
    periods = sorted({period for source in sources.values() for period in source.cutter.due})
    for at, period in enumerate(periods):
        progress(f"{agency} {period}: cutting")
        stored = _cut_period(session, agency, period, as_of, sources, shape, speaks)
        audit.record(session, "release.cut", actor, ("release", stored.number), agency=agency, as_of=period)
        session.commit()
        waiting.append(stored.number)
        if at + 1 == len(periods) or at + 1 == WHOLE_HISTORY:
            progress(f"{agency} {period}: auditing")
            _audit_again(session, waiting, sources, shape, agency, actor)
            numbers, waiting = numbers + waiting, []
    return numbers


def _audit_again(
    session: Session,
    numbers: list[int],
    sources: dict[str, _Source],
    shape: OrganisationShape,
    agency: str,
    actor: audit.Actor,
) -> None:
    """Audit releases cut one after another a second time, together, and store the result with each of them.

    Spans only grow, and until there are five years of quarters every earlier unsafe group is one of the later ones:
    what is safe in the last is safe in all. A failure refuses them all.
    """
    results = {name: [one.as_json() for one in source.audit_again(shape)] for name, source in sources.items()}
    passed = all(one["may_be_signed"] for each in results.values() for one in each)
    for number in numbers:
        release = session.get_one(Release, number)
        release.sign_off = results
        release.state = ReleaseState.CUT if passed else ReleaseState.REFUSED
        codes = {"passed": passed, "together_with": numbers}
        audit.record(session, "release.audited", actor, ("release", number), agency=agency, **codes)
    session.commit()


def shape_of(session: Session, agency: str) -> OrganisationShape:
    """The hierarchies above the agency's roles and Areas as they stand today."""
    roles = session.execute(select(JobRole.code, JobRole.family).where(JobRole.agency == agency))
    areas = session.execute(select(Area.code, Area.region).where(Area.agency == agency))
    return OrganisationShape(
        {role: family or "" for role, family in roles}, {area: region or "" for area, region in areas}
    )


def frozen_sources(session: Session, agency: str) -> list[str]:
    """The sources the agency has frozen counts of: reasons first, then further questions."""
    held = set(session.scalars(select(ReleaseAtoms.source).where(ReleaseAtoms.agency == agency).distinct()))
    return [*(name for name in SOURCES if name in held), *sorted(held - set(SOURCES))]


def history_of(session: Session, agency: str, source: str) -> ReleaseHistory:
    """Everything ever published of a source of the agency, signed or not, in order of acceptance."""
    published = session.scalars(
        select(ReleaseGroup.indicator)
        .join(Release, Release.number == ReleaseGroup.release)
        .where(Release.agency == agency, ReleaseGroup.source == source)
        .order_by(ReleaseGroup.release, ReleaseGroup.position)
    )
    newest = session.scalar(select(func.max(Release.as_of)).where(Release.agency == agency))
    return ReleaseHistory(tuple(Indicator.from_json(stored) for stored in published), newest or "")


def _source(
    session: Session,
    key: ReleasePrivateKey,
    agency: str,
    name: str,
    shape: OrganisationShape,
    settings: DisclosureSettings,
) -> _Source | None:
    batches = [batch for batch in frozen_batches(session, key, agency, name)]
    if not any(batch.atoms for batch in batches):
        return None
    history = history_of(session, agency, name)
    return _Source(batches, history, ReleaseCutter(batches, history, shape, settings_of(name, settings)))


def _cut_period(
    session: Session,
    agency: str,
    period: str,
    as_of: date,
    sources: dict[str, _Source],
    shape: OrganisationShape,
    speaks: _Speaks,
) -> Release:
    """Cut one period in every source that reaches it and store the release, not yet audited a second time."""
    cuts: dict[str, Cut] = {}
    for name, source in sources.items():
        if period in source.cutter.due:
            source.last = cuts[name] = source.cutter.cut(period)
    release = Release(
        number=(session.scalar(select(func.max(Release.number))) or 0) + 1,
        agency=agency,
        as_of=period,
        state=ReleaseState.CUT,
        cut_on=due_on(period, as_of),
        cut_at=clock.now(),
        k=next(iter(cuts.values())).settings.k,
        reasons=[reason.as_json() for reason in speaks.reasons],
        questions=speaks.questions,
        shape={"role_families": dict(shape.role_families), "regions": dict(shape.regions)},
        audit={name: cut.audit.as_json() for name, cut in cuts.items()},
        sign_off={},
    )
    session.add(release)
    session.flush()
    for name, cut in cuts.items():
        store_cut(session, release, name, cut, sources[name].batches)
    return release


def due_on(period: str, as_of: date) -> date:
    """The day a quarter's release was due; a batch of an imported survey is cut when it is asked for."""
    return cut_on(period) if "Q" in period else as_of
