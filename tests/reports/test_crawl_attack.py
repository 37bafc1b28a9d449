"""The crawl over HTTP: read every page and file as every reader, rebuild the linear system, recover nobody.

The attacker knows how many people are in every atom. From the CSV files of every release, page and filter they collect
each group whose base was served, and look for a small group that follows from sums and differences of those.
"""

import csv
import io
import itertools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from analytics.frozen import FrozenBatch
from analytics.lattice import OrganisationShape
from analytics.tables import Family, GroupKey, Selection, Window, WindowCode
from surveyapp.access import StaffRole
from surveyapp.cases.policy import leaving_types
from surveyapp.definitions.service import publish_shipped
from surveyapp.directory import queries as directory
from surveyapp.directory.models import User
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.reports.atom_boxes import keep_atoms
from surveyapp.reports.cutting import shape_of
from surveyapp.reports.frames import freeze_people
from surveyapp.reports.models import ReleaseRow
from surveyapp.reports.sources import HR, LEAVER, RESIGNATION
from surveyapp.reports.stored import key_of
from tests.attacks.attacker import Attacker
from tests.conftest import TESTER
from tests.factories.releases import QUARTERS, frozen_quarters, people_of, signed_releases

pytestmark = pytest.mark.one_backend

MOST_REQUESTS = 3_000
OTHERS = ("retirement", "transfer_out")
FILES = ("areas", "roles", "role-area", "regions", "role-families", "leaving-types")
WINDOWS = ("", "12m", "fy", "2fy", "3fy", "5fy")
HREF = re.compile(r'href="(/(?:themes|reports)[^"#]*)')


@pytest.fixture
def leads(
    session: Session,
    organisation: str,
    release_key: ReleasePrivateKey,
    staff: Callable[..., User],
    signed_in: Callable[[User], FlaskClient],
) -> list[FlaskClient]:
    """The agency's lead, a lead of one Area, and a signer; releases of leavers' answers and of HR's own causes."""
    publish_shipped(session, actor=TESTER)
    for batch in hr_quarters(session):
        keep_atoms(session, release_key, "ncs", batch)
    signed_releases(session, release_key)
    area = sorted(area.code for area in directory.areas_of(session, "ncs"))[0]
    users = (
        staff(StaffRole.RETENTION_LEAD),
        staff(StaffRole.RETENTION_LEAD, areas=(area,)),
        staff(StaffRole.RELEASE_SIGNER),
    )
    return [signed_in(user) for user in users]


def hr_quarters(session: Session) -> list[FrozenBatch]:
    """What HR recorded of the same people: resignation, or one of two other causes."""
    return [
        freeze_people(
            [
                replace(one, reasons=frozenset({RESIGNATION if one.is_resignation else OTHERS[at % 2]}), main=None)
                for at, one in enumerate(people)
            ],
            list(leaving_types()),
            HR,
            quarter,
        )
        for quarter, people in people_of(session, "ncs").items()
    ]


def family_of(row: Mapping[str, str], page: str) -> Family:
    if page == "regions" and row["area"] != "*":
        return Family.REGION
    if page == "role-families" and row["role"] != "*":
        return Family.ROLE_FAMILY
    if row["area"] != "*" and row["role"] != "*":
        return Family.ROLE_AREA
    return Family.AREA if row["area"] != "*" else Family.ROLE if row["role"] != "*" else Family.ORGANISATION


def served_keys(
    session: Session, served: Iterable[tuple[str, Mapping[str, str]]], source: str = LEAVER
) -> set[GroupKey]:
    """The groups whose base was served; a window's dates are public (they are printed on the page)."""
    spans = {
        (row.release, row.family, row.role, row.area, row.window_code, row.selection): (
            row.window_first,
            row.window_last,
        )
        for row in session.query(ReleaseRow).filter(ReleaseRow.source == source, ReleaseRow.dimension == "")
    }
    keys = set()
    for page, row in served:
        family = family_of(row, page)
        code = (family.value, row["role"], row["area"], row["window"], row["leaving_type"])
        newest = max(number for number, *rest in spans if tuple(rest) == code and number <= int(row["release"]))
        first, last = spans[(newest, *code)]
        window = Window(WindowCode(row["window"]), first, last)
        keys.add(GroupKey(source, family, row["role"], row["area"], window, Selection(row["leaving_type"])))
    return keys


def stored_levels(session: Session) -> set[GroupKey]:
    """Every group by length of service that a release holds, by job role and Area too: no page serves those today."""
    query = session.query(ReleaseRow).filter(ReleaseRow.source == LEAVER, ReleaseRow.dimension == "tenure")
    return {key_of(row) for row in query if row.base is not None}


def served_levels(session: Session, rows: Iterable[Mapping[str, str]]) -> set[GroupKey]:
    """The groups by length of service whose base was served."""
    stored = session.query(ReleaseRow).filter(ReleaseRow.source == "leaver", ReleaseRow.dimension == "tenure")
    spans = {(row.window_code, row.selection, row.release): (row.window_first, row.window_last) for row in stored}
    keys = set()
    for row in rows:
        code = (row["window"], row["leaving_type"])
        newest = max(number for *rest, number in spans if tuple(rest) == code and number <= int(row["release"]))
        window = Window(WindowCode(row["window"]), *spans[(*code, newest)])
        selection = Selection(row["leaving_type"])
        keys.add(GroupKey("leaver", Family.ORGANISATION_D, "*", "*", window, selection, "tenure", row["group"]))
    return keys


