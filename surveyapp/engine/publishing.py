"""What publishing freezes: the hash of every published file, kept in questionnaires/published.json."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from surveyapp.engine.definition import Definition

PUBLISHED = "published.json"


class PublishedFileChanged(Exception):
    """A published file no longer has the hash it was published with; write a new version instead."""


def published_hashes(root: Path) -> dict[str, str]:
    """Reference -> SHA-256 of every published file under the folder."""
    path = root / PUBLISHED
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def changed_files(root: Path) -> list[str]:
    """The published files that are missing or have changed since."""
    return [name for name, sha256 in published_hashes(root).items() if _hash(root / f"{name}.yaml") != sha256]


def with_published(root: Path, definition: Definition) -> Mapping[str, str]:
    """The hashes after publishing the definition and all it includes; raises `PublishedFileChanged`."""
    published = published_hashes(root)
    for name in (definition.reference, *definition.includes):
        sha256 = _hash(root / f"{name}.yaml")
        if sha256 is None or published.setdefault(name, sha256) != sha256:
            raise PublishedFileChanged(name)
    return dict(sorted(published.items()))


def _hash(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def write_published(root: Path, hashes: Mapping[str, str]) -> None:
    """Keep the hashes; the file is part of the repository."""
    (root / PUBLISHED).write_text(json.dumps(dict(hashes), indent=2) + "\n", encoding="utf-8")
