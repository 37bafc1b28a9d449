"""From opened responses, interview records and cases to the rows that are frozen, source by source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from analytics.columns import AREA, LEAVING_TYPE, ROLE, SECRET, FrameNotAsExpected
from analytics.cube import CodedRows, Codes, pack_reasons
from analytics.freezing import freeze_rows
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


def coded_rows(people: Sequence[Respondent], reasons: Sequence[str], dimensions: Sequence[str]) -> CodedRows:
    """The rows that are counted, as codes and bits: the codes are the directory's own, checked when they came in."""
    values: dict[str, list[str]] = {
        ROLE: [one.role for one in people],
        AREA: [one.area for one in people],
        LEAVING_TYPE: [RESIGNATION if one.is_resignation else OTHER for one in people],
        SECRET: [str(one.is_secret) for one in people],
        **{dimension: [_level(one, dimension) for one in people] for dimension in dimensions},
    }
    levels = {name: tuple(sorted(set(column))) for name, column in values.items()}
    codes = {name: _codes(column, levels[name]) for name, column in values.items()}
    count = np.array([one.count for one in people], dtype=np.int64)
    return CodedRows(levels, codes, tuple(reasons), pack_reasons([one.reasons for one in people], reasons), count)


def _codes(column: Sequence[str], levels: Sequence[str]) -> Codes:
    place = {level: at for at, level in enumerate(levels)}
    return np.array([place[value] for value in column], dtype=np.min_scalar_type(max(len(levels), 1)))


def _level(one: Respondent, dimension: str) -> str:
    """A band of the person, or a protected characteristic; nothing given is not known."""
    level = str(getattr(one, dimension)) if dimension in DIMENSIONS else one.equality.get(dimension, "")
    return level.strip() or NOT_KNOWN


def freeze_people(
    people: Sequence[Respondent], reasons: Sequence[str], source: str, period: str, dimensions: Sequence[str] = ()
) -> FrozenBatch:
    """The frozen counts of one period of one source, by every D asked for; of those who answered."""
    counted = [one for one in people if one.answered]
    weights = [one.weight for one in counted if one.weight is not None]
    held = np.array(weights) if weights and len(weights) == len(counted) else None
    return freeze_rows(coded_rows(counted, reasons, dimensions), source, period, dimensions, held)


def freeze_leavers(
    people: Sequence[Respondent], reasons: Sequence[str], period: str, equality: Sequence[str] = ()
) -> list[FrozenBatch]:
    """Both readings of the leavers' own answers: any mention, and the main reason alone.

    Errors: FrameNotAsExpected when a main reason is not on the list.
    """
    unknown = {one.main for one in people if one.main} - set(reasons)
    if unknown:
        raise FrameNotAsExpected(f"main reasons that are not on the list: {', '.join(sorted(unknown))}")
    by_main = [
        replace(one, answered=one.answered and bool(one.main), reasons=frozenset({one.main} if one.main else ()))
        for one in people
    ]
    return [
        freeze_people(people, reasons, LEAVER, period, (*DIMENSIONS, *equality)),
        freeze_people(by_main, reasons, LEAVER_MAIN, period),
    ]


def freeze_answers(
    people: Sequence[Respondent], question: str, codes: Sequence[str], place: tuple[str, str], dimensions: Sequence[str]
) -> FrozenBatch:
    """The answers to one further question, whose base is those who answered it; `place` = source and period."""
    answers = [
        replace(one, reasons=one.further[question], answered=True, weight=None)
        for one in people
        if question in one.further
    ]
    return freeze_people(answers, codes, *place, dimensions)
