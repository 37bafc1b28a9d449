"""What a cut gives and what the next cut needs: settings, published indicators, the release and its audit record."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from analytics.lattice import DimensionRule, OrganisationShape
from analytics.tables import Family, GroupKey, PublishedGroup, PublishedRow, Selection, Window, WindowCode

LEAST_K = 5


class ThresholdTooLow(ValueError):
    """k below 5, or a sensitive k below k."""


@dataclass(frozen=True)
class DisclosureSettings:
    """k = the fewest secret people a group may hold; `sensitive` reasons have their own and fewer families.

    `dimensions` are the D tables to offer, `equality` those of protected characteristics, which the run at sensitive k
    decides. `families` and `windows` narrow what is offered at all, for bases of which less is wanted.
    """

    k: int = 10
    sensitive_k: int = 20
    sensitive: frozenset[str] = frozenset()
    dimensions: tuple[DimensionRule, ...] = ()
    equality: tuple[DimensionRule, ...] = ()
    families: frozenset[Family] = frozenset(Family)
    windows: frozenset[WindowCode] = frozenset(WindowCode)

    def __post_init__(self) -> None:
        if self.k < LEAST_K or self.sensitive_k < self.k:
            raise ThresholdTooLow(f"k = {self.k}, sensitive k = {self.sensitive_k}: use 5 or more, sensitive not less")

    def as_json(self) -> dict[str, Any]:
        return {
            "k": self.k,
            "sensitive_k": self.sensitive_k,
            "sensitive": sorted(self.sensitive),
            "dimensions": [asdict(rule) for rule in self.dimensions],
            "equality": [asdict(rule) for rule in self.equality],
            "families": sorted(self.families),
            "windows": sorted(self.windows),
        }


@dataclass(frozen=True)
class Indicator:
    """A published group as later audits need it: its key, and the roles and Areas it held then ("*" = everyone), so
    that a later change of role families or regions cannot change what was published.

    `is_sensitive` marks the k = 20 run, which has its own published set.
    """

    key: GroupKey
    roles: tuple[str, ...]
    areas: tuple[str, ...]
    accepted_in: str
    is_sensitive: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "key": key_as_json(self.key),
            "roles": list(self.roles),
            "areas": list(self.areas),
            "accepted_in": self.accepted_in,
            "is_sensitive": self.is_sensitive,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Indicator:
        return cls(
            key=key_from_json(stored["key"]),
            roles=tuple(stored["roles"]),
            areas=tuple(stored["areas"]),
            accepted_in=stored["accepted_in"],
            is_sensitive=bool(stored["is_sensitive"]),
        )


def key_as_json(key: GroupKey) -> list[str]:
    window = key.window
    return [
        key.source,
        key.family,
        key.role,
        key.area,
        window.code,
        window.first,
        window.last,
        key.selection,
        key.dimension,
        key.level,
    ]


def key_from_json(stored: Sequence[str]) -> GroupKey:
    source, family, role, area, code, first, last, selection, dimension, level = stored
    window = Window(WindowCode(code), first, last)
    return GroupKey(source, Family(family), role, area, window, Selection(selection), dimension, level)


@dataclass(frozen=True)
class ReleaseHistory:
    """Everything ever published of one source of one agency, signed or not, in order of acceptance."""

    published: tuple[Indicator, ...] = ()
    as_of: str = ""

    def after(self, release: Release) -> ReleaseHistory:
        return ReleaseHistory((*self.published, *release.published), release.as_of)

    def as_json(self) -> dict[str, Any]:
        return {"as_of": self.as_of, "published": [indicator.as_json() for indicator in self.published]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> ReleaseHistory:
        return cls(tuple(map(Indicator.from_json, stored["published"])), stored["as_of"])


@dataclass(frozen=True)
class RunAudit:
    """What one run of the rules did. `known_before` = unsafe groups that older releases already give away, and
    `insiders_before` = those that one leaver can work out with their own answer; both are named (CONTRACTS 2.5)."""

    k: int
    atoms: int
    unsafe: int
    candidates: int
    accepted: int
    refused: Mapping[str, int]
    rank: int
    known_before: tuple[tuple[str, ...], ...] = ()
    insiders_before: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Audit:
    """Stored with the release: what went in (hash), which code, and what each run did."""

    input_hash: str
    code_version: str
    main: RunAudit
    sensitive: RunAudit | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Release:
    """One cut of one source: what is newly published (`groups`, `rows`), what is hidden, and the audit.

    `rows` holds every reason of every new group; a sensitive reason is hidden where its own run hides the group.
    `hidden` are lattice groups that are not published and hold someone or no one: a reader sees no difference.
    """

    source: str
    as_of: str
    published: tuple[Indicator, ...]
    groups: tuple[PublishedGroup, ...]
    rows: tuple[PublishedRow, ...]
    hidden: tuple[GroupKey, ...]
    audit: Audit
    settings: DisclosureSettings = field(default_factory=DisclosureSettings)


def newest_groups(groups: Iterable[PublishedGroup]) -> dict[tuple[object, ...], PublishedGroup]:
    """The newest published group of every standing key: what a release carries forward."""
    newest: dict[tuple[object, ...], PublishedGroup] = {}
    for group in sorted(groups, key=lambda g: (g.key.window.last, g.key.window.first)):
        newest[group.key.standing] = group
    return newest


def fingerprint(batches: Iterable[str], published: str, shape: OrganisationShape, settings: DisclosureSettings) -> str:
    """SHA-256 over everything a cut depends on: the batches by their digests, in order of period, and what has been
    published before by one digest."""
    parts = {
        "batches": list(batches),
        "published": published,
        "shape": [dict(shape.role_families), dict(shape.regions)],
        "settings": settings.as_json(),
    }
    return digest(parts)


def digest(value: Any) -> str:
    """SHA-256 of a plain value."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
