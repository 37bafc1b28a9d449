"""Changing an agency's policy: what a leaving type is invited to, and the numbers of days, within their limits."""

from collections.abc import Mapping
from dataclasses import asdict

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveyapp import audit
from surveyapp.cases.models import PolicyNumber, PolicyRule
from surveyapp.cases.policy import LIMITS, Rule, Times, leaving_types


class PolicyRefused(Exception):
    """A death can never be invited, and a number must lie within its limits; `field` says which is meant."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def set_rule(session: Session, agency: str, leaving_type: str, rule: Rule, actor: audit.Actor) -> None:
    """From now on leavers of this type are invited to this; cases that are open follow at once."""
    known = leaving_types().get(leaving_type)
    if known is None or not known.may_be_invited:
        raise PolicyRefused(leaving_type)
    held = session.get(PolicyRule, (agency, leaving_type))
    if held is not None and Rule(held.questionnaire, held.interview) == rule:
        return
    session.merge(
        PolicyRule(agency=agency, leaving_type=leaving_type, questionnaire=rule.questionnaire, interview=rule.interview)
    )
    codes = {"questionnaire": rule.questionnaire.value, "interview": rule.interview.value}
    audit.record(session, "policy.rule_set", actor, ("agency", agency), agency=agency, type=leaving_type, **codes)


def set_numbers(session: Session, agency: str, numbers: Mapping[str, int], actor: audit.Actor) -> None:
    """Set the policy's numbers; every date of every open case moves with them. Raises PolicyRefused out of limits."""
    for name, days in numbers.items():
        least, most = LIMITS[name]
        if not least <= days <= most:
            raise PolicyRefused(name)
    shipped = asdict(Times())
    own = {name: days for name, days in numbers.items() if days != shipped[name]}
    held = session.scalars(select(PolicyNumber).where(PolicyNumber.agency == agency))
    if {one.name: one.days for one in held} == own:
        return
    session.execute(delete(PolicyNumber).where(PolicyNumber.agency == agency))
    session.add_all(PolicyNumber(agency=agency, name=name, days=days) for name, days in own.items())
    session.flush()
    audit.record(session, "policy.numbers_set", actor, ("agency", agency), agency=agency, numbers=dict(numbers))
