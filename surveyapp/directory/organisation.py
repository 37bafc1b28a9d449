"""Loading an organisation file: `kind,code,name,parent,nation,group`, all faults at once, all or nothing."""

import csv
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from surveyapp import audit
from surveyapp.directory.models import Agency, Area, ClosureDay, Grade, JobRole, Region, RoleFamily
from surveyapp.languages import ENGLISH, N_, gettext

COLUMNS = ("kind", "code", "name", "parent", "nation", "group")
SHIPPED = {path.stem: path for path in sorted((Path(__file__).parent / "organisations").glob("*.csv"))}
NATIONS = ("ENG", "WLS", "SCT", "NIR")
MOST_GRADE_GROUPS = 4
SAID = N_("Line %(line)s, %(column)s, read as “%(read)s”: %(wanted)s")
SAID_OF_EMPTY = N_("Line %(line)s, %(column)s: %(wanted)s")
NAME_COLUMNS = N_("The first row must name the columns %(choices)s.")
ONE_OF = N_("Use one of: %(choices)s.")
CODE_OR_NAME = N_("Give a code, or a name to make one from.")
ISO_DAY = N_("Write the day like 2026-12-24.")
STANDS_TWICE = N_("This row stands %(n)s times. Keep one.")
GRADE_GROUPS = N_("Use at most %(most)s grade groups.")
NAME_AGENCY = N_("Name the agency in a row whose kind is agency.")
NAME_PARENT = N_("Name a row of this file whose kind is %(kind)s, by code or name.")


@dataclass(frozen=True)
class RowFault:
    """What is wrong with one row: its line in the file, the column, what was read; what is wanted, with its values."""

    line: int
    column: str
    read: str
    wanted: str
    values: Mapping[str, object] = field(default_factory=dict)

    def said_in(self, language: str) -> str:
        """The whole fault in that language."""
        wanted = gettext(self.wanted, language, **self.values)
        told = SAID if self.read else SAID_OF_EMPTY
        return gettext(told, language, **{**vars(self), "wanted": wanted})

    def __str__(self) -> str:
        return self.said_in(ENGLISH)


