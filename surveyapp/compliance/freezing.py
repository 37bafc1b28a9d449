"""Freezing at a cut: what was counted of each leaver goes into counts that no disposal moves (CONTRACTS 1.13)."""

import uuid
from collections import defaultdict
from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.compliance.models import CountedCase, FrozenCount
from surveyapp.compliance.progress import CaseProgress, Stage
from surveyapp.compliance.queries import uncounted_until
from surveyapp.compliance.tally import Group, group_of, tally_of, total
from surveyapp.invitations.dates import Rules
from surveyapp.responses.batches import CUT_DAYS_AFTER_QUARTER, quarter_of

CUT_AFTER: Final = timedelta(days=CUT_DAYS_AFTER_QUARTER)
"""A quarter's release is cut so long after its end (CONTRACTS 1.6)."""


def freeze_counts(session: Session, agency: str, period: str, last: date, as_of: date | None = None) -> int:
    """Count every leaver in policy whose last day has come by `last` and whom no cut has counted yet; how many.

    The release job calls this once for each quarter it freezes, in the same transaction. `as_of` is the day by which
    steps not done are late (the day of the cut, today at the latest). A second call for the same days counts nobody.
    """
    counted_on = min(as_of or clock.today(), clock.today())
    rules = Rules(session)
    fresh = uncounted_until(session, agency, last, rules)
    groups: dict[Group, list[CaseProgress]] = defaultdict(list)
    for case in fresh:
        groups[group_of(case)].append(case)
        session.add(_counted(case, counted_on))
    for group, found in sorted(groups.items()):
        days = rules.calendar(group.agency, group.area)
        tally = total(tally_of(case, counted_on, days) for case in found)
        session.add(
            FrozenCount(id=uuid.uuid4(), **vars(group), period=period, counted_on=counted_on, tally=tally.as_json())
        )
    session.flush()
    return len(fresh)


def freeze_due_counts(session: Session, agency: str, today: date) -> int:
    """Count for every quarter whose cut was due by today, also where no release could be cut; how many were counted.

    So no case is disposed of before it is counted. What a cut has counted is not counted again.
    """
    last = (today - CUT_AFTER + timedelta(days=1)).replace(day=1) - timedelta(days=1)
    while last.month % 3:
        last = last.replace(day=1) - timedelta(days=1)
    return freeze_counts(session, agency, quarter_of(last), last, last + CUT_AFTER)


def _counted(case: CaseProgress, counted_on: date) -> CountedCase:
    """What was counted of one leaver, so that the counts can be followed to the cases while there are cases."""
    return CountedCase(
        id=uuid.uuid4(),
        case_id=case.case_id,
        **vars(group_of(case)),
        reached={stage.value: case.counts_for(stage, counted_on) for stage in Stage},
    )
