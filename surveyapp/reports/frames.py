"""From opened responses, interview records and cases to the respondent frames that are frozen, source by source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from analytics.columns import REASON_PREFIX, RespondentColumns, as_main_reason
from analytics.freezing import freeze_batch
from analytics.frozen import NOT_KNOWN, FrozenBatch
from surveyapp.reports.sources import LEAVER, LEAVER_MAIN, OTHER, RESIGNATION

DIMENSIONS = ("tenure", "grade", "regretted")


@dataclass(frozen=True)
class Respondent:
    """One person in one source, with everything a figure may depend on and nothing that names anybody.

    `answered` means the reasons question was answered; `is_secret` that the rules must protect this answer. `equality`
    holds the protected characteristics that were given, `further` the answers to other questions, by question.
    """

    role: str
    area: str
    is_resignation: bool
    answered: bool
    is_secret: bool
    reasons: frozenset[str]
    main: str | None = None
    tenure: str = "not_known"
    grade: str = "not_known"
    regretted: str = "not_given"
    count: int = 1
    weight: float | None = None
    equality: Mapping[str, str] = field(default_factory=dict)
    further: Mapping[str, frozenset[str]] = field(default_factory=dict)


def respondent_frame(people: Sequence[Respondent], reasons: Sequence[str], dimensions: Sequence[str]) -> pd.DataFrame:
    """The frame of analytics.columns for these people; rows keep their (meaningless) order."""
    columns: dict[str, list[Any]] = {
        "role": [one.role for one in people],
        "area": [one.area for one in people],
        "leaving_type": [RESIGNATION if one.is_resignation else OTHER for one in people],
        "answered": [one.answered for one in people],
        "secret": [one.is_secret for one in people],
        "count": [one.count for one in people],
        "main_reason": [one.main or "" for one in people],
    }
    for dimension in dimensions:
        columns[dimension] = [_level(one, dimension) for one in people]
    for reason in reasons:
        columns[REASON_PREFIX + reason] = [reason in one.reasons for one in people]
    if people and all(one.weight is not None for one in people):
        columns["weight"] = [one.weight for one in people]
    return pd.DataFrame(columns)


def _level(one: Respondent, dimension: str) -> str:
    """A band of the person, or a protected characteristic; nothing given is not known."""
    if dimension in DIMENSIONS:
        return str(getattr(one, dimension))
    return one.equality.get(dimension, NOT_KNOWN)


def freeze_people(
    people: Sequence[Respondent], reasons: Sequence[str], source: str, period: str, dimensions: Sequence[str] = ()
) -> FrozenBatch:
    """The frozen counts of one period of one source, by every D asked for."""
    frame = respondent_frame(people, reasons, dimensions)
    columns = RespondentColumns(tuple(reasons), tuple(dimensions))
    if source == LEAVER_MAIN:
        frame = as_main_reason(frame, reasons)
    return freeze_batch(frame, columns, source, period)


def freeze_leavers(
    people: Sequence[Respondent], reasons: Sequence[str], period: str, equality: Sequence[str] = ()
) -> list[FrozenBatch]:
    """Both readings of the leavers' own answers: any mention, and the main reason alone."""
    return [
        freeze_people(people, reasons, LEAVER, period, (*DIMENSIONS, *equality)),
        freeze_people(people, reasons, LEAVER_MAIN, period),
    ]


def freeze_answers(
    people: Sequence[Respondent], question: str, codes: Sequence[str], place: tuple[str, str], dimensions: Sequence[str]
) -> FrozenBatch:
    """The answers to one further question, whose base is those who answered it; `place` = source and period."""
    answers = [
        replace(one, reasons=one.further.get(question, frozenset()), answered=question in one.further, weight=None)
        for one in people
    ]
    return freeze_people(answers, codes, *place, dimensions)
