"""Finding words in comments that a release lists, and what may be said of the hits (STATISTICS 1.6): pure rules.

Whoever searches may read every list already. Still, hits too few for a list of their own are counted by theme only, so
that no search picks one leaver's words out of the many they stand among.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from analytics.comment_lists import FEWEST_COMMENTERS, fewest_speakers
from analytics.text import radicals

SHORTEST_WORD = 2
"""Letters; a shorter one stands in nearly every comment."""
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class ListedText:
    """One text of a list: one person's, under one theme."""

    theme: str
    text: str
    language: str


@dataclass(frozen=True)
class SearchResult:
    """`n_by_theme`: themes of all hits, commonest first, with their number. `shown`: positions of the texts that
    may be read together, by theme in the same order; none where fewer than five people would stand there."""

    n_searched: int
    n_by_theme: tuple[tuple[str, int], ...]
    shown: tuple[int, ...]

    @property
    def n_found(self) -> int:
        return sum(n for _theme, n in self.n_by_theme)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a search, folded; those of fewer than two letters are left out."""
    return tuple(word for word in _WORD.findall(text.casefold()) if len(word) >= SHORTEST_WORD)


def search(texts: Sequence[ListedText], words: Iterable[str], sensitive: Collection[str] = ()) -> SearchResult:
    """Texts in which every word (of `words_of`) begins some word, in Welsh before its mutation too."""
    wanted = tuple(words)
    hits = [at for at, one in enumerate(texts) if wanted and _holds(one, wanted)]
    counts = sorted(Counter(texts[at].theme for at in hits).items(), key=lambda pair: (-pair[1], pair[0]))
    listable = [theme for theme, n in counts if n >= fewest_speakers(theme, sensitive)]
    shown = tuple(at for theme in listable for at in hits if texts[at].theme == theme)
    return SearchResult(len(texts), tuple(counts), shown if len(shown) >= FEWEST_COMMENTERS else ())


def _holds(one: ListedText, wanted: Iterable[str]) -> bool:
    known = set(_WORD.findall(one.text.casefold()))
    if one.language == "cy":
        known = {form for word in known for form in radicals(word)}
    return all(any(word.startswith(beginning) for word in known) for beginning in wanted)
