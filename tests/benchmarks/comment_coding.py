"""Prints how well comments are coded and redacted on public, human-coded comments: run as a script.

    python -m tests.benchmarks.comment_coding

Reads SURVEYAPP_REAL_DATA. Quoted elsewhere for 24 themes: .695 micro, .566 macro F1, .872 recall at 3. That macro F1
cannot be had from such models on this file: "at most" is what the best cut-offs give when chosen on the very answers
they are measured by. It must have been measured on other rows.
"""

import csv
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score
from threadpoolctl import threadpool_limits

from analytics.redact import StaffDirectory, redact
from analytics.text_model import train
from tests.analytics.staff_names import staff

REAL_DATA = Path(os.environ.get("SURVEYAPP_REAL_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
FEWEST = 20
Codes = Sequence[frozenset[str]]
Ids = NDArray[np.int64]
Guesses = NDArray[np.float64]
Given = NDArray[np.bool_]
CUTOFFS = np.linspace(-3, 3, 49)
"""Log-odds, from about .05 to .95."""


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


@dataclass(frozen=True)
class Quality:
    """Micro and macro F1 where a code is given from even odds on (rare codes raised), the same with a cut-off learnt
    for each code, and with the best cut-offs there are; recall at three; how far confidence lies from the share that is
    right, over suggestions in tenths of confidence."""

    at_half: tuple[float, float]
    with_cutoffs: tuple[float, float]
    at_most: tuple[float, float]
    recall: float
    miscalibrated: float


def figures(texts: Sequence[str], codes: Codes, folds: int, seed: int = 0) -> Quality:
    """Over all folds together. Cut-offs are learnt inside each fold's training part alone, from halves of it."""
    order = np.random.default_rng(seed).permutation(len(texts))
    known = sorted({code for given in codes for code in given})
    truth = np.array([[code in given for code in known] for given in codes])
    guess, sure, cutoffs = (np.full(truth.shape, low) for low in (-np.inf, 0.0, 0.0))

    def guessed(learn: Ids, at: Ids) -> tuple[Guesses, Guesses]:
        coder = train([texts[i] for i in learn], [codes[i] for i in learn])
        places, some = [known.index(code) for code in coder.codes], [texts[i] for i in at]
        scores, chances = np.full((len(at), len(known)), -np.inf), np.zeros((len(at), len(known)))
        scores[:, places], chances[:, places] = coder.scores(some), coder.probabilities(some)
        return scores, chances

    for number, part in enumerate(np.array_split(order, folds)):
        rest = np.setdiff1d(order, part)
        guess[part], sure[part] = guessed(rest, part)
        halves = np.array_split(np.random.default_rng(number).permutation(rest), 2)
        inside = np.zeros(truth.shape)
        for half in halves:
            inside[half], _ = guessed(np.setdiff1d(rest, half), half)
        cutoffs[part] = [best_cutoff(truth[rest, at], inside[rest, at]) for at in range(len(known))]
    top = np.argsort(-guess, axis=1)[:, :3]
    right = np.take_along_axis(truth, top, axis=1)
    best = np.array([best_cutoff(truth[:, at], guess[:, at]) for at in range(len(known))])
    f1 = [_f1(truth, guess > cut) for cut in (0, cutoffs, best)]
    apart = _miscalibrated(np.take_along_axis(sure, top, axis=1), right)
    return Quality(f1[0], f1[1], f1[2], float(right.sum() / truth.sum()), apart)


def _miscalibrated(sure: Guesses, right: Given) -> float:
    """The mean distance of confidence and the share that is right, by tenths of confidence."""
    tenth = np.minimum((sure * 10).astype(int), 9)
    parts = [tenth == one for one in range(10) if (tenth == one).any()]
    return float(sum(abs(sure[part].mean() - right[part].mean()) * part.mean() for part in parts))


def best_cutoff(truth: Given, guess: Guesses) -> float:
    """The score from which giving the code has the highest F1."""
    return float(max(CUTOFFS, key=lambda cut: f1_score(truth, guess > cut, zero_division=0)))


def _f1(truth: Given, given: Given) -> tuple[float, float]:
    micro, macro = (f1_score(truth, given, average=kind, zero_division=0) for kind in ("micro", "macro"))
    return float(micro), float(macro)


def main() -> None:
    for name, (texts, codes), folds in (
        ("NHS, 24 themes", nhs_comments(), 5),
        ("workers, 6 domains", csa_comments(), 5),
    ):
        started = time.perf_counter()
        with threadpool_limits(1):  # many threads on sparse rows only wait for each other
            found = figures(texts, codes, folds)
        seconds = time.perf_counter() - started
        print(f"{name}: {len(texts)} comments, {folds} folds in {seconds:.0f} s, recall at 3 {found.recall:.3f}")
        print("  given from even odds on: micro F1 {:.3f}, macro F1 {:.3f}".format(*found.at_half))
        print("  with a cut-off a code:   micro F1 {:.3f}, macro F1 {:.3f}".format(*found.with_cutoffs))
        print("  with the best cut-offs:  micro F1 {:.3f}, macro F1 {:.3f} at most".format(*found.at_most))
        print(f"  confidence is off by {found.miscalibrated:.3f} over the three suggestions")
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
