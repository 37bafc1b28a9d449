"""A comment coder learnt from coded comments: TF-IDF of words and characters, one logistic regression a code."""

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

Floats = NDArray[np.float64]


class TooFewCodedComments(ValueError):
    """No code has five coded comments with it and one without: nothing can be learnt yet."""


@dataclass(frozen=True)
class CommentCoder:
    """Trained for one language. Not meant to be stored: train it in the release job and keep its suggestions."""

    codes: tuple[str, ...]
    words: sk_words.TfidfVectorizer
    characters: sk_words.TfidfVectorizer
    weights: Floats
    intercepts: Floats

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """Shape (texts, codes): the probability of each code by itself."""
        features = _features(self.words, self.characters, texts)
        scores = np.asarray(features @ self.weights.T, dtype=np.float64) + self.intercepts
        return np.asarray(1 / (1 + np.exp(-scores)), dtype=np.float64)

    def suggest(self, texts: Sequence[str]) -> list[tuple[Suggestion, ...]]:
        """For each comment its three likeliest codes, with confidence and the comment's words that speak for them."""
        found = []
        for text, row in zip(texts, self.probabilities(texts), strict=True):
            # a stable sort by falling probability: ties keep the order of the codes
            best = np.argsort(-row, kind="stable")[:MOST_SUGGESTED]
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
    features = _features(words, characters, texts)
    fitted = [_fit(features, truth[:, i]) for i in enough]
    weights = np.vstack([model.coef_ for model in fitted])
    intercepts = np.concatenate([model.intercept_ for model in fitted])
    return CommentCoder(tuple(known[i] for i in enough), words, characters, weights, intercepts)


def _fit(features: sp.csr_matrix, has_code: NDArray[np.bool_]) -> linear_model.LogisticRegression:
    # balanced: rare codes must be able to reach the top three, at the price of confidence that runs high for them
    model = linear_model.LogisticRegression(
        C=REGULARISATION, solver="liblinear", class_weight="balanced", random_state=0
    )
    return model.fit(features, has_code)


def uncertainty(probabilities: Floats) -> Floats:
    """How unsure each comment's coding is: 1 when its least certain code lies at one half, 0 when all are certain."""
    return np.asarray(1 - 2 * np.abs(probabilities - 0.5).min(axis=1), dtype=np.float64)
