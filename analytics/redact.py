"""Takes names and identifiers out of comments before anybody reads them; what is unsure goes to a person.

Patterns (STATISTICS 4) and the agency's own staff directory. Nothing leaves the machine and nothing is learned: the
same text and directory always give the same result. No redacted comment is released before a person has checked it.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from analytics.identifiers import PATTERNS, TOKENS, Kind
from analytics.name_words import ALSO_WORDS, BEFORE_A_NAME, SHORT_FORMS, TITLES

_NAME_WORD = r"[^\W\d_]+(?:[-'’][^\W\d_]+)*"
_CAPITALISED = r"[A-ZÀ-ÖØ-ÞŴŶ][^\W\d_]*(?:[-'’][^\W\d_]+)*"
_TITLED = re.compile(rf"\b(?i:{'|'.join(TITLES)})\.? {_CAPITALISED}(?: {_CAPITALISED})?")
_INTRODUCED = re.compile(rf"\b(?i:{BEFORE_A_NAME}) (?P<name>{_CAPITALISED}(?: {_CAPITALISED})?)")
_WORD = re.compile(_NAME_WORD)
_POSSESSIVES = ("'s", "’s", "'S", "’S")
_INITIAL_BEFORE = re.compile(r"(?:\b[A-Z]\.? )+$")
_NEVER_INTRODUCED = frozenset({"i", "he", "she", "they", "the", "a", "and", "it", "we", "this", "that", "who", "my"})


@dataclass(frozen=True)
class Span:
    """Characters start to end of the text given, and what they are."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True)
class Redacted:
    """text: with tokens in place of what was found. doubts: spans of `text` that a person must decide on."""

    text: str
    spans: tuple[Span, ...]
    doubts: tuple[Span, ...]

    @property
    def is_touched(self) -> bool:
        return bool(self.spans)


