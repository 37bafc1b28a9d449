"""Where definitions are read from: the folder `questionnaires/`, or the files kept with a published version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from surveyapp.config import PROJECT_ROOT
from surveyapp.engine.definition import Definition
from surveyapp.engine.loader import NotOnShelf, Shelf, load_reference
from surveyapp.engine.sources import Source, read_source

QUESTIONNAIRES = PROJECT_ROOT / "questionnaires"


def folder_shelf() -> Shelf:
    """The shelf of files that authors edit."""
    return Shelf(QUESTIONNAIRES)


@dataclass(frozen=True)
class KeptShelf(Shelf):
    """A shelf of files kept as text: reference -> content."""

    texts: Mapping[str, str] = field(default_factory=dict)

    def read(self, reference: str) -> Source:
        if reference not in self.texts:
            raise NotOnShelf(reference)
        return read_source(self.texts[reference], f"{reference}.yaml")


_compiled: dict[str, Definition] = {}
"""Definitions this process has compiled, by hash; a hash names all content, so nothing here can grow stale."""


def compile_kept(reference: str, sha256: str, texts: Mapping[str, str]) -> Definition:
    """The definition of kept files; compiled once a process, since its hash names all of its content."""
    found = _compiled.get(sha256)
    if found is None:
        found = load_reference(KeptShelf(Path(), texts=texts), reference)
        if found.sha256 != sha256:
            raise ValueError(f"the kept files of {reference} do not give the hash they were published under")
        _compiled[sha256] = found
    return found


def known_by_hash(sha256: str) -> Definition | None:
    """The definition of that hash when this process has compiled it already."""
    return _compiled.get(sha256)


def texts_of(definition: Definition, shelf: Shelf) -> dict[str, str]:
    """The content of every file the definition is made of, by reference."""
    references = (definition.reference, *definition.includes)
    return {name: shelf.path(name).read_text(encoding="utf-8") for name in references}
