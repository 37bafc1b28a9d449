"""Prints how long cutting and auditing releases takes, five years of quarters in order, by size of agency.

    python -m tests.benchmarks.release_cuts [ANSWERS_A_YEAR ...]

Wanted: 700 answers a year over five years under 60 s, 6,000 a year with 20 Areas under 15 minutes.
"""

import sys
import time
from collections.abc import Sequence

from analytics.cutting import ReleaseCutter
from analytics.lattice import DimensionRule
from analytics.releases import DisclosureSettings, ReleaseHistory
from analytics.signoff import sign_off
from tests.factories.agencies import simulate_agency

LARGE = 6000


def cut_all(answers: int, dimensions: Sequence[str] = ()) -> None:
    """Cuts 20 quarters in order and signs off the last release."""
    agency = simulate_agency(answers, seed=1, n_areas=20 if answers >= LARGE else 14, dimensions=tuple(dimensions))
    settings = DisclosureSettings(dimensions=tuple(DimensionRule(code) for code in dimensions))
    start = time.perf_counter()
    cutter = ReleaseCutter(agency.batches, ReleaseHistory(), agency.shape, settings)
    for period in cutter.due:
        history = cutter.history
        release = cutter.cut(period)
    took = time.perf_counter() - start
    main = release.audit.main
    with_tables = f" with tables by {', '.join(dimensions)}" if dimensions else ""
    print(f"{answers:,} a year{with_tables}: 20 cuts in {took:.1f} s; rank {main.rank:,}, {main.unsafe:,} small groups")
    start = time.perf_counter()
    results = sign_off(release, history, agency.batches, agency.shape)
    passed = all(result.may_be_signed for result in results)
    print(f"  second audit of the last one: {time.perf_counter() - start:.1f} s, {'passed' if passed else 'FAILED'}")


def main() -> None:
    """Prints all figures."""
    sizes = [int(word) for word in sys.argv[1:] if word.isdigit()] or [120, 420, 700, LARGE]
    for answers in sizes:
        cut_all(answers)
    cut_all(min(700, max(sizes)), ("tenure", "grade"))


if __name__ == "__main__":
    main()
