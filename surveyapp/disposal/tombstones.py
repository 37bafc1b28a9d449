"""Tombstones: which data keys were destroyed, in a file outside the database and its backups; replayed by a restore."""

import json
import os
import uuid
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import update
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.encryption.records import DataKey

FILE_NAME = "tombstones.log"

_file: Path | None = None


class NoTombstoneFile(RuntimeError):
    """The application has not said where tombstones are kept."""


def use_file(path: Path) -> None:
    """Set the process's file of tombstones; the application does this once when it starts."""
    global _file
    _file = path


def write(keys: Iterable[uuid.UUID], agency: str, why: str) -> None:
    """Append and sync, before the keys are destroyed: without its tombstone nothing is disposed of."""
    if _file is None:
        raise NoTombstoneFile("Call tombstones.use_file first.")
    on = clock.today().isoformat()
    lines = "".join(json.dumps({"key": str(key), "agency": agency, "why": why, "on": on}) + "\n" for key in keys)
    descriptor = os.open(_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o660)  # web and worker, by group
    with os.fdopen(descriptor, "a") as stream:
        stream.write(lines)
        stream.flush()
        os.fsync(stream.fileno())


def count(path: Path) -> int:
    """How many tombstones a file holds; a file that is not there holds none."""
    return sum(1 for line in path.read_text().splitlines() if line.strip()) if path.exists() else 0


def replay(session: Session, path: Path) -> int:
    """Destroy again every key that has a tombstone, after a restore and before serving; how many were still there."""
    if not path.exists():
        return 0
    keys = [uuid.UUID(json.loads(line)["key"]) for line in path.read_text().splitlines() if line.strip()]
    n = 0
    for start in range(0, len(keys), 500):
        gone = update(DataKey).where(DataKey.id.in_(keys[start : start + 500]), DataKey.wrapped.is_not(None))
        n += session.execute(gone.values(wrapped=None)).rowcount  # type: ignore[attr-defined]  # an UPDATE's count
    return n
