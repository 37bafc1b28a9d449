"""Complete questionnaires a second over HTTP: 25 questions on five pages, eight leavers at once, served as shipped."""

import os
import statistics
import tempfile
import threading
import time
from pathlib import Path
from queue import Empty, SimpleQueue

from surveyapp.engine.loader import Shelf
from tests.databases import PostgresTemplate, postgres_server
from tests.responses.load import QuickLeaver
from tests.responses.real_server import server

PAGES, QUESTIONS_A_PAGE, LEAVERS_AT_ONCE = 5, 5, 8
N_LEAVERS = int(os.environ.get("BENCH_LEAVERS", "300"))


def questionnaire() -> str:
    """Three single choices, a matrix and a text on each of five pages."""
    scale = [
        ("agree", "Agree", "Cytuno"),
        ("neither", "Neither", "Y naill na’r llall"),
        ("no", "Disagree", "Anghytuno"),
    ]
    options = ", ".join(f"{{code: {code}, text: {{en: {en}, cy: {cy}}}}}" for code, en, cy in scale)
    lines = [
        "questionnaire: leaver",
        "version: 1",
        "kind: leaver",
        "languages: [en, cy]",
        "title: {en: Why you are leaving, cy: Pam rydych chi’n gadael}",
        f"lists: {{scale: [{options}]}}",
        "parts:",
    ]
    for page in range(PAGES):
        lines += [
            f"  - code: part{page}",
            f"    title: {{en: Part {page}, cy: Rhan {page}}}",
            f"    progress: {{en: topic {page}, cy: pwnc {page}}}",
            "    pages:",
            f"      - code: page{page}",
            f"        title: {{en: Topic {page}, cy: Pwnc {page}}}",
            "        questions:",
        ]
        for question in range(QUESTIONS_A_PAGE):
            kind = ("single_choice", "single_choice", "single_choice", "matrix", "long_text")[question]
            rows = ", rows: [{code: a, text: {en: One, cy: Un}}, {code: b, text: {en: Two, cy: Dau}}]"
            more = ", list: scale" if kind != "long_text" else ""
            more += rows if kind == "matrix" else ""
            text = f"{{en: How was thing {question} of {page}?, cy: Sut oedd peth {question} o {page}?}}"
            lines.append(f"          - {{code: q{page}_{question}, type: {kind}, text: {text}{more}}}")
    return "\n".join(lines) + "\n"


def run_on(name: str, database_url: str, folder: Path) -> None:
    """Measure one database and print its line."""
    shelf = Shelf(folder / "questionnaires")
    (shelf.root / "leaver").mkdir(parents=True)
    (shelf.root / "leaver" / "1.yaml").write_text(questionnaire(), encoding="utf-8")
    with server(folder, database_url) as served:
        tokens = served.prepare(N_LEAVERS + LEAVERS_AT_ONCE, shelf)
        served.start()
        for token in tokens[:LEAVERS_AT_ONCE]:
            QuickLeaver(served.port, token).answer_everything()  # templates compiled, connections made
        began, used = time.perf_counter(), served.cpu_seconds()
        seconds, failed = crowd(served.port, tokens[LEAVERS_AT_ONCE:])
        took, used = time.perf_counter() - began, served.cpu_seconds() - used
    slow = statistics.quantiles(seconds, n=100)
    print(
        f"{name}: {(N_LEAVERS - len(failed)) / took:.1f} completions a second, {len(seconds) / took:.0f} requests a "
        f"second, a request takes {slow[49] * 1000:.0f} ms (median), {slow[94] * 1000:.0f} ms (95th), "
        f"{slow[98] * 1000:.0f} ms (99th); {len(failed)} failed; the server used {used / N_LEAVERS * 1000:.0f} ms of "
        f"processor time a completion, so that the other processes left it {used / took:.2f} cores"
    )


def crowd(port: int, tokens: list[str]) -> tuple[list[float], list[str]]:
    """All of them answer, eight at once; how long every request took, and what failed."""
    waiting: SimpleQueue[str] = SimpleQueue()
    for token in tokens:
        waiting.put(token)
    seconds: list[float] = []
    failed: list[str] = []

    def leave() -> None:
        while True:
            try:
                leaver = QuickLeaver(port, waiting.get_nowait())
            except Empty:
                return
            try:
                leaver.answer_everything()
            except (OSError, RuntimeError) as error:
                failed.append(str(error))
            seconds.extend(leaver.seconds)

    threads = [threading.Thread(target=leave) for _ in range(LEAVERS_AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seconds, failed


def main() -> None:
    """Print completions a second on SQLite and PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        run_on("SQLite", f"sqlite:///{folder}/app.sqlite", Path(folder))
    with tempfile.TemporaryDirectory() as folder, postgres_server() as address:
        template = PostgresTemplate(address)
        with template.copy() as database_url:
            run_on("PostgreSQL", database_url, Path(folder))
        template.drop()


if __name__ == "__main__":
    main()
