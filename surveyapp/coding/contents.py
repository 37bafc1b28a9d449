"""What a comment holds: its redacted sentences and what a coder needs beside them; and the bands sealed with it."""

import json
import re
from dataclasses import asdict, dataclass, replace

from analytics.identifiers import TOKENS
from analytics.text import Suggestion

BANDS = "comments"
"""What a sealed box of bands is bound to."""
HIDDEN = {"en": "[removed]", "cy": "[tynnwyd]"}
"""What stands where a person took words out."""
_SENTENCE = re.compile(r".+?(?:[.!?…]+[\"'”’)\]]*\s+|\n\s*|$)", re.DOTALL)


class WordsNotThere(ValueError):
    """The words to take out do not stand in any one sentence of the comment."""


@dataclass(frozen=True)
class SealedBands:
    """What only the cut may know of a comment. `person` is the same for all comments of one response."""

    person: str
    role: str
    area: str
    is_resignation: bool
    is_secret: bool
    waits_for_place: bool

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, held: bytes) -> "SealedBands":
        return cls(**json.loads(held))


@dataclass(frozen=True)
class CommentText:
    """A redacted comment. Its sentences joined are its text; taking words out never changes how many there are."""

    sentences: tuple[str, ...]
    question: str
    language: str
    consent: str
    doubts: tuple[str, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def text(self) -> str:
        return "".join(self.sentences)

    @property
    def may_be_quoted(self) -> bool:
        """Whether its writer lets it be shown; otherwise it is only summed up."""
        return self.consent == "quote"

    @property
    def open_doubts(self) -> tuple[str, ...]:
        """Words that may be names and that a person has neither taken out nor let stand."""
        return tuple(word for word in dict.fromkeys(self.doubts) if self.has(word))

    def has(self, words: str) -> bool:
        return any(_found(words, sentence) for sentence in self.sentences)

    def without(self, words: str) -> "CommentText":
        """The comment with every occurrence of these words taken out; nothing is ever put back.

        Errors: WordsNotThere. Tokens of earlier redaction are never touched.
        """
        words = " ".join(words.split())
        if not words or not self.has(words):
            raise WordsNotThere(words)
        hidden = HIDDEN[self.language]
        return replace(self, sentences=tuple(_take_out(words, sentence, hidden) for sentence in self.sentences))

    def part(self, first: int, upto: int) -> str:
        """The text of some sentences, from the first up to, and without, the last number."""
        return "".join(self.sentences[first:upto]).strip()

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, held: str) -> "CommentText":
        values = json.loads(held)
        suggestions = tuple(
            Suggestion(one["code"], one["confidence"], tuple(one["words"])) for one in values["suggestions"]
        )
        lists = {name: tuple(values[name]) for name in ("sentences", "doubts")}
        return cls(**(values | lists | {"suggestions": suggestions}))


def sentences_of(text: str) -> tuple[str, ...]:
    """A text cut after each sentence and line; joined they are the text again, without the blanks around it."""
    return tuple(found.group() for found in _SENTENCE.finditer(text.strip()) if found.group())


def tokens_in(language: str) -> tuple[str, ...]:
    """Everything that may stand for what was taken out."""
    return (*TOKENS[language].values(), HIDDEN[language])


_TOKEN = re.compile("|".join(re.escape(token) for language in TOKENS for token in tokens_in(language)))


def without_tokens(text: str) -> str:
    """A text as something may be learnt from it: a token for a name says nothing about its subject."""
    return " ".join(_TOKEN.sub(" ", text).split())


def _pattern(words: str) -> re.Pattern[str]:
    spaced = r"\s+".join(re.escape(word) for word in words.split())
    return re.compile(rf"(?<!\w){spaced}(?!\w)", re.IGNORECASE)


def _found(words: str, sentence: str) -> bool:
    return any(_pattern(words).search(piece) for piece in _TOKEN.split(sentence))


def _take_out(words: str, sentence: str, hidden: str) -> str:
    """Only between tokens: a token is not words of the comment."""
    pieces, tokens = _TOKEN.split(sentence), _TOKEN.findall(sentence)
    cleaned = [_pattern(words).sub(hidden, piece) for piece in pieces]
    return "".join(piece + token for piece, token in zip(cleaned, [*tokens, ""], strict=True))
