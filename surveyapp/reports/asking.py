"""From the words of an address (release, window, area, role, reason, type, source, words) to a reading of a release."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from analytics.tables import Selection, WindowCode
from surveyapp.access import Viewer
from surveyapp.directory import queries as directory
from surveyapp.reports import queries
from surveyapp.reports.models import Release
from surveyapp.reports.naming import names_for
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.selection import READABLE_SOURCES, Asked
from surveyapp.reports.themes import reason_codes


class NotThere(LookupError):
    """The release, Area, role, reason or choice asked for is not there, or is not the reader's to see."""


class NothingSigned(LookupError):
    """No release that this reader may see has been signed yet."""


def readable_releases(viewer: Viewer, session: Session) -> list[Release]:
    """Signed releases of the agencies whose reports the viewer reads, newest first."""
    return [one for one in queries.signed_releases(session) if queries.reads_agency(viewer, one.agency)]


def reading_for(viewer: Viewer, session: Session, words: Mapping[str, str], language: str) -> Reading:
    """What the address asks for. Errors: NotThere, NothingSigned."""
    release = _release(viewer, session, words.get("release", ""))
    asked = asked_of(words)
    names = names_for(session, release, language)
    places = (words.get(one, "") for one in ("area", "role", "a", "b", "item", "words"))
    reading = Reading(session, release, viewer, language, names, asked, *places)
    _check_codes(reading)
    return reading


def asked_of(words: Mapping[str, str]) -> Asked:
    """The choices of an address. Errors: NotThere for a choice that no release can hold."""
    source, count = words.get("source") or "leaver", words.get("count") or "any"
    if source not in READABLE_SOURCES or count not in ("any", "main"):
        raise NotThere(source)
    try:
        window = WindowCode(words["window"]) if words.get("window") else None
        selection = Selection(words.get("type") or Selection.RESIGNATION)
    except ValueError as error:
        raise NotThere(str(error)) from error
    return replace(
        Asked(), window=window, selection=selection, source=source, reason=words.get("reason") or None, count=count
    )


def _release(viewer: Viewer, session: Session, number: str) -> Release:
    releases = readable_releases(viewer, session)
    if not releases:
        raise NothingSigned
    if not number:
        return releases[0]
    found = [one for one in releases if str(one.number) == number]
    if not found:
        raise NotThere(number)
    return found[0]


def _check_codes(reading: Reading) -> None:
    asked, agency = reading.asked, reading.release.agency
    if asked.reason is not None and asked.reason not in reason_codes(reading.release, asked.stored_source):
        raise NotThere(asked.reason)
    areas = {one.code for one in directory.areas_of(reading.session, agency)} | {""}
    if not {reading.area, reading.a, reading.b} <= areas:
        raise NotThere(reading.area)
    if reading.role and reading.role not in {one.code for one in directory.job_roles_of(reading.session, agency)}:
        raise NotThere(reading.role)
