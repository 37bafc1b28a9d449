"""What redaction knows of an agency's people: its staff list, its accounts, its cases and their managers."""

import csv
import io
import json
from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.redact import StaffDirectory
from surveyapp import audit
from surveyapp.cases.models import Case
from surveyapp.coding.models import KnownNames
from surveyapp.directory.models import User, UserGrant

MAILBOX_WORDS = frozenset(
    {"admin", "administrator", "adviser", "and", "central", "coder", "desk", "director", "enquiries", "head", "help"}
    | {"hr", "info", "interviewer", "lead", "leavers", "manager", "national", "of", "office", "officer", "retention"}
    | {"service", "signer", "staff", "support", "team", "the"}
)
"""Words of shared mailboxes and of accounts named after a post: such an address or account names nobody."""
MOST_NAMES = 200_000


class NotAStaffList(ValueError):
    """The file is no staff list; the message says what is wanted."""


def staff_directory(session: Session, agency: str) -> StaffDirectory:
    """Every name and staff number the product holds for the agency. Takes a moment: ask once a command."""
    names: list[str] = []
    numbers: list[str] = []
    for one in session.scalars(select(Case).where(Case.agency == agency).execution_options(yield_per=500)):
        names += [one.name or "", *names_in_addresses([one.work_email, one.line_manager_email, one.manager_line])]
        numbers.append(one.staff_number or "")
    granted = select(UserGrant.user_id).where((UserGrant.agency == agency) | UserGrant.agency.is_(None))
    names += filter(is_a_person, session.scalars(select(User.name).where(User.id.in_(granted))))
    listed = session.scalar(select(KnownNames).where(KnownNames.agency == agency))
    if listed is not None and listed.names:
        for name, number in json.loads(listed.names):
            names.append(name)
            numbers.append(number)
    return StaffDirectory.of(names, numbers)


def is_a_person(name: str) -> bool:
    """Whether an account is named after somebody; "Cases and Standards interviewer" would take every "and" out."""
    return not MAILBOX_WORDS & set(name.lower().split())


def names_in_addresses(addresses: Iterable[str | None]) -> Iterator[str]:
    """'sian.lloyd@ncs.example' is Sian Lloyd's; shared mailboxes and addresses of other shapes name nobody."""
    for address in ";".join(one or "" for one in addresses).split(";"):
        parts = address.partition("@")[0].strip().lower().split(".")
        are_names = all(len(part) > 1 and part.isalpha() for part in parts)
        if len(parts) == 2 and are_names and not MAILBOX_WORDS & set(parts):
            yield " ".join(parts)


def read_staff_list(content: bytes) -> list[tuple[str, str]]:
    """Names and staff numbers of a CSV with the columns name and staff_number (this one may be missing).

    Errors: NotAStaffList.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise NotAStaffList("Save the staff list as CSV in UTF-8.") from error
    if not rows or "name" not in rows[0]:
        raise NotAStaffList("The staff list needs a heading row with the column name, and at least one row.")
    found = [((row.get("name") or "").strip(), (row.get("staff_number") or "").strip()) for row in rows]
    blank = next((number for number, (name, _n) in enumerate(found, start=2) if not name), None)
    if blank is not None:
        raise NotAStaffList(f"Row {blank} has no name.")
    if len(found) > MOST_NAMES:
        raise NotAStaffList(f"The list may hold {MOST_NAMES} names at most.")
    return found


def keep_staff_list(session: Session, agency: str, people: list[tuple[str, str]], *, actor: audit.Actor) -> None:
    """Keep the agency's staff list for redaction, in place of the one before."""
    kept = session.scalar(select(KnownNames).where(KnownNames.agency == agency))
    if kept is None:
        kept = KnownNames(agency=agency)
        session.add(kept)
    kept.names = json.dumps(people, ensure_ascii=False)
    audit.record(session, "staff_list.kept", actor, ("agency", agency), agency=agency, n=len(people))
    session.flush()
