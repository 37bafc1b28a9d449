"""Frozen counts as they are stored: sealed to the release key, one box a source and period, opened by the cut alone."""

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.frozen import FrozenBatch
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.reports.models import ReleaseAtoms


def atoms_place(agency: str, source: str, period: str) -> str:
    """What a sealed box of atoms is bound to."""
    return f"release_atoms/{agency}/{source}/{period}"


def keep_atoms(session: Session, key: ReleasePrivateKey, agency: str, frozen: FrozenBatch) -> None:
    """Seal one frozen batch to the release key and store it."""
    place = atoms_place(agency, frozen.source, frozen.period)
    box = key.public.seal(json.dumps(frozen.as_json()).encode(), place)
    session.add(ReleaseAtoms(agency=agency, source=frozen.source, period=frozen.period, box=box))
    session.flush()


def frozen_batches(
    session: Session, key: ReleasePrivateKey, agency: str, source: str, newest: int | None = None
) -> list[FrozenBatch]:
    """The frozen counts of a source, opened, in order of period; of so many newest periods, or of all."""
    stored = session.execute(
        select(ReleaseAtoms.period, ReleaseAtoms.box)
        .where(ReleaseAtoms.agency == agency, ReleaseAtoms.source == source)
        .order_by(ReleaseAtoms.period.desc())
        .limit(newest)
    )
    boxes = sorted((period, box) for period, box in stored)
    return [
        FrozenBatch.from_json(json.loads(key.open(box, atoms_place(agency, source, period)))) for period, box in boxes
    ]
