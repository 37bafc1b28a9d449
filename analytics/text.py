"""First guesses at a comment's codes from the code book's own words, and the rules for using guesses at all.

Below 150 coded comments of a language the words serve; from there analytics.text_model does. A person decides on every
guess. Nothing leaves the machine, and the same comment always gets the same guess.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import simplemma

MODEL_FROM = 150
MOST_SUGGESTED = 3
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")

# A mutated beginning and what it may have been (soft, nasal and aspirate mutation, h before a vowel).
_MUTATIONS = (
    ("ngh", ("c",)), ("mh", ("p",)), ("nh", ("t",)), ("ng", ("g",)), ("ph", ("p",)), ("th", ("t",)), ("ch", ("c",)),
    ("dd", ("d",)), ("m", ("b",)), ("n", ("d",)), ("b", ("p",)), ("d", ("t",)), ("g", ("c",)), ("f", ("b", "m")),
    ("l", ("ll", "gl")), ("r", ("rh", "gr")), ("w", ("gw",)), ("h", ("",)),
)  # fmt: skip
_VOWELS = frozenset("aeiouwyâêîôûŵŷ")


class Method(StrEnum):
    WORDS = "words"
    MODEL = "model"


@dataclass(frozen=True)
class CodeWords:
    """A code with the words of the code book that speak for it and against it, in one language.

    A word may be a phrase ("case load"); order and inflection of single words make no difference.
    """

    code: str
    include: tuple[str, ...]
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suggestion:
    """A guess: confidence from 0 to 1 (comparable within one method only) and the comment's words that speak for it."""

    code: str
    confidence: float
    words: tuple[str, ...]


def method_for(n_coded: int) -> Method:
    """Which way to guess, from the number of comments people have coded in that language."""
    return Method.MODEL if n_coded >= MODEL_FROM else Method.WORDS


def radicals(word: str) -> frozenset[str]:
    """A Welsh word and what it may have been before mutation: 'ngwaith' may be 'gwaith'."""
    known = {word}
    for beginning, originals in _MUTATIONS:
        if word.startswith(beginning) and len(word) > len(beginning) + 1:
            known |= {original + word[len(beginning) :] for original in originals}
    if word[:1] in _VOWELS:
        known.add("g" + word)
    return frozenset(known)


def word_forms(word: str, language: str) -> frozenset[str]:
    """The forms under which a word is looked up: itself, its lemma, in Welsh also without mutation."""
    lower = word.lower().replace("’", "'")
    forms = radicals(lower) if language == "cy" else frozenset({lower})
    return forms | {simplemma.lemmatize(form, lang=language).lower() for form in forms}


def _matches(entry: str, forms: Sequence[frozenset[str]], language: str) -> tuple[int, int] | None:
    """Where in the comment a word or phrase of the code book stands: positions of its first and last word."""
    wanted = [word_forms(part, language) for part in _WORD.findall(entry)]
    if not wanted:
        return None
    for start in range(len(forms) - len(wanted) + 1):
        if all(forms[start + i] & want for i, want in enumerate(wanted)):
            return start, start + len(wanted) - 1
    return None


def suggest_by_words(text: str, book: Sequence[CodeWords], language: str) -> tuple[Suggestion, ...]:
    """Up to three codes whose words occur in the comment, the most words first; none when nothing occurs.

    A code with an excluded word in the comment is not suggested. Confidence is hits / (hits + 1).
    """
    words = _WORD.findall(text)
    forms = [word_forms(word, language) for word in words]
    found = []
    for entry in book:
        if any(_matches(word, forms, language) for word in entry.exclude):
            continue
        places = {place for word in entry.include if (place := _matches(word, forms, language))}
        if places:
            seen = tuple(" ".join(words[first : last + 1]) for first, last in sorted(places))
            found.append(Suggestion(entry.code, len(places) / (len(places) + 1), seen))
    return tuple(sorted(found, key=lambda s: (-s.confidence, s.code))[:MOST_SUGGESTED])


def coding_queue(uncertainty: Sequence[tuple[str, float]], seed: int, random_share: float = 0.2) -> tuple[str, ...]:
    """Comment ids in the order to code them: uncertain first, with a fifth drawn at random for honest evaluation.

    uncertainty: id and a number, higher is less certain. Every fifth place goes to a random one, so that any stretch of
    the queue holds its share. Deterministic for a seed; every id appears once.
    """
    ranked = [name for name, _ in sorted(uncertainty, key=lambda pair: (-pair[1], pair[0]))]
    drawn = sorted(ranked)
    random.Random(seed).shuffle(drawn)
    every = max(1, round(1 / random_share))
    queue: list[str] = []
    taken: set[str] = set()
    while len(queue) < len(ranked):
        source = drawn if (len(queue) + 1) % every == 0 else ranked
        name = next(name for name in source if name not in taken)
        taken.add(name)
        queue.append(name)
    return tuple(queue)
