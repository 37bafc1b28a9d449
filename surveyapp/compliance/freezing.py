"""Freezing at a cut: what was counted of each leaver goes into counts that no disposal moves (CONTRACTS 1.13)."""

import uuid
from collections import defaultdict
from datetime import date

from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.compliance.models import CountedCase, FrozenCount
from surveyapp.compliance.progress import CaseProgress, Stage
from surveyapp.compliance.queries import progress_until
from surveyapp.compliance.tally import Group, group_of, tally_of, total
from surveyapp.invitations.dates import Rules


def freeze_counts(session: Session, agency: str, period: str, last: date, as_of: date | None = None) -> int:
    """Count every leaver in policy whose last day has come by `last` and whom no cut has counted yet; how many.

    The release job calls this once for each quarter it freezes, in the same transaction. `as_of` is the day by which
    steps not done are late (the day of the cut, today at the latest). A second call for the same days counts nobody.
    """
    counted_on = min(as_of or clock.today(), clock.today())
    rules = Rules(session)
    fresh = [case for case in progress_until(session, agency, last, rules) if not case.is_counted]
    groups: dict[Group, list[CaseProgress]] = defaultdict(list)
    for case in fresh:
        groups[group_of(case)].append(case)
        session.add(_counted(case, counted_on))
    for group, found in sorted(groups.items()):
        days = rules.calendar(group.agency, group.area)
        tally = total(tally_of(case, counted_on, days) for case in found)
        session.add(
            FrozenCount(
                id=uuid.uuid4(),
                agency=group.agency,
                area=group.area,
                family=group.family,
                leaving_type=group.leaving_type,
                month=group.month,
                period=period,
                counted_on=counted_on,
                tally=tally.as_json(),
            )
        )
    session.flush()
    return len(fresh)


def _counted(case: CaseProgress, counted_on: date) -> CountedCase:
    """What was counted of one leaver, so that the counts can be followed to the cases while there are cases."""
    group = group_of(case)
    return CountedCase(
        id=uuid.uuid4(),
        case_id=case.case_id,
        agency=group.agency,
        area=group.area,
        family=group.family,
        leaving_type=group.leaving_type,
        month=group.month,
        reached={stage.value: case.counts_for(stage, counted_on) for stage in Stage},
    )
