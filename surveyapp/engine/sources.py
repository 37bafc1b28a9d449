"""YAML files read as plain data that remembers the line of every entry, and the shelf they are taken from."""

import hashlib
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from surveyapp.engine.faults import N_, DefinitionFaulty, Fault, fault_in, refused

Place = tuple[str | int, ...]

_LARGEST_FILE = 1_000_000
_DEEPEST_NESTING = 30
_REFERENCE = re.compile(r"[a-z][a-z0-9_]*(/[a-z][a-z0-9_]*)*/[1-9][0-9]*")
_BaseLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _PlainLoader(_BaseLoader):  # type: ignore[misc]  # the C loader when it is there, which mypy cannot follow
    """Safe YAML in which `no`, `on` and dates stay words: a code called `no` must not become False."""


_PlainLoader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
    ]
    for first, resolvers in _BaseLoader.yaml_implicit_resolvers.items()
}
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


@dataclass(frozen=True)
class Source:
    """One file: its name for messages, its data, the line on which each entry begins, and its hash."""

    name: str
    data: Any
    lines: Mapping[Place, int]
    sha256: str

    def line(self, place: Place) -> int:
        """The line of the entry, or of the nearest entry around it that was written."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def fault(self, place: Place, what: str, remedy: str, /, **values: object) -> Fault:
        return fault_in(self.name, self.line(place), what, remedy, **values)


@dataclass
class _Reading:
    """The walk over the YAML nodes: collects data, lines and faults."""

    name: str
    loader: Any
    lines: dict[Place, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def value(self, node: yaml.Node, place: Place) -> Any:
        self.lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*place, index)) for index, item in enumerate(node.value)]
        return self.loader.construct_object(node)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[Hashable, Any]:
        found: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in found:
                twice, advice = N_("`%(key)s` is written twice in the same place."), N_("Keep one of the two.")
                self.faults.append(fault_in(self.name, line, twice, advice, key=key))
            self.lines[(*place, key)] = line
            found[key] = self.value(value_node, (*place, key))
        return found


def read_source(text: str, name: str) -> Source:
    """The file's data with its lines; raises `DefinitionFaulty` when it is not readable YAML."""
    _refuse_odd_yaml(text, name)
    loader = _PlainLoader(text)
    try:
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            raise refused(name, 1, N_("The file holds no definition."), N_("Start it with `questionnaire:`."))
        reading = _Reading(name, loader)
        data = reading.value(node, ())
    finally:
        loader.dispose()
    if reading.faults:
        raise DefinitionFaulty(reading.faults)
    return Source(name, data, reading.lines, hashlib.sha256(text.encode()).hexdigest())


def _refuse_odd_yaml(text: str, name: str) -> None:
    """Look at the events first: broken YAML, aliases (they can swell without end) and deep nests stop here."""
    if len(text) > _LARGEST_FILE:
        raise refused(name, 1, N_("The file is larger than 1 MB."), N_("Split it with shared sections."))
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_PlainLoader):
            line = _line_of(event.start_mark)
            if isinstance(event, yaml.AliasEvent):
                alias, advice = N_("`*%(anchor)s` is an alias."), N_("Use a named list or a shared section.")
                raise refused(name, line, alias, advice, anchor=event.anchor)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST_NESTING:
                raise refused(name, line, N_("Entries are nested too deep."), N_("Make the nest flatter."))
    except yaml.MarkedYAMLError as error:
        raise refused(
            name,
            _line_of(error.problem_mark or error.context_mark),
            N_("The file is not readable YAML: %(problem)s."),
            N_("Check the spaces at the start of the line, and put text with `: ` or `#` in quotation marks."),
            problem=error.problem,
        ) from error
    except yaml.YAMLError as error:
        what = N_("The file holds characters that YAML does not allow.")
        raise refused(name, 1, what, N_("Save it again as plain UTF-8.")) from error


def _line_of(mark: Any) -> int:
    return int(mark.line) + 1 if mark else 1


class NotOnShelf(Exception):
    """No file of that name and version is on the shelf."""


@dataclass(frozen=True)
class Shelf:
    """A folder of questionnaires; a reference such as `sections/equality/1` names one file in it.

    What is not in the folder is looked for in `also`, so that a file lying elsewhere can use the shipped sections.
    """

    root: Path
    also: tuple[Path, ...] = ()

    def path(self, reference: str) -> Path:
        """The file of the reference; raises `NotOnShelf`."""
        if _REFERENCE.fullmatch(reference):
            for root in (self.root, *self.also):
                path = root / f"{reference}.yaml"
                if path.is_file():
                    return path
        raise NotOnShelf(reference)

    def read(self, reference: str) -> Source:
        return read_source(self.path(reference).read_text(encoding="utf-8"), f"{reference}.yaml")
