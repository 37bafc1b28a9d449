"""Load and soak: journeys of leavers against the product as it is served, for as long as is asked.

`SURVEYAPP_DRILL_MINUTES` (default 60) and `SURVEYAPP_SOAK_MINUTES` (default 480) say how long; `SURVEYAPP_DRILL_SAVERS`
(default 50) how many leavers are at it at once. A leaver pauses between pages as a quick reader would.
"""

import http.client
import os
import random
import subprocess
import threading
import time
from pathlib import Path

import pytest

from surveyapp.engine.loader import Shelf
from tests.benchmarks.complete_questionnaires import questionnaire
from tests.operation.load_ledger import Ledger, early_and_late, growth_faults, load_faults
from tests.responses.load import QuickLeaver
from tests.responses.real_server import Server, server

pytestmark = pytest.mark.drill
MINUTES = float(os.environ.get("SURVEYAPP_DRILL_MINUTES", "60"))
SOAK_MINUTES = float(os.environ.get("SURVEYAPP_SOAK_MINUTES", "480"))
SAVERS = int(os.environ.get("SURVEYAPP_DRILL_SAVERS", "50"))
THINK_SECONDS = 2.0


class Reader(QuickLeaver):
    """A leaver who reads before answering."""

    def ask(self, method: str, path: str, values: dict[str, str] | None = None) -> tuple[int, str, str]:
        if method == "POST":
            time.sleep(random.uniform(0.5, 1.5) * THINK_SECONDS)
        return super().ask(method, path, values)


def journeys(port: int, tokens: list[str], until: float, ledger: Ledger) -> None:
    while time.monotonic() < until and tokens:
        leaver = Reader(port, tokens.pop())
        try:
            leaver.answer_everything()
            ledger.n_journeys += 1
        except (OSError, http.client.HTTPException, RuntimeError) as error:
            ledger.failures.append(f"{type(error).__name__}: {error}"[:200])
        finally:
            ledger.seconds.extend(leaver.seconds)
            leaver.connection.close()


def run(folder: Path, database_url: str, minutes: float, memory: list[int]) -> tuple[Ledger, str]:
    (folder / "questionnaires" / "leaver").mkdir(parents=True)
    (folder / "questionnaires" / "leaver" / "1.yaml").write_text(questionnaire(), encoding="utf-8")
    ledger = Ledger()
    with server(folder, database_url) as served:
        seconds_a_journey = 7 * THINK_SECONDS  # begin, five pages, send
        n = int(SAVERS * minutes * 60 / seconds_a_journey * 1.3) + SAVERS
        tokens = served.prepare(n, Shelf(folder / "questionnaires"))
        served.start()
        until = time.monotonic() + minutes * 60
        threads = [threading.Thread(target=journeys, args=(served.port, tokens, until, ledger)) for _ in range(SAVERS)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            time.sleep(min(30.0, minutes * 3))
            memory.append(memory_of(served))
    return ledger, (folder / "serve.log").read_text()


def memory_of(served: Server) -> int:
    """Kilobytes that the server and its workers hold."""
    assert served.process is not None
    listed = subprocess.run(
        ["ps", "-o", "rss=", "-g", str(served.process.pid)], capture_output=True, text=True, check=False
    )
    return sum(int(line) for line in listed.stdout.split())


def in_words(memory: list[int]) -> str:
    early, late = early_and_late(memory)
    return f"memory {early / 1024:.0f} MB to {late / 1024:.0f} MB"


def test_recorded_journeys_fail_never_and_answer_quickly(database_url: str, tmp_path: Path) -> None:
    memory: list[int] = []
    ledger, log = run(tmp_path, database_url, MINUTES, memory)
    name = database_url.split(":")[0].split("+")[0]
    print(f"\n{ledger.line(name, MINUTES, SAVERS)}, {log.count('locked')} locked, {in_words(memory)}")
    assert load_faults(ledger, name, log) == []


def test_a_soak_does_not_grow(database_url: str, tmp_path: Path) -> None:
    memory: list[int] = []
    ledger, log = run(tmp_path, database_url, SOAK_MINUTES, memory)
    print(f"\n{ledger.line('soak', SOAK_MINUTES, SAVERS)}, {in_words(memory)}")
    assert load_faults(ledger, "soak", log) + growth_faults(memory) == []
