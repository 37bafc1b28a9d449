"""What the clients of a load saw, and the judge of it: what is wrong with a run, in words; nothing when nothing is."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

SLOWEST_P99_SECONDS = 0.25
"""On PostgreSQL; SQLite has one writer, and its bar is that nothing is refused as locked."""
MOST_GROWTH = 0.05
LEAST_READINGS = 10


@dataclass
class Ledger:
    """Every request's time, every failure in words, and how many whole journeys were made."""

    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    n_journeys: int = 0

    @property
    def p99(self) -> float:
        """The time within which 99 of 100 requests were answered."""
        return statistics.quantiles(self.seconds, n=100)[98]

    def line(self, name: str, minutes: float, n_savers: int) -> str:
        """The run in one line, for the drill's output."""
        p50 = statistics.median(self.seconds)
        return (
            f"{name}: {minutes:g} minutes, {n_savers} at once, {len(self.seconds)} requests, "
            f"{self.n_journeys} journeys, {len(self.failures)} failed, p50 {p50 * 1000:.0f} ms, "
            f"p99 {self.p99 * 1000:.0f} ms"
        )


def load_faults(ledger: Ledger, database: str, log: str) -> list[str]:
    """What breaks the bar of TRUST 11 in a run; `log` is what the server wrote."""
    found = [f"failed: {failure}" for failure in ledger.failures[:5]]
    if ledger.n_journeys == 0 or len(ledger.seconds) < 2:
        return [*found, "nothing was tested: no journey was finished"]
    if log.count("locked"):
        found.append(f"{log.count('locked')} times locked")
    if database == "postgresql" and ledger.p99 >= SLOWEST_P99_SECONDS:
        found.append(f"p99 {ledger.p99 * 1000:.0f} ms")
    return found


def early_and_late(memory: Sequence[int]) -> tuple[float, float]:
    """The memory held after the start and at the end, each as a median of some readings."""
    tenth = max(1, len(memory) // 10)
    return statistics.median(memory[tenth : 3 * tenth]), statistics.median(memory[-2 * tenth :])


def growth_faults(memory: Sequence[int]) -> list[str]:
    """Whether a soak grew, or was too short to tell."""
    if len(memory) < LEAST_READINGS:
        return [f"{len(memory)} readings of memory are too few to see growth"]
    early, late = early_and_late(memory)
    growth = (late - early) / early
    return [f"memory grew by {growth:.1%}"] if growth >= MOST_GROWTH else []
