"""Themes and stand-outs as programs get them: the same records for the commands' JSON and CSV and for the API."""

from typing import Any

from sqlalchemy.orm import Session

from analytics.tables import Selection, WindowCode
from surveyapp.reports import queries
from surveyapp.reports.files import FAMILY_WORDS, Names, standout_records, theme_records
from surveyapp.reports.models import Release
from surveyapp.reports.naming import names_for
from surveyapp.reports.selection import READABLE_SOURCES, Asked, By
from surveyapp.reports.themes import reason_codes, theme_table

FAMILIES = tuple(FAMILY_WORDS.values())
"""What stand-outs can be narrowed to."""
SHARED = {
    "window": tuple(WindowCode),
    "type": tuple(Selection),
    "source": READABLE_SOURCES,
    "count": ("any", "main"),
}
CHOICES: dict[str, dict[str, tuple[str, ...]]] = {
    "themes": {"by": tuple(By), **SHARED},
    "standouts": {"by": FAMILIES, **SHARED},
}
"""What each filter may hold, named as on the web; `release` and `reason` depend on what there is."""


class ReasonNotCounted(LookupError):
    """The source asked for counts no such reason; `codes` are those it counts."""

    def __init__(self, reason: str, codes: list[str]) -> None:
        super().__init__(reason)
        self.reason, self.codes = reason, codes


def releases_asked(session: Session, agency: str | None, number: int | None) -> list[Release]:
    """Signed releases of that agency and with that number, any where None is given, newest first."""
    return [one for one in queries.signed_releases(session, agency) if number in (None, one.number)]


def check_reason(release: Release, asked: Asked) -> None:
    """Errors: ReasonNotCounted."""
    codes = reason_codes(release, asked.stored_source)
    if asked.reason is not None and asked.reason not in codes:
        raise ReasonNotCounted(asked.reason, codes)


def told_themes(session: Session, release: Release, asked: Asked) -> list[dict[str, Any]]:
    """The table of reasons asked for, one record a row, in reading order. Errors: ReasonNotCounted."""
    check_reason(release, asked)
    return _named(theme_records(theme_table(session, release, asked)), names_for(session, release))


def told_standouts(session: Session, release: Release, asked: Asked, family: str | None) -> list[dict[str, Any]]:
    """What stands out, firmest first, of one family or of all. Errors: ReasonNotCounted."""
    check_reason(release, asked)
    found = [
        one
        for one in queries.findings_of(session, release, asked.stored_source, asked.selection)
        if asked.window in (None, one.key.window.code)
        and asked.reason in (None, one.reason)
        and family in (None, FAMILY_WORDS[one.key.family])
    ]
    names = names_for(session, release)
    return _named(standout_records(release, found, names), names)


def _named(records: list[dict[str, Any]], names: Names) -> list[dict[str, Any]]:
    """JSON names what CSV holds as codes alone (CONTRACTS 4)."""
    return [
        record
        | {
            "area_name": names.area(record["area"]),
            "role_name": names.role(record["role"]),
            "reason_name": names.reason(record["reason"]),
        }
        for record in records
    ]
