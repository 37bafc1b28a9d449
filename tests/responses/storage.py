"""What lies beneath the tables: data files with their free pages and the write-ahead log, as bytes."""

import warnings
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from surveyapp.db import is_postgresql

FILES = """SELECT pg_relation_filepath(oid) AS path FROM pg_class
    WHERE relnamespace = 'public'::regnamespace OR relname LIKE 'pg_toast%' AND relkind IN ('t', 'i')"""
READ = text("SELECT pg_read_binary_file(:path, 0, (pg_stat_file(:path, true)).size, true)")
"""Nothing, when the server has removed the file since it was listed: a checkpoint may end at any moment."""
WORD = 8


def found_in(hay: bytes, needles: Iterable[bytes]) -> set[bytes]:
    """Which of many needles, of eight bytes or more, lie anywhere in a large heap of bytes; one pass for all."""
    by_start: dict[int, list[bytes]] = {}
    for needle in needles:
        by_start.setdefault(int.from_bytes(needle[:WORD], "little"), []).append(needle)
    wanted = np.array(sorted(by_start), dtype="<u8")
    found: set[bytes] = set()
    for shift in range(WORD if wanted.size else 0):
        words = np.frombuffer(hay, "<u8", max(len(hay) - shift, 0) // WORD, shift) if len(hay) >= shift + WORD else []
        place = np.minimum(np.searchsorted(wanted, words), wanted.size - 1)
        for at in np.flatnonzero(wanted[place] == words):
            start = int(at) * WORD + shift
            found.update(one for one in by_start[int(words[at])] if hay.startswith(one, start))
    return found


def stored_bytes(session: Session) -> tuple[bytes, bytes]:
    """The data files and the write-ahead log; on PostgreSQL only a superuser may read them, and anyone else is told."""
    return _of_postgresql(session) if is_postgresql(session) else _of_sqlite(session)


def _of_sqlite(session: Session) -> tuple[bytes, bytes]:
    path = Path(session.get_bind().engine.url.database or "")
    log = [file.read_bytes() for file in path.parent.glob(f"{path.name}-*")]
    return path.read_bytes(), b"".join(log)


def _of_postgresql(session: Session) -> tuple[bytes, bytes]:
    if session.scalar(text("SHOW is_superuser")) != "on":
        warnings.warn("PostgreSQL's files were not searched: the tests' account is no superuser", stacklevel=3)
        return b"", b""
    began = session.scalar(text("SELECT redo_wal_file FROM pg_control_checkpoint()"))
    session.execute(text("CHECKPOINT"))
    paths = [path for path in session.scalars(text(FILES)) if path]
    storage = b"".join(session.scalar(READ, {"path": path}) or b"" for path in paths)
    newer = "SELECT name FROM pg_ls_waldir() WHERE name >= :began AND length(name) = 24 ORDER BY name"
    names = session.scalars(text(newer), {"began": began}).all()
    log = b"".join(session.scalar(READ, {"path": f"pg_wal/{name}"}) or b"" for name in names)
    return storage, log
