"""The policy of an agency as values: what each leaving type is invited to, and within how many days; no database."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

DEFAULTS = Path(__file__).parent / "leaving_types.csv"
DEATH = "death"
RESIGNATION = "resignation"


class Questionnaire(StrEnum):
    """Which questionnaire a leaver is invited to."""

    FULL = "full"
    SHORT = "short"
    NONE = "none"


class InterviewOffer(StrEnum):
    """Whether an exit interview is offered, only mentioned, or neither."""

    OFFER = "offer"
    OPTIONAL = "optional"
    NONE = "none"


@dataclass(frozen=True)
class Rule:
    """What one leaving type is invited to."""

    questionnaire: Questionnaire
    interview: InterviewOffer

    @property
    def invites(self) -> bool:
        """Whether a leaver of this type hears from us at all."""
        return self.questionnaire is not Questionnaire.NONE or self.interview is not InterviewOffer.NONE


NEVER = Rule(Questionnaire.NONE, InterviewOffer.NONE)


@dataclass(frozen=True)
class LeavingType:
    """HR's cause of leaving, its names, and the rule that holds until an agency sets its own."""

    code: str
    name: str
    name_cy: str
    rule: Rule

    def name_in(self, language: str) -> str:
        return self.name_cy if language == "cy" else self.name

    @property
    def may_be_invited(self) -> bool:
        """A death is never invited to anything, whatever an agency sets."""
        return self.code != DEATH


@dataclass(frozen=True)
class Times:
    """The policy's numbers. Working days, but for those named calendar days."""

    invite_within_days: int = 2
    first_reminder_days: int = 5
    second_reminder_days: int = 10
    last_reminder_days_before: int = 3
    closes_calendar_days: int = 30
    least_open_calendar_days: int = 14
    offer_within_days: int = 5
    offer_reminder_days: int = 5
    offer_lapses_days: int = 15
    write_up_within_days: int = 3
    agree_within_days: int = 10
    case_closes_calendar_days: int = 90


LIMITS: Mapping[str, tuple[int, int]] = {
    "invite_within_days": (0, 5),
    "first_reminder_days": (1, 20),
    "second_reminder_days": (2, 30),
    "last_reminder_days_before": (1, 10),
    "closes_calendar_days": (7, 90),
    "least_open_calendar_days": (14, 60),
    "offer_within_days": (0, 10),
    "offer_reminder_days": (1, 20),
    "offer_lapses_days": (2, 40),
    "write_up_within_days": (1, 20),
    "agree_within_days": (1, 30),
    "case_closes_calendar_days": (90, 365),
}
"""The least and the most each number may be set to; within them every step of a plan falls inside the case's life."""


@cache
def leaving_types() -> Mapping[str, LeavingType]:
    """Every leaving type by code, in the order they are offered."""
    with DEFAULTS.open(encoding="utf-8", newline="") as file:
        types = [
            LeavingType(
                row["code"],
                row["name"],
                row["name_cy"],
                Rule(Questionnaire(row["questionnaire"]), InterviewOffer(row["interview"])),
            )
            for row in csv.DictReader(file)
        ]
    return MappingProxyType({one.code: one for one in types})


@dataclass(frozen=True)
class Policy:
    """One agency's policy: the rules it set itself over the shipped ones, and its numbers."""

    own_rules: Mapping[str, Rule] = field(default_factory=dict)
    times: Times = Times()

    def rule_for(self, leaving_type: str | None) -> Rule:
        """What that leaving type is invited to; nothing for a death or an unknown type."""
        known = leaving_types().get(leaving_type or "")
        if known is None or not known.may_be_invited:
            return NEVER
        return self.own_rules.get(known.code, known.rule)


DEFAULT = Policy()
