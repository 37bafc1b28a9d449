"""Raking weights of a quarter's answers to the leavers they speak for, kept only as sums in the frozen counts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from analytics.uptake import LEAST_RESPONSE_FOR_WEIGHTS, Margin, RakingFailed, response_weights
from surveyapp.reports.frames import Respondent
from surveyapp.reports.sources import RESIGNATION

MARGINS = ("role", "area", "tenure")


def weighted(people: Sequence[Respondent], population: Sequence[dict[str, Any]]) -> list[Respondent]:
    """The same people with their weights; without any where too few answered or the margins contradict each other."""
    invited = sum(row["invited"] for row in population)
    if not people or not invited or len(people) / invited < LEAST_RESPONSE_FOR_WEIGHTS:
        return list(people)
    margins = [Margin(tuple(getattr(one, name) for one in people), _people_by(population, name)) for name in MARGINS]
    kinds = Counter[str]()
    for row in population:
        kinds[str(row["leaving_type"] == RESIGNATION)] += row["invited"]
    margins.append(Margin(tuple(str(one.is_resignation) for one in people), {k: float(n) for k, n in kinds.items()}))
    try:
        weights = response_weights(margins)
    except RakingFailed:
        return list(people)
    return [replace(one, weight=float(weight)) for one, weight in zip(people, weights, strict=True)]


def _people_by(population: Sequence[dict[str, Any]], name: str) -> dict[str, float]:
    people = Counter[str]()
    for row in population:
        people[row[name]] += row["invited"]
    return {code: float(n) for code, n in people.items()}
