"""What doctor asks of the machine: settings, room on the disk, the clock, the release key's place."""

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.config import Settings
from surveyapp.db import is_postgresql
from surveyapp.languages import N_
from surveyapp.operation.findings import Finding, fault, warning, well
from surveyapp.operation.startup import weaknesses

LITTLE_ROOM_MB, NO_ROOM_MB = 2000, 200
DRIFT_SECONDS = 5
SECRETS = "secrets.toml"


def check_settings(settings: Settings) -> Iterator[Finding]:
    """Whether production would start with these settings, and what is odd about them."""
    weak = list(weaknesses(settings))
    for words, values in weak:
        make = fault if settings.is_production else warning
        yield make("settings", words, N_("Until then production does not start."), **values)
    if not weak:
        yield well("settings", N_("The settings are fit for production."))
    if settings.is_production and not settings.trusted_proxies:
        yield warning(
            "settings",
            N_("No reverse proxy is named, although the address begins with https."),
            N_("Set SURVEYAPP_TRUSTED_PROXIES to how many stand in front, usually 1."),
        )
    if settings.is_production and not settings.security_contact:
        yield warning(
            "settings",
            N_("Nobody is named for people who find a weakness."),
            N_("Set SURVEYAPP_SECURITY_CONTACT, like mailto:security@example.org."),
        )


def check_disk(settings: Settings) -> Iterator[Finding]:
    """Room where the instance folder is."""
    free = shutil.disk_usage(settings.instance_dir).free // 1_000_000
    if free < NO_ROOM_MB:
        yield fault(
            "disk", N_("Only %(free)s MB are free."), N_("Make room now: answers can no longer be saved."), free=free
        )
    elif free < LITTLE_ROOM_MB:
        yield warning(
            "disk", N_("Only %(free)s MB are free."), N_("Make room, or give the machine a larger disk."), free=free
        )
    else:
        yield well("disk", N_("%(free)s MB are free."), free=free)


def check_clock(session: Session) -> Iterator[Finding]:
    """Whether London time is known, and how far this machine's clock is from the database's."""
    summer = datetime(2027, 7, 1, 12, tzinfo=UTC).astimezone(ZoneInfo("Europe/London"))
    if summer.hour != 13:
        yield fault(
            "clock", N_("The time zone data is wrong."), N_("Install the tzdata package of this release again.")
        )
    if not is_postgresql(session):
        yield well("clock", N_("London time is known. The database shares this machine's clock."))
        return
    asked_at = clock.now()
    there: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    apart = round(max(asked_at - there, there - clock.now()).total_seconds())  # how long the answer took is no drift
    if apart > DRIFT_SECONDS:
        yield fault(
            "clock",
            N_("This machine's clock and the database's are %(apart)s seconds apart."),
            N_("Set both by the same time server, for example with chrony."),
            apart=apart,
        )
    else:
        yield well("clock", N_("London time is known, and the clock agrees with the database's."))


def check_secret_files(settings: Settings) -> Iterator[Finding]:
    """Whether others on this machine can read the secrets."""
    for path, closed_to in ((settings.instance_dir / SECRETS, 0o007), (settings.release_key_path, 0o077)):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & closed_to:
            yield fault(
                "secrets",
                N_("%(name)s can be read by other users of this machine."),
                N_("Run: chmod %(mode)s %(path)s"),
                name=path.name,
                path=str(path),
                mode=f"{0o660 & ~closed_to:o}",
            )


def can_read(path: Path) -> bool:
    """Whether this process may open the file."""
    return os.access(path, os.R_OK)
