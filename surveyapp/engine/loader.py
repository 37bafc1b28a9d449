"""Reading definitions: a file or a shelf's reference in, a compiled definition or every fault at once out."""

from pathlib import Path

from surveyapp.engine.assembly import assemble
from surveyapp.engine.checks import all_faults, faults_of
from surveyapp.engine.definition import Definition
from surveyapp.engine.faults import N_, DefinitionFaulty, Fault, refused
from surveyapp.engine.outline import Outline, outline
from surveyapp.engine.sources import NotOnShelf, Shelf, Source, read_source

__all__ = ["DefinitionFaulty", "Fault", "NotOnShelf", "Shelf", "check_file", "load_file", "load_reference", "load_text"]


def load_reference(shelf: Shelf, reference: str) -> Definition:
    """The definition `leaver/1` of the shelf; raises `NotOnShelf` or `DefinitionFaulty`."""
    return _compiled(shelf.read(reference), shelf)


def load_file(path: Path, shelf: Shelf | None = None) -> Definition:
    """The definition in the file; what it includes comes from the shelf (default: the folder two above the file)."""
    return _compiled(_source(path), shelf or Shelf(path.resolve().parent.parent))


def load_text(text: str, name: str, shelf: Shelf) -> Definition:
    """A definition held as text, such as a draft in the database."""
    return _compiled(read_source(text, name), shelf)


def check_file(path: Path, shelf: Shelf | None = None) -> list[Fault]:
    """Every fault of the file, in order; an empty list when it can be published. Sections and reason lists too."""
    try:
        return faults_of(_source(path), shelf or Shelf(path.resolve().parent.parent))
    except DefinitionFaulty as error:
        return list(error.faults)


def _source(path: Path) -> Source:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise refused(str(path), 1, N_("The file is not UTF-8 text."), N_("Save it as UTF-8.")) from error
    return read_source(text, str(path))


def _compiled(source: Source, shelf: Shelf) -> Definition:
    found: Outline = outline(source, shelf)
    faults = all_faults(found)
    if faults:
        raise DefinitionFaulty(faults)
    return assemble(found)
