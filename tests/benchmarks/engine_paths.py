"""How long the engine takes to compute the path of a journey of 100 pages (aim: under 1 ms)."""

import statistics
import time

from surveyapp.engine.loader import Shelf, load_text
from surveyapp.engine.path import PLAIN, find_path
from surveyapp.engine.values import Answer, Chosen
from tests.engine.tiny_leaver import QUESTIONNAIRES

PAGES, QUESTIONS_A_PAGE, ROUNDS = 100, 3, 400


def questionnaire() -> str:
    """A hundred pages of three questions; each page but the first hangs on three earlier answers and a band."""
    lines = [
        "questionnaire: long",
        "version: 1",
        "kind: leaver",
        "languages: [en, cy]",
        "title: {en: Long, cy: Hir}",
        "lists: {yn: [{code: yes, text: {en: Yes, cy: Ie}}, {code: no, text: {en: No, cy: Nage}}]}",
        "parts:",
        "  - {code: all, title: {en: All, cy: Popeth}, progress: {en: all, cy: popeth}, pages: [",
    ]
    for page in range(PAGES):
        rules = [f"{{question: q{max(page - back, 0)}_0, op: equals, value: yes}}" for back in (1, 2, 3)]
        band = "{case: tenure_band, op: any_of, value: [lt2, 2to4]}"
        show = f"show_if: {{all: [{band}, {{any: [{', '.join(rules)}]}}]}}, " if page else ""
        asked = [
            f"{{code: q{page}_{n}, type: single_choice, list: yn, text: {{en: Q, cy: C}}}}"
            for n in range(QUESTIONS_A_PAGE)
        ]
        lines.append(f"    {{code: p{page}, title: {{en: P, cy: T}}, {show}questions: [{', '.join(asked)}]}},")
    return "\n".join([*lines, "  ]}"])


def main() -> None:
    """Print the median and 95th centile of a path, and what checking and compiling the definition takes."""
    began = time.perf_counter()
    definition = load_text(questionnaire(), "long.yaml", Shelf(QUESTIONNAIRES))
    loading = time.perf_counter() - began
    answers: dict[str, Answer] = {code: Chosen("yes") for code in definition.questions}
    askings = dict.fromkeys(definition.questions, PLAIN)
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        path = find_path(definition, answers, askings, {"tenure_band": "lt2"})
        took.append((time.perf_counter() - began) * 1000)
    assert len(path.pages) == PAGES
    took.sort()
    print(f"path of {PAGES} pages, {len(definition.questions)} questions answered, a condition on each page:")
    print(f"  median {statistics.median(took):.3f} ms, 95th centile {took[int(ROUNDS * 0.95)]:.3f} ms")
    print(f"  read, check and compile, once per process: {loading * 1000:.0f} ms")


if __name__ == "__main__":
    main()
