"""Everything that hangs on a row, found by following foreign keys: a new table of a case is never forgotten."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import Table, delete, select, tuple_, update
from sqlalchemy.orm import Mapper, Session

from surveyapp.db import Base
from surveyapp.disposal import tombstones
from surveyapp.encryption.records import DataKey

LEFT_ALONE = frozenset({"legal_holds"})


def below(session: Session, rows: Iterable[Any], *, stop_at: frozenset[str] = frozenset()) -> list[Any]:
    """The rows and all rows that refer to them, however far down; tables named in `stop_at` are not entered.

    One query for each reference of each step down, however many rows a step has.
    """
    found: dict[tuple[str, Any], Any] = {}
    waiting = list(rows)
    while waiting:
        new: defaultdict[str, list[Any]] = defaultdict(list)
        for row in waiting:
            key = (row.__tablename__, _identity(row))
            if key not in found:
                found[key] = row
                new[row.__tablename__].append(row)
        waiting = []
        for table, some in new.items():
            for mapper, column in _referring_to(table):
                if mapper.class_.__tablename__ not in stop_at | LEFT_ALONE:
                    ids = [row.id for row in some]
                    waiting += session.scalars(select(mapper.class_).where(column.in_(ids))).unique()
    return list(found.values())


@cache
def _referring_to(table: str) -> tuple[tuple[Mapper[Any], Any], ...]:
    return tuple(
        (mapper, key.parent)
        for mapper in Base.registry.mappers
        if isinstance(mapper.local_table, Table)
        for key in mapper.local_table.foreign_keys
        if key.column.table.name == table and key.column.name == "id" and table != "data_keys"
    )


def _identity(row: Any) -> Any:
    return tuple(row.__mapper__.primary_key_from_instance(row))


def destroy(session: Session, rows: list[Any], agency: str, why: str) -> None:
    """Destroy the rows' data keys (tombstones first), then delete the rows, those below before those above."""
    keys = {key for row in rows if (key := getattr(row, "data_key_id", None)) is not None}
    destroy_keys(session, keys, agency, why)
    identities: defaultdict[Table, list[Any]] = defaultdict(list)
    for row in rows:
        identities[row.__table__].append(_identity(row))
    for table in sorted(identities, key=lambda table: -_places()[table.name]):
        these = tuple_(*table.primary_key).in_(identities[table])
        if table.name == "cases":
            ids = [identity[0] for identity in identities[table]]
            session.execute(update(table).where(table.c.merged_into_id.in_(ids)).values(merged_into_id=None))
        session.execute(delete(table).where(these))
    session.execute(delete(DataKey).where(DataKey.id.in_(keys)))
    session.expire_all()


@cache
def _places() -> dict[str, int]:
    """The place of each table in an order in which whatever is referred to comes first."""
    return {table.name: place for place, table in enumerate(Base.metadata.sorted_tables)}


def destroy_keys(session: Session, keys: set[uuid.UUID], agency: str, why: str) -> None:
    """Make what was encrypted under the keys unreadable, here and, by the tombstones, in every restored backup."""
    if not keys:
        return
    tombstones.write(keys, agency, why)
    session.execute(update(DataKey).where(DataKey.id.in_(keys)).values(wrapped=None))
