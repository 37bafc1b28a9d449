"""The database: engine rules for SQLite and PostgreSQL, the declarative base, and column types."""

import logging
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TypeVar

from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import JSON, Connection, DateTime, Dialect, Engine, Enum, MetaData, Table, Uuid, event, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

logger = logging.getLogger(__name__)
Item = TypeVar("Item")

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware datetimes only, stored in UTC, returned in UTC on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs a time zone; use clock.now().")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def state_column(states: type, name: str) -> Enum:
    """A StrEnum stored as its value in a plain string column with a named CHECK, the same on both databases."""
    return Enum(
        states,
        name=name,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        values_callable=lambda members: [member.value for member in members],
        length=40,
    )


class Base(DeclarativeBase):
    """Every table's base: named constraints, UTC moments, JSON for dictionaries."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[str]: JSON,
        list[dict[str, Any]]: JSON,
        uuid.UUID: Uuid,
    }


class RandomId:
    """A primary key that tells nothing: a random UUID, never a counter."""

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4, sort_order=-1)


db = SQLAlchemy(session_options={"expire_on_commit": False})

_reading: ContextVar[bool] = ContextVar("db_reading", default=False)


@contextmanager
def reading() -> Iterator[None]:
    """Transactions begun inside only read; SQLite then takes no write lock (a GET request, a report)."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


def begin_reading() -> None:
    """Mark this request's transactions as reading; the context ends with the request."""
    _reading.set(True)


def is_reading() -> bool:
    """Whether transactions begun now only read."""
    return _reading.get()


def begin_writing() -> None:
    """Mark this request's transactions as writing, the default."""
    _reading.set(False)


def give_up_writing() -> None:
    """Undo what this request wrote and only read from here on: nobody waits for its lock while a page is made."""
    db.session.rollback()
    begin_reading()


@contextmanager
def writing_session(engine: Engine) -> Iterator[Session]:
    """A session of its own that writes and commits apart from the caller's (an audit row before a page is shown)."""
    token = _reading.set(False)
    try:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session
    finally:
        _reading.reset(token)


class WeakDurability(RuntimeError):
    """The database could lose an acknowledged answer when the power fails; mend its settings before serving."""


@event.listens_for(Engine, "connect")
def _set_connection_rules(dbapi_connection: Any, _record: Any) -> None:
    """SQLite: WAL, foreign keys, full durability, our own BEGIN. PostgreSQL: refuse settings that lose answers."""
    if type(dbapi_connection).__module__.startswith("sqlite3"):
        _set_sqlite_rules(dbapi_connection)
    else:
        _check_postgresql_durability(dbapi_connection)


def _set_sqlite_rules(connection: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout = 30000")
    (mode,) = cursor.execute("PRAGMA journal_mode = WAL").fetchone()
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA secure_delete = ON")
    (synchronous,) = cursor.execute("PRAGMA synchronous").fetchone()
    cursor.close()
    if mode not in ("wal", "memory") or synchronous != 2:
        raise WeakDurability(f"SQLite runs with journal_mode={mode}, synchronous={synchronous}; WAL and FULL needed.")


def _check_postgresql_durability(connection: Any) -> None:
    with connection.cursor() as cursor:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            cursor.execute(f"SHOW {setting}")
            (value,) = cursor.fetchone()
            if value == "off":
                raise WeakDurability(f"PostgreSQL runs with {setting} = off; set it to on and restart.")
    connection.rollback()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """SQLite: every writer takes its lock at once (IMMEDIATE), so that nobody fails half way with "locked"."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN" if _reading.get() else "BEGIN IMMEDIATE")


def is_postgresql(session: Session) -> bool:
    """Whether this session speaks to PostgreSQL (advisory locks, SKIP LOCKED) rather than SQLite."""
    return session.get_bind().dialect.name == "postgresql"


class SomeFailed(RuntimeError):
    """Some things could not be dealt with; the log names them, the rest are done."""


def each_apart(session: Session, items: Iterable[Item], act: Callable[[Item], int]) -> int:
    """Do each in a transaction of its own: nobody waits for all of them, and a crash or a fault stops no other.

    A job that does many things in one transaction keeps every other writer waiting for the audit chain meanwhile, and
    may wait in a circle with somebody who holds a case and wants to write down what they did.
    """
    done = n_failed = 0
    session.commit()
    for item in items:
        try:
            done += act(item)
            session.commit()
        except Exception as error:
            session.rollback()
            n_failed += 1
            logger.error("%s could not be dealt with", item, exc_info=error)
    if n_failed:
        raise SomeFailed(f"{n_failed} of {done + n_failed} could not be dealt with")
    return done


LARGE_CACHE_KIB = 128 * 1024


@contextmanager
def large_transaction(session: Session) -> Iterator[None]:
    """Room in memory for the pages a large SQLite transaction changes; else each is written and read many times."""
    if is_postgresql(session):
        yield
        return
    connection = session.connection()
    before = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    connection.exec_driver_sql(f"PRAGMA cache_size = -{LARGE_CACHE_KIB}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size = {before}")


def renew_statistics(session: Session, model: type[Base]) -> None:
    """Let PostgreSQL count a table that has just grown and plan by what is there; SQLite plans by its indexes."""
    if is_postgresql(session):
        session.execute(text(f"ANALYZE {model.__tablename__}"))


def insert_many(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Add many rows to a model's table in this transaction, past the mapper: every row names the same columns.

    PostgreSQL takes them by COPY, SQLite by one prepared statement; a fifth of the time that the mapper would take.
    """
    if not rows:
        return
    session.flush()
    connection, table = session.connection(), model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} is not one table")
    types = {name: table.c[name].type.dialect_impl(connection.dialect) for name in rows[0]}
    ready = [(name, kind.bind_processor(connection.dialect)) for name, kind in types.items()]
    values = (tuple([turn(row[name]) if turn else row[name] for name, turn in ready]) for row in rows)
    names = ", ".join(types)
    cursor: Any = connection.connection.cursor()
    try:
        if connection.dialect.name == "postgresql":
            with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
                for value in values:
                    copy.write_row(value)
        else:
            marks = ", ".join("?" * len(types))
            cursor.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", values)
    finally:
        cursor.close()
