"""Faults on purpose: the nth write (or the commit) of a request fails as if the disk were full."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

WRITING = ("INSERT", "UPDATE", "DELETE")


class NoSpace(Exception):
    """What the driver would have said."""


class Faults:
    """Lets n - 1 writes pass and fails the nth; the commit counts as a write of its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.left = 0
        self.has_failed = False

    @contextmanager
    def at_write(self, n: int) -> Iterator["Faults"]:
        self.left, self.has_failed = n, False
        event.listen(self.engine, "before_cursor_execute", self._statement)
        event.listen(self.engine, "commit", self._commit)
        try:
            yield self
        finally:
            event.remove(self.engine, "before_cursor_execute", self._statement)
            event.remove(self.engine, "commit", self._commit)

    def _statement(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.lstrip().upper().startswith(WRITING):
            self._count()

    def _commit(self, _connection: Any) -> None:
        self._count()

    def _count(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.has_failed = True
            raise OperationalError("a write", None, NoSpace("database or disk is full"))
