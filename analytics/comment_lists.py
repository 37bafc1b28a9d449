"""Which comments may be listed together, under which one group and theme (STATISTICS 1.6): pure rules over people.

Everyone's words stand in one list at most, ever: once listed, a person is gone from what is composed later.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from analytics.tables import EVERY, Family

FEWEST_COMMENTERS = 5
FEWEST_A_THEME = 3
FEWEST_A_SENSITIVE_THEME = 5
SMALLEST_GROUP = 10
SMALLEST_SENSITIVE_GROUP = 20
ORGANISATION_ONLY_BELOW = 120
"""Answers a year under which comments are listed for the whole organisation only."""
LONGEST_WAIT = 4
"""Cuts that someone's words wait for a list of their Area or job role, before they join the whole organisation's."""


@dataclass(frozen=True)
class Writer:
    """One person whose words may be listed: the themes of each text they wrote (theme, text), and where they belong.

    `waits_for_place`: rather listed under their Area or role than under the organisation; `age`: cuts waited so far.
    `is_secret`: the rules protect this answer; only such people count towards them.
    """

    person: str
    role: str
    area: str
    waits_for_place: bool
    age: int
    is_secret: bool
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Listed:
    """One text in its one list."""

    family: Family
    place: str
    theme: str
    person: str
    text: str


@dataclass(frozen=True)
class ListRules:
    """The thresholds in force; sensitive themes have their own."""

    sensitive: frozenset[str] = frozenset()
    smallest_group: int = SMALLEST_GROUP
    smallest_sensitive_group: int = SMALLEST_SENSITIVE_GROUP


def compose_lists(
    writers: Iterable[Writer], answered: Mapping[tuple[str, str], int], rules: ListRules
) -> tuple[Listed, ...]:
    """What this release lists. `answered`: secret people who answered in the last year, by (role, Area).

    Areas and job roles come first, the one with most writers before the others; who is listed there is in no other
    list. Then the organisation, from those who do not wait for a place any more. Input order breaks ties.
    """
    waiting = list(writers)
    total = sum(answered.values())
    found: list[Listed] = []
    if total >= ORGANISATION_ONLY_BELOW:
        for family, place in _places_by_size(waiting):
            n = sum(number for key, number in answered.items() if place == key[family is Family.AREA])
            here = [one for one in waiting if one.waits_for_place and _place_of(one, family) == place]
            listed = _one_list(here, family, place, n, rules)
            found += listed
            taken = {one.person for one in listed}
            waiting = [one for one in waiting if one.person not in taken]
    ready = [
        one for one in waiting if total < ORGANISATION_ONLY_BELOW or not one.waits_for_place or one.age >= LONGEST_WAIT
    ]
    return (*found, *_one_list(ready, Family.ORGANISATION, EVERY, total, rules))


def _places_by_size(writers: Sequence[Writer]) -> list[tuple[Family, str]]:
    counts = Counter(
        (family, _place_of(one, family))
        for one in writers
        if one.waits_for_place
        for family in (Family.AREA, Family.ROLE)
    )
    return sorted(counts, key=lambda key: (-counts[key], key))


def _place_of(one: Writer, family: Family) -> str:
    return one.area if family is Family.AREA else one.role


def _one_list(writers: Sequence[Writer], family: Family, place: str, n: int, rules: ListRules) -> list[Listed]:
    """One list, or nothing: theme by theme, the one most people speak of first, one text a person."""
    if n < rules.smallest_group:
        return []
    left, found = list(writers), list[Listed]()
    closed: set[str] = set() if n >= rules.smallest_sensitive_group else set(rules.sensitive)
    while theme := _commonest(left, closed):
        speakers = [one for one in left if any(theme == t for t, _text in one.texts)]
        if sum(one.is_secret for one in speakers) < fewest_speakers(theme, rules.sensitive):
            closed.add(theme)
            continue
        for one in speakers:
            text = next(text for t, text in one.texts if t == theme)
            found.append(Listed(family, place, theme, one.person, text))
        left = [one for one in left if one not in speakers]
    secret = {one.person for one in writers if one.is_secret}
    return found if sum(one.person in secret for one in found) >= FEWEST_COMMENTERS else []


def fewest_speakers(theme: str, sensitive: Collection[str]) -> int:
    """How many people must speak of a theme before their words may be listed under it."""
    return FEWEST_A_SENSITIVE_THEME if theme in sensitive else FEWEST_A_THEME


def _commonest(writers: Sequence[Writer], closed: Collection[str]) -> str | None:
    counts = Counter(theme for one in writers for theme in {theme for theme, _text in one.texts} - set(closed))
    return min(counts, key=lambda theme: (-counts[theme], theme)) if counts else None
