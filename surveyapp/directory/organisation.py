"""Loading an organisation file: `kind,code,name,parent,nation,group`, all faults at once, all or nothing."""

import csv
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

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
SEVERAL_HAVE_IT = N_("Several agencies of this file have it. Load a file for each agency.")
NOT_CSV = N_("This is not a CSV file in UTF-8. Save it again as “CSV UTF-8”.")
MORE_CELLS = N_("The first row has fewer cells. Put quotation marks around text that holds a comma.")
TOO_LONG = N_("Use at most %(most)s characters.")
LONGEST_CODE, LONGEST_NAME = 40, 120


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
    read = _cells(path)
    rows = [
        OrganisationRow(line, **{name: (row[name] or "").strip() for name in COLUMNS})
        for line, row in enumerate(read, start=2)
    ]
    faults = [fault for row in rows for fault in _faults_of(row)] + _faults_together(rows)
    faults += [RowFault(n, "group", ", ".join(row[MORE]), MORE_CELLS) for n, row in enumerate(read, 2) if MORE in row]
    if faults:
        raise OrganisationFileRefused(sorted(faults, key=lambda fault: fault.line))
    return rows


MORE = "more"


def _cells(path: Path) -> list[dict[str, Any]]:
    """The rows by column, cells beyond the last one under MORE; raises OrganisationFileRefused for what is no table."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restkey=MORE)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
            if missing:
                wanted = {"choices": ", ".join(COLUMNS)}
                raise OrganisationFileRefused([RowFault(1, name, "", NAME_COLUMNS, wanted) for name in missing])
            return list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise OrganisationFileRefused([RowFault(1, "file", "", NOT_CSV)]) from error


def slug(text: str) -> str:
    """A lower-case code for a name: "Crown Prosecutor" becomes crown_prosecutor."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def _faults_of(row: OrganisationRow) -> list[RowFault]:
    faults = []
    if row.kind not in LOADERS:
        faults.append(RowFault(row.line, "kind", row.kind, ONE_OF, {"choices": ", ".join(LOADERS)}))
    if not row.code and not row.name:
        faults.append(RowFault(row.line, "code", "", CODE_OR_NAME))
    for column, text, most in (("code", row.code or slug(row.name), LONGEST_CODE), ("name", row.name, LONGEST_NAME)):
        if len(text) > most:
            faults.append(RowFault(row.line, column, text, TOO_LONG, {"most": most}))
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
    Raises OrganisationFileRefused for parents that are not there, or not clear; the caller rolls back.
    """
    order = {kind: place for place, kind in enumerate(LOADERS)}
    agencies = [row.code or slug(row.name) for row in rows if row.kind == "agency"]
    known = agencies or list(session.scalars(select(Agency.code)))
    if len(known) != 1 and not agencies:
        raise OrganisationFileRefused([RowFault(1, "kind", "", NAME_AGENCY)])
    place = _Place(session, known)
    faults: list[RowFault] = []
    for row in sorted(rows, key=lambda row: (order[row.kind], row.line)):
        try:
            LOADERS[row.kind](place, row)
        except OrganisationFileRefused as refused:
            faults += refused.faults
    if faults:
        raise OrganisationFileRefused(sorted(faults, key=lambda fault: fault.line))
    counts = Counter(row.kind for row in rows)
    audit.record(session, "organisation.loaded", actor, ("agency", known[0]), agency=known[0], rows=dict(counts))
    return counts


Parent = Agency | Region | RoleFamily | Area
PARENTS: dict[str, type[Region] | type[RoleFamily] | type[Area]] = {
    "area": Region,
    "division": Region,
    "role": RoleFamily,
    "closure_day": Area,
}
"""What may stand above a row of each kind, beside its agency."""
KIND_OF = {Region: "region", RoleFamily: "role_family", Area: "area"}


@dataclass
class _Place:
    """Where rows are being loaded: the session and the agency they belong to."""

    session: Session
    agencies: list[str]

    def put(self, made: object) -> None:
        self.session.merge(made)
        self.session.flush()

    def agency_of(self, row: OrganisationRow) -> str:
        """The agency a row belongs to: its parent, its parent's agency, or the only one; raises when none is clear."""
        owners = set(self.agencies) if not row.parent else self._named(Agency, Agency.code, row.parent)
        model = PARENTS.get(row.kind)
        if not owners and model is not None:
            owners = self._named(model, model.agency, row.parent)
        if len(owners) == 1:
            return owners.pop()
        wanted = SEVERAL_HAVE_IT if owners and row.parent else NAME_PARENT
        kind = KIND_OF[model] if model and row.parent else "agency"
        raise OrganisationFileRefused([RowFault(row.line, "parent", row.parent, wanted, {"kind": kind})])

    def _named(self, model: type[Parent], column: Any, parent: str) -> set[str]:
        """The agencies of the file that have a row of this kind with that code or name."""
        is_it = or_(model.code == parent, model.name == parent)
        return set(self.session.scalars(select(column).where(column.in_(self.agencies), is_it)))

    def parent_code(self, row: OrganisationRow, agency: str) -> str | None:
        """The code of the parent below the agency, None when it is the agency; `agency_of` has found it already."""
        if self._named(Agency, Agency.code, row.parent):
            return None
        model = PARENTS[row.kind]
        named = or_(model.code == row.parent, model.name == row.parent)
        found: str | None = self.session.scalar(select(model.code).where(model.agency == agency, named))
        return found


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
            region=place.parent_code(row, agency),
        )
    )


def _load_role_family(place: _Place, row: OrganisationRow) -> None:
    place.put(RoleFamily(agency=place.agency_of(row), code=row.code or slug(row.name), name=row.name))


def _load_role(place: _Place, row: OrganisationRow) -> None:
    agency = place.agency_of(row)
    family = place.parent_code(row, agency)
    place.put(JobRole(agency=agency, code=row.code or slug(row.name), name=row.name, family=family))


def _load_grade(place: _Place, row: OrganisationRow) -> None:
    group = slug(row.group)
    place.put(Grade(agency=place.agency_of(row), code=row.code or slug(row.name), name=row.name, grade_group=group))


def _load_closure_day(place: _Place, row: OrganisationRow) -> None:
    day, agency = date.fromisoformat(row.code), place.agency_of(row)
    area = place.parent_code(row, agency)
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
