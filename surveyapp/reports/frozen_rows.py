"""What was read from signed releases, kept in this process's memory: a signed release never changes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from surveyapp.reports.models import Release, ReleaseState

MOST_KEPT = 240
Value = TypeVar("Value")
_kept: WeakKeyDictionary[Engine, OrderedDict[Hashable, Any]] = WeakKeyDictionary()
_lock = Lock()


def standing_of(session: Session, release: Release) -> tuple[int, ...]:
    """The signed releases that rows may be carried forward from; a later signature of an older one changes it."""
    query = select(Release.number).where(
        Release.agency == release.agency, Release.number <= release.number, Release.state == ReleaseState.SIGNED
    )
    return tuple(session.scalars(query.order_by(Release.number)))


def kept(session: Session, key: Hashable, make: Callable[[], Value]) -> Value:
    """The value made once for this database and key; the least recently used make room."""
    engine = session.get_bind().engine
    with _lock:
        store = _kept.setdefault(engine, OrderedDict())
        if key in store:
            store.move_to_end(key)
            found: Value = store[key]
            return found
    made = make()
    with _lock:
        store[key] = made
        while len(store) > MOST_KEPT:
            store.popitem(last=False)
    return made
