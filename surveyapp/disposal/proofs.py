"""Reading the proofs of what was disposed of."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.disposal.models import DisposalProof


@dataclass(frozen=True)
class Proofs:
    """A page of what was disposed of, newest first."""

    rows: list[DisposalProof]
    n: int


def proofs_of(session: Session, agency: str, record_id: str = "", most: int = 100) -> Proofs:
    """The proofs of one agency, of one record when its id is given."""
    fits = [DisposalProof.agency == agency]
    if record_id:
        fits.append(DisposalProof.record_id == record_id)
    n = session.scalar(select(func.count()).select_from(DisposalProof).where(*fits)) or 0
    query = select(DisposalProof).where(*fits).order_by(DisposalProof.disposed_on.desc(), DisposalProof.id)
    return Proofs(list(session.scalars(query.limit(most))), n)
