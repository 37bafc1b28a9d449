"""The judge of the load drill can say no: each kind of bad run is called by its name, and a good one by none."""

import socket
import time

import pytest

from tests.operation.load_ledger import Ledger, growth_faults, load_faults
from tests.operation.test_load import journeys


def run(*, slow: int = 0, **more: object) -> Ledger:
    """A thousand requests, so many of them slow."""
    return Ledger([0.4] * slow + [0.01] * (1000 - slow), **{"n_journeys": 90, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ledger", "database", "log", "fault"),
    [
        (run(failures=["RuntimeError: POST 500"]), "sqlite", "", "failed: RuntimeError: POST 500"),
        (run(), "sqlite", "OperationalError: database is locked", "1 times locked"),
        (run(slow=20), "postgresql", "", "p99 400 ms"),
        (run(n_journeys=0), "sqlite", "", "nothing was tested: no journey was finished"),
        (Ledger(), "sqlite", "", "nothing was tested: no journey was finished"),
    ],
)
def test_a_bad_run_is_called_by_its_fault(ledger: Ledger, database: str, log: str, fault: str) -> None:
    assert load_faults(ledger, database, log) == [fault]


def test_a_good_run_has_no_fault_and_one_slow_request_in_a_thousand_is_none() -> None:
    assert load_faults(run(slow=1), "postgresql", "") == [] == load_faults(run(slow=20), "sqlite", "")


def test_a_soak_that_grows_or_is_too_short_is_called_so_and_a_warm_up_is_not() -> None:
    flat = [80, 120] + [100] * 30
    assert growth_faults(flat) == []
    assert growth_faults([100 + n for n in range(32)])[0].startswith("memory grew by")
    assert growth_faults(flat[:9]) == ["9 readings of memory are too few to see growth"]


def test_a_leaver_who_gets_no_answer_is_a_failure_of_the_run() -> None:
    ledger = Ledger()
    with socket.socket() as nobody:  # bound, but not listening
        nobody.bind(("127.0.0.1", 0))
        journeys(nobody.getsockname()[1], ["token"], time.monotonic() + 60, ledger)
    assert len(ledger.failures) == 1 and load_faults(ledger, "sqlite", "")[0].startswith("failed: ConnectionRefused")
