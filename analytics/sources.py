"""What HR recorded, what leavers said and what interviewers heard, side by side by group and never summed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from analytics.tables import Family, GroupKey, PublishedRow, Status, WindowCode


class Comparable(StrEnum):
    """Whether two sources may be compared on a reason."""

    YES = "both offered it"
    NOT_OFFERED = "not offered by every source"


Group = tuple[Family, str, str, WindowCode, str]


@dataclass(frozen=True)
class SideBySide:
    """One group and reason: a released row by source, None where that source has no visible group."""

    family: Family
    role: str
    area: str
    window: WindowCode
    selection: str
    reason: str
    rows: Mapping[str, PublishedRow | None]
    comparable: Comparable


def group_of(key: GroupKey) -> Group:
    """What must be equal for two sources' groups to match: the group without its source."""
    return key.family, key.role, key.area, key.window.code, str(key.selection)


def side_by_side(rows: Iterable[PublishedRow], offered: Mapping[str, frozenset[str]]) -> tuple[SideBySide, ...]:
    """Rows of several sources matched by group (family, role, Area, window, selection) and reason.

    offered: the reasons each source's questionnaire offered. Only groups that at least two sources show are returned;
    a reason that one of the sources did not offer is kept and marked, never filled in. Order: group, then reason.
    """
    known: dict[tuple[Group, str], dict[str, PublishedRow]] = {}
    sources_of: dict[Group, set[str]] = {}
    for row in rows:
        if row.status is Status.HIDDEN:
            continue
        group = group_of(row.key)
        known.setdefault((group, row.reason), {})[row.key.source] = row
        sources_of.setdefault(group, set()).add(row.key.source)
    matched = []
    for (group, reason), by_source in sorted(known.items(), key=lambda item: item[0]):
        sources = sorted(sources_of[group])
        if len(sources) < 2:
            continue
        is_offered = all(reason in offered.get(source, frozenset()) for source in sources)
        cells = {source: by_source.get(source) for source in sources}
        comparable = Comparable.YES if is_offered else Comparable.NOT_OFFERED
        matched.append(SideBySide(*group, reason, cells, comparable))
    return tuple(matched)


def option_list_warning(offered: Mapping[str, frozenset[str]], language: str = "en") -> str:
    """The warning to show when the sources' option lists differ; empty when they are the same."""
    lists = list(offered.values())
    if not lists or all(options == lists[0] for options in lists):
        return ""
    if language == "cy":
        return "Cynigiodd y ffynonellau restrau gwahanol o resymau. Cymharwch dim ond y rhai a gynigiodd pob un."
    return "The sources offered different lists of reasons. Compare only those that every source offered."
