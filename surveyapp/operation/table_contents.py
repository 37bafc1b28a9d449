"""Every row of every table as one line of text, the same on both databases: for backups, restores and comparisons.

A table's hash is the sum of its lines' SHA-256, so that it does not depend on the order in which rows are read.
"""

import base64
import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    Time,
    Uuid,
    select,
)
from sqlalchemy.types import TypeEngine

from surveyapp.db import Base, UtcDateTime

AT_ONCE = 1000
KINDS: dict[str, TypeEngine[Any]] = {
    "uuid": Uuid(),
    "moment": UtcDateTime(),
    "day": Date(),
    "time": Time(),
    "json": JSON(none_as_null=True),
    "bytes": LargeBinary(),
    "boolean": Boolean(),
    "number": BigInteger(),
    "float": Float(),
    "text": Text(),
}
_TYPES: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (Uuid, "uuid"),
    (UtcDateTime, "moment"),
    (Date, "day"),
    (Time, "time"),
    (JSON, "json"),
    (LargeBinary, "bytes"),
    (Boolean, "boolean"),
    (Integer, "number"),
    (Float, "float"),
    (String, "text"),
)


class UnknownColumnType(TypeError):
    """A column has a type that this module cannot write down; add it to KINDS."""


@dataclass(frozen=True)
class TableShape:
    """A table as a backup knows it: its columns with their kinds, and which of them are its key."""

    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {"table": self.name, "columns": [list(one) for one in self.columns], "key": list(self.key)}

    @classmethod
    def from_json(cls, read: dict[str, Any]) -> "TableShape":
        return cls(read["table"], tuple((name, kind) for name, kind in read["columns"]), tuple(read["key"]))

    def table(self) -> Table:
        """The table, for reading and inserting, whatever the models have become since."""
        return Table(self.name, MetaData(), *(Column(name, KINDS[kind]) for name, kind in self.columns))


@dataclass(frozen=True)
class Contents:
    """How many rows a table has, and the hash of them all."""

    n_rows: int
    sha256: str


def shapes() -> list[TableShape]:
    """Every table of the models, parents before children."""
    return [_shape(table) for table in Base.metadata.sorted_tables]


def lines_of(connection: Connection, shape: TableShape) -> Iterator[str]:
    """Each row as one line, in the order of the key, so that nothing tells when a row was written."""
    table = shape.table()
    query = select(*table.c).order_by(*(table.c[name] for name in shape.key))
    rows = connection.execute(query, execution_options={"yield_per": AT_ONCE})
    kinds = [kind for _name, kind in shape.columns]
    for row in rows:
        values = [_written(kind, value) for kind, value in zip(kinds, row, strict=True)]
        yield json.dumps(values, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


def values_of(shape: TableShape, line: str) -> list[Any]:
    """The row that a line holds."""
    return [_read(kind, value) for (_name, kind), value in zip(shape.columns, json.loads(line), strict=True)]


class Counting:
    """Counts lines and adds up their hashes as they pass by."""

    def __init__(self) -> None:
        self.n_rows = 0
        self._sum = 0

    def add(self, line: str) -> None:
        self.n_rows += 1
        self._sum = (self._sum + int.from_bytes(hashlib.sha256(line.encode()).digest(), "big")) % (1 << 256)

    @property
    def contents(self) -> Contents:
        return Contents(self.n_rows, f"{self._sum:064x}")


def contents_of(connection: Connection, which: Iterable[TableShape] | None = None) -> dict[str, Contents]:
    """Counts and hashes of tables (all of them by default), by name."""
    found = {}
    for shape in which if which is not None else shapes():
        counting = Counting()
        for line in lines_of(connection, shape):
            counting.add(line)
        found[shape.name] = counting.contents
    return found


def _shape(table: Any) -> TableShape:
    columns = tuple((column.name, _kind(column)) for column in table.columns)
    return TableShape(table.name, columns, tuple(column.name for column in table.primary_key.columns))


def _kind(column: Any) -> str:
    for kind_of_type, kind in _TYPES:
        if isinstance(column.type, kind_of_type):
            return kind
    raise UnknownColumnType(f"{column}: {column.type!r}")


def _written(kind: str, value: Any) -> Any:
    if value is None or kind in ("json", "text", "number", "boolean", "float"):
        return value
    if kind == "bytes":
        return base64.b64encode(value).decode()
    return str(value) if kind == "uuid" else value.isoformat()


def _read(kind: str, value: Any) -> Any:
    return value if value is None or kind not in _READERS else _READERS[kind](value)


_READERS: dict[str, Any] = {
    "bytes": base64.b64decode,
    "uuid": uuid.UUID,
    "moment": datetime.fromisoformat,
    "day": date.fromisoformat,
    "time": time.fromisoformat,
}
