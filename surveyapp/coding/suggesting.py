"""First guesses for new comments: by the code book's words, or by what was learnt from coded ones; and the queue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.text import MOST_SUGGESTED, Method, Suggestion, coding_queue, method_for, suggest_by_words
from analytics.text_model import TooFewCodedComments, train, uncertainty
from surveyapp.coding.code_book import CodeBook
from surveyapp.coding.contents import CommentText, without_tokens

QUEUE_SEED = 20
LIKELY_FROM, PERHAPS_FROM = 0.6, 0.25
"""Confidence from which a suggestion is called likely, and perhaps; below it is a guess."""
SHORTEST_TELLING_WORD = 5
SURE_BY_QUESTION = 0.5
"""How sure a code is that the question itself asks for."""

Coded = Sequence[tuple[str, frozenset[str]]]
"""Texts with the codes that people gave them."""


@dataclass(frozen=True)
class Guess:
    """A comment's suggestions and how unsure they are, from 0 to 1."""

    suggestions: tuple[Suggestion, ...]
    doubt: float


def guesses(comments: Sequence[CommentText], coded: Mapping[str, Coded], book: CodeBook) -> list[Guess]:
    """A guess for each comment, language by language; `coded` holds what people have coded so far, by language."""
    found: dict[int, Guess] = {}
    for language in {one.language for one in comments}:
        places = [at for at, one in enumerate(comments) if one.language == language]
        some = [comments[at] for at in places]
        found |= zip(places, _in_one_language(some, coded.get(language, ()), book, language), strict=True)
    return [found[at] for at in range(len(comments))]


def _in_one_language(some: Sequence[CommentText], coded: Coded, book: CodeBook, language: str) -> list[Guess]:
    if method_for(len(coded)) is Method.MODEL:
        try:
            coder = train([without_tokens(text) for text, _codes in coded], [codes for _text, codes in coded])
        except TooFewCodedComments:
            return [_by_words(one, book, language) for one in some]
        texts = [without_tokens(one.text) for one in some]
        doubts = uncertainty(coder.probabilities(texts))
        made = [tuple(map(_with_telling_words, one)) for one in coder.suggest(texts)]
        return [Guess(one, float(doubt)) for one, doubt in zip(made, doubts, strict=True)]
    return [_by_words(one, book, language) for one in some]


def _with_telling_words(one: Suggestion) -> Suggestion:
    """A suggestion with the words a person can follow: no words for a mere guess, no "the" and "my" for any."""
    words = [word for word in one.words if len(word) >= SHORTEST_TELLING_WORD and one.confidence >= PERHAPS_FROM]
    return Suggestion(one.code, one.confidence, tuple(words))


def _by_words(one: CommentText, book: CodeBook, language: str) -> Guess:
    """By words, behind them the code the question itself asks for."""
    found = suggest_by_words(one.text, book.words(language), language)
    asked = [code.code for code in book.codes if one.question in code.answers_to]
    more = [Suggestion(code, SURE_BY_QUESTION, ()) for code in asked if code not in {s.code for s in found}]
    best = tuple([*found, *more][:MOST_SUGGESTED])
    return Guess(best, 1 - max((s.confidence for s in best), default=0.0))


def queue_order(comments: Sequence[CommentText], doubts: Sequence[float]) -> list[int]:
    """Places of comments in the order to code them: unsure ones first, a fifth of them drawn at random."""
    by_text = sorted(range(len(comments)), key=lambda at: comments[at].text)
    names = {f"{rank:06d}": at for rank, at in enumerate(by_text)}
    queue = coding_queue([(name, doubts[at]) for name, at in names.items()], QUEUE_SEED)
    return [names[name] for name in queue]
