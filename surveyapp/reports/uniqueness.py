"""How many sealed answers stand alone by their bands, before the cut and after it (CONTRACTS 1.5); needs the key."""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import astuple, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.responses.ballots import BALLOT, OPENED
from surveyapp.responses.contents import Content
from surveyapp.responses.models import Ballot, OpenedBallot


@dataclass(frozen=True)
class Alone:
    """Of how many answers how many share their bands and quarter with no other."""

    n: int
    n_alone: int


def shares(session: Session, key: ReleasePrivateKey) -> tuple[Alone, Alone]:
    """Among the ballots that wait, and among those that were opened and sealed again. Raises CannotDecrypt."""
    before = (
        (quarter, *astuple(Content.from_bytes(key.open(box, BALLOT)).bands))
        for quarter, box in session.execute(select(Ballot.batch_quarter, Ballot.box).execution_options(yield_per=500))
    )
    waiting = alone(before)
    after = (
        (quarter, *astuple(Content.from_bytes(key.open(box, OPENED)).bands))
        for quarter, box in session.execute(
            select(OpenedBallot.batch_quarter, OpenedBallot.box).execution_options(yield_per=500)
        )
    )
    return waiting, alone(after)


def alone(rows: Iterable[Hashable]) -> Alone:
    """How many rows there are, and how many of them no other equals."""
    counts = Counter(rows)
    return Alone(counts.total(), sum(1 for n in counts.values() if n == 1))
