"""Watches every writing request of every test: what it changed for good, and which audit events it left.

The rule (TRUST 20): a request that changes state leaves exactly the event its act is known by in `acts.py`, once; a
request that changes nothing leaves none. What is judged is what was committed, as the database saw it.
"""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, request, request_finished, request_started
from sqlalchemy import Connection, event
from sqlalchemy.orm import Mapper

from surveyapp.audit.models import AuditEvent
from surveyapp.db import db
from surveyapp.operation.edge import SAFE_METHODS
from tests.audit.acts import BOOKKEEPING, LOOKS, ON_EACH_RECORD, SEVERAL, TRIES, UNAUDITED, events_of

WRITES = re.compile(r'\s*(INSERT|UPDATE|DELETE)(?: INTO| FROM)?\s+"?(\w+)', re.IGNORECASE)


@dataclass
class Seen:
    """What the current request of this thread has committed so far."""

    writes: set[str] = field(default_factory=set)
    events: list[str] = field(default_factory=list)
    returning: str = ""
    n_rows_before: int = 0

    @property
    def changes(self) -> set[str]:
        """The writes that are more than bookkeeping."""
        return {one for one in self.writes if one not in BOOKKEEPING and one.split()[1] not in BOOKKEEPING}


class Watch:
    """Listens to one application's database and requests; `faults` says what broke the rule."""

    def __init__(self, app: Flask) -> None:
        self.app, self.faults, self.acted = app, list[str](), set[str]()
        self._here = threading.local()
        self._open: dict[int, Seen] = {}

    @contextmanager
    def on(self) -> Iterator["Watch"]:
        """Watch until the block ends."""
        heard = [
            (db.engine, "begin", self._begin),
            (db.engine, "commit", self._commit),
            (db.engine, "rollback", self._begin),
            (db.engine, "before_cursor_execute", self._before),
            (db.engine, "after_cursor_execute", self._write),
            (AuditEvent, "after_insert", self._record),
        ]
        for target, name, listener in heard:
            event.listen(target, name, listener)
        request_started.connect(self._start, self.app)
        request_finished.connect(self._finish, self.app)
        try:
            yield self
        finally:
            request_started.disconnect(self._start, self.app)
            request_finished.disconnect(self._finish, self.app)
            for target, name, listener in heard:
                event.remove(target, name, listener)

    def _begin(self, connection: Connection) -> None:
        self._open[id(connection)] = Seen()

    def _commit(self, connection: Connection) -> None:
        self._before(connection)
        committed, now = self._open.pop(id(connection), Seen()), getattr(self._here, "seen", None)
        if now is not None:
            now.writes |= committed.writes
            now.events += committed.events

    def _before(self, connection: Connection, *_more: Any) -> None:
        """SQLite counts the rows of a statement with RETURNING only once its answer has been read: before the next."""
        seen = self._open.setdefault(id(connection), Seen())
        n_rows = getattr(connection.connection.driver_connection, "total_changes", 0)
        if seen.returning and n_rows > seen.n_rows_before:
            seen.writes.add(seen.returning)
        seen.returning, seen.n_rows_before = "", n_rows

    def _write(self, connection: Connection, cursor: Any, statement: str, *_more: Any) -> None:
        found = WRITES.match(statement)
        if found is None:
            return
        seen, write = self._open.setdefault(id(connection), Seen()), f"{found[1].lower()} {found[2]}"
        if connection.dialect.name == "sqlite" and "RETURNING" in statement:
            seen.returning = write
        elif cursor.rowcount != 0:
            seen.writes.add(write)

    def _record(self, _mapper: Mapper[Any], connection: Connection, made: AuditEvent) -> None:
        self._open.setdefault(id(connection), Seen()).events.append(made.event)

    def _start(self, _app: Flask, **_more: Any) -> None:
        self._here.seen = Seen()

    def _finish(self, _app: Flask, response: Response, **_more: Any) -> None:
        seen, self._here.seen = getattr(self._here, "seen", None), None
        if seen is not None and request.endpoint and request.method not in SAFE_METHODS:
            fault = judged(request.endpoint, seen)
            self.acted |= {request.endpoint} if seen.changes or seen.events else set()
            self.faults += [f"{request.endpoint} ({response.status_code}): {fault}"] if fault else []


def judged(endpoint: str, seen: Seen) -> str:
    """What is wrong with a request's events; empty when nothing is."""
    changed, events = seen.changes, Counter(seen.events) - Counter(LOOKS)
    twice = [one for one, n in Counter(seen.events).items() if n > 1 and endpoint not in ON_EACH_RECORD]
    if twice:
        return f"{twice} more than once"
    if not events:
        return f"{sorted(changed)} changed without an event" if changed and endpoint not in UNAUDITED else ""
    if not seen.writes - {"insert audit_events"} and not set(events) <= TRIES:
        return f"{sorted(events)} though nothing changed"
    allowed = [{one} for one in events_of(endpoint)] + [set(one) for one in SEVERAL.get(endpoint, ())]
    return "" if set(events) in allowed or set(events) <= TRIES else f"{sorted(events)}, not what the act is known by"
