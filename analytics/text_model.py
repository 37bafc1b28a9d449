"""A comment coder learnt from coded comments: TF-IDF of words and characters, one logistic regression a code.

Rare codes are raised while learning, so that they reach the top three; how sure a guess is, is then learnt apart, from
comments left out in turn, so that of the guesses called 70% sure about 70 of 100 are right (Platt 1999).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.heavy import linear_model, sp
from analytics.heavy import words as sk_words
from analytics.text import MOST_SUGGESTED, Suggestion

FEWEST_POSITIVE = 5
REGULARISATION = 3.0
_MOST_WORDS = 3
_FOLDS = 3

Floats = NDArray[np.float64]


class TooFewCodedComments(ValueError):
    """No code has five coded comments with it and one without: nothing can be learnt yet."""


@dataclass(frozen=True)
class Calibration:
    """From the score of a code and the log-odds of its share among coded comments to log-odds that can be believed."""

    by_score: float = 1.0
    by_share: float = 0.0
    constant: float = 0.0

    def probabilities(self, scores: Floats, shares: Floats) -> Floats:
        """Shape (texts, codes), from scores of that shape and the share of each code."""
        odds = self.by_score * scores + self.by_share * _log_odds(shares) + self.constant
        return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float64)


@dataclass(frozen=True)
class CommentCoder:
    """Trained for one language. Not meant to be stored: train it in the release job and keep its suggestions."""

    codes: tuple[str, ...]
    words: sk_words.TfidfVectorizer
    characters: sk_words.TfidfVectorizer
    weights: Floats
    intercepts: Floats
    shares: Floats
    calibration: Calibration

    def scores(self, texts: Sequence[str]) -> Floats:
        """Shape (texts, codes): log-odds as if every code were as common as its absence. They rank, and no more."""
        features = _features(self.words, self.characters, texts)
        return np.asarray(features @ self.weights.T, dtype=np.float64) + self.intercepts

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """Shape (texts, codes): the probability of each code by itself."""
        return self.calibration.probabilities(self.scores(texts), self.shares)

    def suggest(self, texts: Sequence[str]) -> list[tuple[Suggestion, ...]]:
        """For each comment three codes, the surest first, with confidence and the comment's words that speak for them.

        The three are those of the highest scores, which gives rare codes their turn.
        """
        found, scores = [], self.scores(texts)
        rows = self.calibration.probabilities(scores, self.shares)
        for text, row, score in zip(texts, rows, scores, strict=True):
            # stable sorts: ties keep the order of the codes
            three = np.sort(np.argsort(-score, kind="stable")[:MOST_SUGGESTED])
            best = three[np.argsort(-row[three], kind="stable")]
            reasons = self._reasons(text, best)
            found.append(
                tuple(Suggestion(self.codes[i], float(row[i]), words) for i, words in zip(best, reasons, strict=True))
            )
        return found

    def _reasons(self, text: str, codes: NDArray[np.intp]) -> list[tuple[str, ...]]:
        """Words and pairs of words of the comment, by how much they raise each code."""
        vector = self.words.transform([text])
        names = self.words.get_feature_names_out()
        reasons = []
        for code in codes:
            gains = vector.data * self.weights[code, vector.indices]
            order = np.argsort(-gains, kind="stable")[:_MOST_WORDS]
            reasons.append(tuple(str(names[vector.indices[i]]) for i in order if gains[i] > 0))
        return reasons


def _features(
    words: sk_words.TfidfVectorizer, characters: sk_words.TfidfVectorizer, texts: Sequence[str]
) -> sp.csr_matrix:
    return sp.csr_matrix(sp.hstack([words.transform(texts), characters.transform(texts)]))


def train(texts: Sequence[str], codes: Sequence[frozenset[str]]) -> CommentCoder:
    """Learn from redacted comments and the codes people gave them; a comment may have several or none.

    TF-IDF of words (1-2) and characters (3-5), one-vs-rest logistic regression. Codes with fewer than five comments are
    left out. Deterministic: no random numbers. Raises TooFewCodedComments.
    """
    known = sorted({code for given in codes for code in given})
    truth = np.array([[code in given for code in known] for given in codes], dtype=bool).reshape(len(texts), len(known))
    enough = [i for i in range(len(known)) if FEWEST_POSITIVE <= truth[:, i].sum() < len(texts)]
    if not enough:
        raise TooFewCodedComments(f"{len(texts)} comments are coded")
    words = sk_words.TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\b\w[\w'’-]*\b").fit(
        texts
    )
    characters = sk_words.TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=2).fit(
        texts
    )
    features, given = _features(words, characters, texts), truth[:, enough]
    weights, intercepts = _fit_all(features, given)
    shares = np.asarray(given.mean(axis=0), dtype=np.float64)
    calibration = _calibrated(features, given, shares)
    return CommentCoder(tuple(known[i] for i in enough), words, characters, weights, intercepts, shares, calibration)


def _fit_all(features: sp.csr_matrix, given: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Weights and intercepts, a row for each code."""
    fitted = [_fit(features, column) for column in given.T]
    return np.vstack([model.coef_ for model in fitted]), np.concatenate([model.intercept_ for model in fitted])


def _calibrated(features: sp.csr_matrix, given: NDArray[np.bool_], shares: Floats) -> Calibration:
    """Learnt from every third comment in turn, scored by what the others teach; one calibration for all codes, since a
    rare code alone has too few comments for one of its own. Codes that such a part lacks are left out of it."""
    scores, chances, truth = [], [], []
    for part in range(_FOLDS):
        left_out = np.arange(len(given)) % _FOLDS == part
        others = given[~left_out]
        told = others.any(axis=0) & ~others.all(axis=0)
        if told.any():
            weights, intercepts = _fit_all(features[~left_out], others[:, told])
            found = np.asarray(features[left_out] @ weights.T, dtype=np.float64) + intercepts
            scores.append(found.ravel())
            chances.append(np.broadcast_to(_log_odds(shares[told]), found.shape).ravel())
            truth.append(given[left_out][:, told].ravel())
    if not scores or np.concatenate(truth).all() or not np.concatenate(truth).any():
        return Calibration()
    both = np.column_stack([np.concatenate(scores), np.concatenate(chances)])
    learnt = linear_model.LogisticRegression(C=1.0).fit(both, np.concatenate(truth))
    by_score, by_share = learnt.coef_[0]
    return Calibration(float(by_score), float(by_share), float(learnt.intercept_[0]))


def _log_odds(shares: Floats) -> Floats:
    return np.asarray(np.log(shares / (1 - shares)), dtype=np.float64)


def _fit(features: sp.csr_matrix, has_code: NDArray[np.bool_]) -> linear_model.LogisticRegression:
    # balanced: rare codes must be able to reach the top three; the calibration takes back what that adds
    model = linear_model.LogisticRegression(
        C=REGULARISATION, solver="liblinear", class_weight="balanced", random_state=0
    )
    return model.fit(features, has_code)


def uncertainty(probabilities: Floats) -> Floats:
    """How unsure each comment's coding is: 1 when its least certain code lies at one half, 0 when all are certain."""
    return np.asarray(1 - 2 * np.abs(probabilities - 0.5).min(axis=1), dtype=np.float64)