def rows_in(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_crawl_of_every_filter_and_file_recovers_no_small_group(session: Session, leads: list[FlaskClient]) -> None:
    shape = shape_of(session, "ncs")
    truth = [batches[0] for batches in frozen_quarters(session, "ncs").values()]
    requests, served = 0, []
    for lead, number in itertools.product(leads[:2], range(1, len(QUARTERS) + 1)):
        for page, kind, window in itertools.product(FILES, ("resignation", "all"), WINDOWS):
            answer = lead.get(f"/themes/files/csv/{page}?release={number}&type={kind}&window={window}")
            requests += 1
            served += [(page, row) for row in rows_in(answer.get_data(as_text=True)) if row["base"]]
    requests += sum(follow_links(lead, 60) for lead in leads)
    assert requests <= MOST_REQUESTS
    keys = served_keys(session, served)
    assert len(keys) > 50

    attacker = Attacker(truth, OrganisationShape(shape.role_families, shape.regions))
    targets = attacker.targets(len(QUARTERS) - 1)
    assert targets, "an agency without small groups proves nothing"
    attacker.read(sorted(keys))
    assert attacker.recovered_by_span(targets) == []
    assert attacker.recovered_by_insider(targets) == []


def test_a_crawl_of_what_hr_recorded_recovers_no_small_group(session: Session, leads: list[FlaskClient]) -> None:
    shape, truth = shape_of(session, "ncs"), hr_quarters(session)
    served: list[tuple[str, dict[str, str]]] = []
    for number, page, kind in itertools.product(range(1, len(QUARTERS) + 1), FILES, ("resignation", "all")):
        for window in ("12m", "fy"):
            asked = f"release={number}&type={kind}&window={window}&source=hr"
            text = leads[0].get(f"/themes/files/csv/{page}?{asked}").get_data(as_text=True)
            served += [(page, row) for row in rows_in(text) if row["base"]]
    keys = served_keys(session, served, HR)
    assert len(keys) > 30
    attacker = Attacker(truth, OrganisationShape(shape.role_families, shape.regions))
    targets = attacker.targets(len(QUARTERS) - 1)
    assert targets
    attacker.read(sorted(keys))
    assert attacker.recovered_by_span(targets) == []
    assert attacker.recovered_by_insider(targets) == []


def test_tables_by_length_of_service_beside_all_others_recover_no_small_group(
    session: Session, leads: list[FlaskClient]
) -> None:
    shape = shape_of(session, "ncs")
    truth = [batches[0] for batches in frozen_quarters(session, "ncs").values()]
    served: list[tuple[str, dict[str, str]]] = []
    by_level: list[dict[str, str]] = []
    for number, kind, window in itertools.product(range(4, len(QUARTERS) + 1), ("resignation", "all"), ("", "fy")):
        asked = f"release={number}&type={kind}&window={window}"
        for page in ("areas", "roles", "leaving-types"):
            text = leads[0].get(f"/themes/files/csv/{page}?{asked}").get_data(as_text=True)
            served += [(page, row) for row in rows_in(text) if row["base"]]
        text = leads[0].get(f"/themes/files/csv/tenure?{asked}").get_data(as_text=True)
        by_level += [row for row in rows_in(text) if row["base"]]
    keys = served_levels(session, by_level)
    assert keys, "no table by length of service was served"
    assert keys <= stored_levels(session)
    keys = stored_levels(session)
    assert {Family.ROLE_D, Family.AREA_D} <= {key.family for key in keys}
    attacker = Attacker(truth, OrganisationShape(shape.role_families, shape.regions), dimension="tenure")
    attacker.read(sorted(served_keys(session, served) | keys))
    targets = attacker.level_targets((1,))
    assert targets
    assert attacker.recovered_by_span(targets) == []
    assert attacker.recovered_by_insider(targets) == []


def test_the_same_attack_on_a_threshold_alone_recovers_somebody(
    session: Session, organisation: str, leads: list[FlaskClient]
) -> None:
    """Positive control: publish every role, Area and cell of ten or more, and small groups follow."""
    shape = shape_of(session, "ncs")
    truth = [batches[0] for batches in frozen_quarters(session, "ncs").values()]
    attacker = Attacker(truth, OrganisationShape(shape.role_families, shape.regions))
    roles = sorted({row.role for batch in truth for row in batch.atoms} | {"*"})
    areas = sorted({row.area for batch in truth for row in batch.atoms} | {"*"})
    keys = []
    for role, area, at, selection in itertools.product(roles, areas, range(3, len(QUARTERS)), Selection):
        family = {(False, False): Family.ORGANISATION, (True, False): Family.ROLE, (False, True): Family.AREA}.get(
            (role != "*", area != "*"), Family.ROLE_AREA
        )
        window = Window(WindowCode.TWELVE_MONTHS, QUARTERS[at - 3], QUARTERS[at])
        key = GroupKey("leaver", family, role, area, window, selection)
        if attacker.people[attacker.atoms_of(key)].sum() >= 10:
            keys.append(key)
    attacker.read(keys)
    assert attacker.recovered_by_span(attacker.targets(len(QUARTERS) - 1))


def follow_links(reader: FlaskClient, most: int) -> int:
    """Follow the report links that a reader is offered, breadth first, and find that none fails."""
    waiting, seen = ["/themes"], {"/themes"}
    while waiting and len(seen) <= most:
        address = waiting.pop(0)
        answer = reader.get(address)
        assert answer.status_code == 200, address
        if answer.mimetype != "text/html":
            continue
        body = answer.get_data(as_text=True)
        for found in HREF.findall(body):
            link = found.replace("&amp;", "&")
            is_paper = "report.pdf" in link or "/files/pdf" in link  # a process each: the tests of PDFs open them
            if link not in seen and not is_paper and len(seen) <= most:
                seen.add(link)
                waiting.append(link)
    return len(seen)