class OrganisationFileRefused(Exception):
    """The file has faults; nothing was loaded."""

    def __init__(self, faults: list[RowFault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass(frozen=True)
class OrganisationRow:
    """One row of the file, stripped; `line` counts from 1 with the heading."""

    line: int
    kind: str
    code: str
    name: str
    parent: str
    nation: str
    group: str


def read_organisation(path: Path) -> list[OrganisationRow]:
    """Read and check a file; raises OrganisationFileRefused naming every fault."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
        if missing:
            wanted = {"choices": ", ".join(COLUMNS)}
            raise OrganisationFileRefused([RowFault(1, name, "", NAME_COLUMNS, wanted) for name in missing])
        rows = [
            OrganisationRow(line, **{name: (row[name] or "").strip() for name in COLUMNS})
            for line, row in enumerate(reader, start=2)
        ]
    faults = [fault for row in rows for fault in _faults_of(row)] + _faults_together(rows)
    if faults:
        raise OrganisationFileRefused(sorted(faults, key=lambda fault: fault.line))
    return rows


def slug(text: str) -> str:
    """A lower-case code for a name: "Crown Prosecutor" becomes crown_prosecutor."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def _faults_of(row: OrganisationRow) -> list[RowFault]:
    faults = []
    if row.kind not in LOADERS:
        faults.append(RowFault(row.line, "kind", row.kind, ONE_OF, {"choices": ", ".join(LOADERS)}))
    if not row.code and not row.name:
        faults.append(RowFault(row.line, "code", "", CODE_OR_NAME))
    if row.nation and row.nation not in NATIONS:
        faults.append(RowFault(row.line, "nation", row.nation, ONE_OF, {"choices": ", ".join(NATIONS)}))
    if row.kind == "closure_day" and not _is_iso_date(row.code):
        faults.append(RowFault(row.line, "code", row.code, ISO_DAY))
    return faults


def _faults_together(rows: list[OrganisationRow]) -> list[RowFault]:
    keys = Counter((row.kind, row.parent, row.code or slug(row.name)) for row in rows)
    faults = [
        RowFault(row.line, "code", row.code, STANDS_TWICE, {"n": keys[key]})
        for row in rows
        if keys[key := (row.kind, row.parent, row.code or slug(row.name))] > 1
    ]
    groups = {row.group for row in rows if row.kind == "grade" and row.group}
    if len(groups) > MOST_GRADE_GROUPS:
        last = max(row.line for row in rows if row.kind == "grade")
        faults.append(RowFault(last, "group", ", ".join(sorted(groups)), GRADE_GROUPS, {"most": MOST_GRADE_GROUPS}))
    return faults


def _is_iso_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def load_organisation(session: Session, rows: list[OrganisationRow], actor: audit.Actor) -> Counter[str]:
    """Create or update everything the rows name; loading the same file again changes nothing. Counts by kind.

    An Area's parent is its region or its agency; a role's parent its family; without a parent the file's only agency.
    """
    order = {kind: place for place, kind in enumerate(LOADERS)}
    agencies = [row.code or slug(row.name) for row in rows if row.kind == "agency"]
    known = agencies or list(session.scalars(select(Agency.code)))
    if len(known) != 1 and not agencies:
        raise OrganisationFileRefused([RowFault(1, "kind", "", NAME_AGENCY)])
    place = _Place(session, known)
    for row in sorted(rows, key=lambda row: (order[row.kind], row.line)):
        LOADERS[row.kind](place, row)
    counts = Counter(row.kind for row in rows)
    audit.record(session, "organisation.loaded", actor, ("agency", known[0]), agency=known[0], rows=dict(counts))
    return counts


@dataclass
class _Place:
    """Where rows are being loaded: the session and the agency they belong to."""

    session: Session
    agencies: list[str]

    def put(self, made: object) -> None:
        self.session.merge(made)
        self.session.flush()

    def agency_of(self, row: OrganisationRow) -> str:
        """The agency a row belongs to: its parent, its parent's agency, or the file's first agency."""
        if row.parent in self.agencies:
            return row.parent
        for model in (Region, RoleFamily, Area):
            same = select(model.agency).where(
                model.agency.in_(self.agencies), or_(model.code == row.parent, model.name == row.parent)
            )
            if owner := self.session.scalar(same):
                return owner
        return self.agencies[0]

    def parent_code(self, row: OrganisationRow, model: type[Region] | type[RoleFamily], agency: str) -> str | None:
        """The parent's code, given by code or by name; raises when there is no such parent."""
        if not row.parent or row.parent == agency:
            return None
        named = or_(model.code == row.parent, model.name == row.parent)
        found: str | None = self.session.scalar(select(model.code).where(model.agency == agency, named))
        if found is not None:
            return found
        kind = "region" if model is Region else "role_family"
        raise OrganisationFileRefused([RowFault(row.line, "parent", row.parent, NAME_PARENT, {"kind": kind})])


def _load_agency(place: _Place, row: OrganisationRow) -> None:
    code = row.code or slug(row.name)
    found = place.session.get(Agency, code)
    if found is None:
        place.put(Agency(code=code, name=row.name, nation=row.nation or "ENG", mail_domains=[]))
    else:
        found.name, found.nation = row.name, row.nation or found.nation


def _load_region(place: _Place, row: OrganisationRow) -> None:
    place.put(Region(agency=place.agency_of(row), code=row.code or slug(row.name), name=row.name))


def _load_area(place: _Place, row: OrganisationRow) -> None:
    agency = place.agency_of(row)
    place.put(
        Area(
            agency=agency,
            code=row.code or slug(row.name),
            name=row.name,
            is_division=row.kind == "division",
            nation=row.nation or "ENG",
            region=place.parent_code(row, Region, agency),
        )
    )


def _load_role_family(place: _Place, row: OrganisationRow) -> None:
    place.put(RoleFamily(agency=place.agency_of(row), code=row.code or slug(row.name), name=row.name))


def _load_role(place: _Place, row: OrganisationRow) -> None:
    agency = place.agency_of(row)
    family = place.parent_code(row, RoleFamily, agency)
    place.put(JobRole(agency=agency, code=row.code or slug(row.name), name=row.name, family=family))


def _load_grade(place: _Place, row: OrganisationRow) -> None:
    group = slug(row.group)
    place.put(Grade(agency=place.agency_of(row), code=row.code or slug(row.name), name=row.name, grade_group=group))


def _load_closure_day(place: _Place, row: OrganisationRow) -> None:
    day, agency = date.fromisoformat(row.code), place.agency_of(row)
    area = row.parent if place.session.get(Area, (agency, row.parent)) else None
    same = select(ClosureDay).where(ClosureDay.agency == agency, ClosureDay.day == day, ClosureDay.area == area)
    if place.session.scalar(same) is None:
        place.session.add(ClosureDay(agency=agency, area=area, day=day, name=row.name))


LOADERS = {
    "agency": _load_agency,
    "region": _load_region,
    "area": _load_area,
    "division": _load_area,
    "role_family": _load_role_family,
    "role": _load_role,
    "grade": _load_grade,
    "closure_day": _load_closure_day,
}
