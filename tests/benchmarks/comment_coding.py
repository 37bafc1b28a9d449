"""Prints how well comments are coded and redacted on public, human-coded comments: run as a script.

    python -m tests.benchmarks.comment_coding

Reads SURVEYAPP_REAL_DATA. Quoted elsewhere for 24 themes: .695 micro, .566 macro F1, .872 recall at 3.
"""

import csv
import os
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score

from analytics.redact import StaffDirectory, redact
from analytics.text_model import train
from tests.analytics.staff_names import staff

REAL_DATA = Path(os.environ.get("SURVEYAPP_REAL_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
FEWEST = 20
Codes = Sequence[frozenset[str]]


def nhs_comments() -> tuple[list[str], list[frozenset[str]]]:
    """Comments with their themes, those with 20 comments or more (24 of them)."""
    with (REAL_DATA / "nhs_comments" / "v6_neas.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    first = list(rows[0]).index("Not assigned") + 1
    themes = [name for name in list(rows[0])[first:] if name != "Labelling not possible"]
    kept = [name for name in themes if sum(row[name] == "1" for row in rows) >= FEWEST]
    return [row["FFT answer"] for row in rows], [frozenset(n for n in kept if row[n] == "1") for row in rows]


def csa_comments() -> tuple[list[str], list[frozenset[str]]]:
    """Workers' answers with their one domain."""
    texts, codes = [], []
    for name in ("final_manual_coding_NO_Q13.csv", "rq2_improvements_only.csv"):
        with (REAL_DATA / "csa_comments" / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                texts.append(row["Text"])
                codes.append(frozenset({row["Domain"]} if row["Domain"] else ()))
    return texts, codes


def figures(texts: Sequence[str], codes: Codes, folds: int, seed: int = 0) -> tuple[float, float, float]:
    """Micro F1, macro F1 and recall at three, over all folds together."""
    order = np.random.default_rng(seed).permutation(len(texts))
    known = sorted({code for given in codes for code in given})
    truth = np.array([[code in given for code in known] for given in codes])
    guess = np.zeros(truth.shape)
    for part in np.array_split(order, folds):
        rest = np.setdiff1d(order, part)
        coder = train([texts[i] for i in rest], [codes[i] for i in rest])
        columns = [known.index(code) for code in coder.codes]
        guess[np.ix_(part, columns)] = coder.probabilities([texts[i] for i in part])
    top = np.argsort(-guess, axis=1)[:, :3]
    recall = np.take_along_axis(truth, top, axis=1).sum() / truth.sum()
    micro, macro = (f1_score(truth, guess > 0.5, average=kind, zero_division=0) for kind in ("micro", "macro"))
    return float(micro), float(macro), float(recall)


def main() -> None:
    for name, (texts, codes), folds in (
        ("NHS, 24 themes", nhs_comments(), 5),
        ("workers, 6 domains", csa_comments(), 5),
    ):
        started = time.perf_counter()
        micro, macro, recall = figures(texts, codes, folds)
        seconds = time.perf_counter() - started
        print(
            f"{name}: {len(texts)} comments, micro F1 {micro:.3f}, macro F1 {macro:.3f}, recall at 3 {recall:.3f}, ",
            end="",
        )
        print(f"{folds} folds in {seconds:.0f} s")
    directory = StaffDirectory.of(staff(seed=1, size=7600))
    texts = nhs_comments()[0]
    started = time.perf_counter()
    results = [redact(text, directory) for text in texts]
    seconds = time.perf_counter() - started
    touched = sum(result.is_touched for result in results) / len(results)
    doubtful = sum(bool(result.doubts) for result in results) / len(results)
    print(f"redaction of {len(texts)} comments in {seconds:.1f} s: touched {touched:.1%}, to a person {doubtful:.1%}")


if __name__ == "__main__":
    main()
