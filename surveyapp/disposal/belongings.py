"""Everything that hangs on a row, found by following foreign keys: a new table of a case is never forgotten."""

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Mapper, Session

from surveyapp.db import Base
from surveyapp.disposal import tombstones
from surveyapp.encryption.records import DataKey

LEFT_ALONE = frozenset({"legal_holds"})


def below(session: Session, rows: Iterable[Any], *, stop_at: frozenset[str] = frozenset()) -> list[Any]:
    """The rows and all rows that refer to them, however far down; tables named in `stop_at` are not entered."""
    found: dict[tuple[str, Any], Any] = {}
    waiting = list(rows)
    while waiting:
        row = waiting.pop()
        key = (row.__tablename__, _identity(row))
        if key in found:
            continue
        found[key] = row
        for mapper, column in _referring_to(row.__tablename__):
            if mapper.class_.__tablename__ not in stop_at | LEFT_ALONE:
                waiting += session.scalars(select(mapper.class_).where(column == row.id)).unique()
    return list(found.values())


def _referring_to(table: str) -> Iterator[tuple[Mapper[Any], Any]]:
    for mapper in Base.registry.mappers:
        local = mapper.local_table
        if isinstance(local, Table):
            for key in local.foreign_keys:
                if key.column.table.name == table and key.column.name == "id" and table != "data_keys":
                    yield mapper, key.parent


def _identity(row: Any) -> Any:
    return tuple(row.__mapper__.primary_key_from_instance(row))


def destroy(session: Session, rows: list[Any], agency: str, why: str) -> None:
    """Destroy the rows' data keys (tombstones first), then delete the rows, those below before those above."""
    keys = {key for row in rows if (key := getattr(row, "data_key_id", None)) is not None}
    destroy_keys(session, keys, agency, why)
    order = {table.name: place for place, table in enumerate(Base.metadata.sorted_tables)}
    for row in sorted(rows, key=lambda row: -order[row.__tablename__]):
        table = row.__table__
        same = [column == value for column, value in zip(table.primary_key, _identity(row), strict=True)]
        if table.name == "cases":
            session.execute(update(table).where(table.c.merged_into_id == row.id).values(merged_into_id=None))
        session.execute(delete(table).where(*same))
    session.execute(delete(DataKey).where(DataKey.id.in_(keys)))
    session.expire_all()


def destroy_keys(session: Session, keys: set[uuid.UUID], agency: str, why: str) -> None:
    """Make what was encrypted under the keys unreadable, here and, by the tombstones, in every restored backup."""
    if not keys:
        return
    tombstones.write(keys, agency, why)
    session.execute(update(DataKey).where(DataKey.id.in_(keys)).values(wrapped=None))