def _folded(word: str) -> str:
    """Lower case without accents, so that Siân and Sian are one."""
    decomposed = unicodedata.normalize("NFKD", word.lower().replace("’", "'"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


_AMBIGUOUS = {language: frozenset(map(_folded, words)) for language, words in ALSO_WORDS.items()}


@dataclass(frozen=True)
class StaffDirectory:
    """What redaction knows of an agency's staff: their names, their numbers. Not kept."""

    names: frozenset[str]
    full_names: frozenset[tuple[str, str]]
    numbers: frozenset[str]

    @classmethod
    def of(cls, full_names: Iterable[str], numbers: Iterable[str] = ()) -> "StaffDirectory":
        """From full names ('Siân Lloyd-Jones') and staff numbers. One-letter parts are left out; short forms join."""
        words: set[str] = set()
        full: set[tuple[str, str]] = set()
        for full_name in full_names:
            written = [_folded(word) for word in _WORD.findall(full_name)]
            parts = {part for word in written for part in (word, *word.split("-")) if len(part) > 1}
            words |= parts | {short for part in parts for short in SHORT_FORMS.get(part, ())}
            full |= {(first, written[-1]) for word in written[:-1] for first in (word, *SHORT_FORMS.get(word, ()))}
        known_numbers = frozenset(number.strip().lower() for number in numbers if number.strip())
        return cls(frozenset(words), frozenset(full), known_numbers)


def redact(text: str, directory: StaffDirectory, language: str = "en") -> Redacted:
    """Replace identifiers by typed tokens in the comment's language; leave doubtful names in place and list them.

    A name of the directory that is also an ordinary word is replaced only with a capital inside a sentence; at the
    start of one, or where capitals tell nothing, it becomes a doubt. Raises KeyError for an unknown language.
    """
    tokens = TOKENS[language]
    names = _names(text, directory, _AMBIGUOUS[language])
    certain = _merged([*_certain(text, directory), *(span for span, is_sure in names if is_sure)])
    doubts = [span for span, is_sure in names if not is_sure and not _overlaps(span, certain)]
    pieces, moved, at, shift = [], [], 0, 0
    for span in sorted([*certain, *doubts], key=lambda s: s.start):
        if span in certain:
            token = tokens[span.kind]
            pieces += [text[at : span.start], token]
            shift += len(token) - (span.end - span.start)
            at = span.end
        else:
            moved.append(Span(span.start + shift, span.end + shift, span.kind))
    return Redacted("".join([*pieces, text[at:]]), tuple(certain), tuple(moved))


def _certain(text: str, directory: StaffDirectory) -> list[Span]:
    """In order of precedence."""
    found = [Span(*match.span(), kind) for kind, pattern in PATTERNS for match in pattern.finditer(text)]
    found += [Span(*match.span(), Kind.NAME) for match in _TITLED.finditer(text)]
    for match in _INTRODUCED.finditer(text):
        if _folded(match["name"].split()[0]) not in _NEVER_INTRODUCED:
            found.append(Span(*match.span("name"), Kind.NAME))
    for token in re.finditer(r"[\w-]+", text):
        if token.group().lower() in directory.numbers:
            found.append(Span(*token.span(), Kind.STAFF_NUMBER))
    return found


@dataclass(frozen=True)
class _Word:
    """A word of the text that is in the directory, without a possessive ending."""

    start: int
    end: int
    folded: str
    is_capital: bool
    is_plain_name: bool  # it means nothing else
    has_initial: bool


def _names(text: str, directory: StaffDirectory, ambiguous: frozenset[str]) -> list[tuple[Span, bool]]:
    """Words of the directory with whether each is surely a name here; words that are surely none are left out."""
    words = [word for match in _WORD.finditer(text) if (word := _known(text, match, directory, ambiguous))]
    has_telling_case = _has_telling_case(text)
    found: list[tuple[Span, bool]] = []
    last_sure: _Word | None = None
    for word, after in zip(words, [*words[1:], None], strict=False):
        follows = last_sure is not None and _is_next(text, last_sure, word)
        is_pair = after is not None and _is_next(text, word, after) and _is_pair(word, after, directory)
        is_sure = word.is_plain_name or is_pair or (follows and _goes_with(last_sure, word))
        verdict = True if is_sure else _lone_verdict(text, word, has_telling_case)
        if verdict is not None:
            found.append((Span(_with_initials(text, word.start), word.end, Kind.NAME), verdict))
        last_sure = word if verdict else None
    return found


def _known(text: str, match: re.Match[str], directory: StaffDirectory, ambiguous: frozenset[str]) -> _Word | None:
    word = match.group()
    if word.endswith(_POSSESSIVES):
        word = word[:-2]
    folded = _folded(word)
    known = [part for part in (folded, *folded.split("-")) if part in directory.names]
    if not known or len(word) == 1:
        return None
    is_plain = any(part not in ambiguous for part in known)
    has_initial = _with_initials(text, match.start()) < match.start()
    return _Word(match.start(), match.start() + len(word), folded, word[0].isupper(), is_plain, has_initial)


def _is_next(text: str, first: _Word, second: _Word) -> bool:
    """With nothing between them but spaces or an initial."""
    return re.fullmatch(r"\s+(?:[A-Z]\.?\s+)*", text[first.end : second.start]) is not None


def _is_pair(first: _Word, second: _Word, directory: StaffDirectory) -> bool:
    """A full name of the directory however written, or two words of it both with capitals."""
    return (first.folded, second.folded) in directory.full_names or (first.is_capital and second.is_capital)


def _goes_with(sure: _Word | None, word: _Word) -> bool:
    """The word after a sure name belongs to it when both are written alike."""
    return sure is not None and (word.is_capital or not sure.is_capital)


def _lone_verdict(text: str, word: _Word, has_telling_case: bool) -> bool | None:
    """For a word that is also an ordinary one: True a name; False a person must say; None no name."""
    if not has_telling_case:
        return False
    if not word.is_capital:
        return None
    return word.has_initial or not _starts_sentence(text, word.start)


def _has_telling_case(text: str) -> bool:
    """Whether capitals mean anything: neither none at all nor nearly everywhere."""
    letters = [c for c in text if c.isalpha()]
    return 0 < sum(c.isupper() for c in letters) < 0.6 * max(len(letters), 1)


def _starts_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip(" \t\"'“‘(-•*")
    return not before or before[-1] in ".!?:;\n\r" or text[:start].endswith(("\n", "\r"))


def _with_initials(text: str, start: int) -> int:
    """Where the initials before a name begin ('J. P. Hughes'). The word I is no initial."""
    match = _INITIAL_BEFORE.search(text[:start])
    if match is None or match.group().strip() == "I":
        return start
    return match.start()


def _overlaps(span: Span, others: Iterable[Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in others)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Spans without overlaps: the earlier in precedence stays and grows over the others it touches.

    Neighbouring names become one, so that the number of words of a name is not shown.
    """
    kept: list[Span] = []
    for span in spans:
        touching = [other for other in kept if _overlaps(span, [other])]
        if touching:
            start, end = min(span.start, touching[0].start), max(span.end, *(other.end for other in touching))
            kept = [other for other in kept if other not in touching]
            span = Span(min(start, *(other.start for other in touching)), end, touching[0].kind)
        kept.append(span)
    joined: list[Span] = []
    for span in sorted(kept, key=lambda s: s.start):
        last = joined[-1] if joined else None
        if last and last.kind is Kind.NAME and span.kind is Kind.NAME and span.start - last.end <= 1:
            joined[-1] = Span(last.start, span.end, Kind.NAME)
        else:
            joined.append(span)
    return joined
