"""How far coders agree: Cohen's kappa, Krippendorff's alpha for single codes and for sets of codes."""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from enum import StrEnum
from itertools import permutations
from typing import TypeVar

RELIABLE_FROM = 0.80
INDICATIVE_FROM = 0.667

Codes = frozenset[str]
Code = TypeVar("Code", bound=Hashable)


class Reliability(StrEnum):
    RELIABLE = "reliable"
    INDICATIVE = "indicative"
    NOT_REPORTED = "not reported"


class NothingToCompare(ValueError):
    """No unit was coded by two coders, or there is no variation to agree on."""


def cohen_kappa(table: Sequence[Sequence[int]]) -> float:
    """Kappa (Cohen 1960) of a square table: rows the first coder's codes, columns the second's, units counted."""
    total = sum(map(sum, table))
    if total == 0:
        raise NothingToCompare("no unit was coded by both")
    seen = sum(table[i][i] for i in range(len(table))) / total
    columns = [sum(row[i] for row in table) for i in range(len(table))]
    chance = sum(sum(table[i]) * columns[i] for i in range(len(table))) / total**2
    if chance == 1:
        raise NothingToCompare("both coders used one code throughout")
    return (seen - chance) / (1 - chance)


def krippendorff_alpha(units: Sequence[Sequence[Code]], distance: Callable[[Code, Code], float]) -> float:
    """1 - observed / expected disagreement over all pairable values (Krippendorff 2004).

    units: for each comment the codes its coders gave, in any order, missing ones left out. Units with one code are not
    pairable and are ignored. Raises NothingToCompare when nothing is pairable or every value is the same.
    """
    pairable = [unit for unit in units if len(unit) > 1]
    counts: Counter[Code] = Counter(code for unit in pairable for code in unit)
    total = sum(counts.values())
    expected = sum(counts[a] * counts[b] * distance(a, b) for a, b in permutations(counts, 2))
    if total < 2 or expected == 0:
        raise NothingToCompare("there is no variation to agree on")
    observed = sum(sum(distance(a, b) for a, b in permutations(unit, 2)) / (len(unit) - 1) for unit in pairable)
    return 1 - (total - 1) * observed / expected


def nominal(a: Hashable, b: Hashable) -> float:
    """0 for the same code, 1 for different ones."""
    return 0.0 if a == b else 1.0


def masi(a: Codes, b: Codes) -> float:
    """Distance of two sets of codes: 1 - Jaccard x monotonicity (Passonneau 2006). Two empty sets are the same."""
    if a == b:
        return 0.0
    both, either = len(a & b), len(a | b)
    if both == 0:
        return 1.0
    monotonicity = 2 / 3 if a <= b or b <= a else 1 / 3
    return 1 - both / either * monotonicity


def reliability(alpha: float) -> Reliability:
    """What may be said of codes with this alpha: .80 reliable, .667 indicative, below not reported."""
    if alpha >= RELIABLE_FROM:
        return Reliability.RELIABLE
    return Reliability.INDICATIVE if alpha >= INDICATIVE_FROM else Reliability.NOT_REPORTED


def alpha_by_code(units: Sequence[Sequence[Codes]], codes: Sequence[str]) -> Mapping[str, float | None]:
    """Nominal alpha of each code's presence; None where the code gives nothing to compare."""
    alphas: dict[str, float | None] = {}
    for code in codes:
        try:
            alphas[code] = krippendorff_alpha([[code in given for given in unit] for unit in units], nominal)
        except NothingToCompare:
            alphas[code] = None
    return alphas
