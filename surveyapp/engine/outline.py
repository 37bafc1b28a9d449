"""A written definition with its shared sections, lists and reasons gathered in, each entry with its file and line."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from surveyapp.engine.faults import N_, DefinitionFaulty, Fault
from surveyapp.engine.shapes import shaped
from surveyapp.engine.sources import NotOnShelf, Place, Shelf, Source
from surveyapp.engine.written import (
    WrittenDefinition,
    WrittenInclude,
    WrittenOption,
    WrittenPage,
    WrittenPart,
    WrittenQuestion,
    WrittenReasonList,
    WrittenSection,
)


@dataclass(frozen=True)
class PlacedPage:
    """A page and where it was written; `part` is its index in the definition."""

    page: WrittenPage
    part: int
    source: Source
    place: Place

    def questions(self) -> Iterator[tuple[WrittenQuestion, Place]]:
        for index, question in enumerate(self.page.questions):
            yield question, (*self.place, "questions", index)

    def fault(self, place: Place, what: str, remedy: str, /, **values: object) -> Fault:
        return self.source.fault(place, what, remedy, **values)


@dataclass
class Outline:
    """Everything one definition is made of, in order."""

    source: Source
    written: WrittenDefinition
    pages: list[PlacedPage] = field(default_factory=list)
    lists: dict[str, list[WrittenOption]] = field(default_factory=dict)
    reasons: WrittenReasonList | None = None
    files: dict[str, Source] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def parts(self) -> Iterator[tuple[WrittenPart, Place, list[PlacedPage]]]:
        for index, part in enumerate(self.written.parts):
            yield part, ("parts", index), [page for page in self.pages if page.part == index]

    def reason_options(self) -> list[WrittenOption]:
        reasons = self.reasons.reasons if self.reasons else []
        return [
            WrittenOption(
                code=one.code,
                text=one.text,
                hint=one.hint,
                fill=one.fill,
                other=one.other,
                exclusive=False,
                score=None,
            )
            for one in reasons
        ]


def outline(source: Source, shelf: Shelf) -> Outline:
    """The written definition with what it includes; raises `DefinitionFaulty` when its own shape is wrong."""
    written, faults = shaped(source, WrittenDefinition)
    found = Outline(source, written, faults=faults)
    for index, reference in enumerate(found.written.lists_from):
        section = _section(found, shelf, reference, ("lists_from", index))
        if section:
            found.lists.update(section[0].lists)
    found.lists.update(found.written.lists)
    for number, part in enumerate(found.written.parts):
        for index, entry in enumerate(part.pages):
            _place_entry(found, shelf, entry, number, ("parts", number, "pages", index))
    if found.written.reasons:
        _gather_reasons(found, shelf, found.written.reasons)
    return found


def _place_entry(found: Outline, shelf: Shelf, entry: WrittenPage | WrittenInclude, part: int, place: Place) -> None:
    if isinstance(entry, WrittenPage):
        found.pages.append(PlacedPage(entry, part, found.source, place))
        return
    section = _section(found, shelf, entry.include, place)
    if section is None:
        return
    written, source = section
    for name, options in written.lists.items():
        found.lists.setdefault(name, options)
    found.pages += [PlacedPage(page, part, source, ("pages", index)) for index, page in enumerate(written.pages)]


def _section(found: Outline, shelf: Shelf, reference: str, place: Place) -> tuple[WrittenSection, Source] | None:
    source = _fetch(found, shelf, f"sections/{reference}", place)
    if source is None:
        return None
    try:
        written, faults = shaped(source, WrittenSection)
    except DefinitionFaulty as error:
        found.faults += error.faults
        return None
    found.faults += faults
    return written, source


def _gather_reasons(found: Outline, shelf: Shelf, reference: str) -> None:
    source = _fetch(found, shelf, reference, ("reasons",))
    if source is None:
        return
    try:
        found.reasons, faults = shaped(source, WrittenReasonList)
        found.faults += faults
    except DefinitionFaulty as error:
        found.faults += error.faults


def _fetch(found: Outline, shelf: Shelf, reference: str, place: Place) -> Source | None:
    try:
        source = found.files.get(reference) or shelf.read(reference)
    except NotOnShelf:
        what, remedy = N_("There is no file `%(reference)s.yaml`."), N_("Check its name and version.")
        found.faults.append(found.source.fault(place, what, remedy, reference=reference))
        return None
    except DefinitionFaulty as error:
        found.faults += error.faults
        return None
    found.files[reference] = source
    return source
