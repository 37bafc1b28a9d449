"""Making a backup while the service runs: one reading transaction, every row, encrypted, with counts and hashes.

It holds the database and nothing else: no secrets, no release key and no tombstones. Those are kept apart.
"""

import json
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from surveyapp import clock, migrations
from surveyapp.db import reading
from surveyapp.disposal import tombstones
from surveyapp.encryption.ring import KeyRing
from surveyapp.operation import sealed_file
from surveyapp.operation.sealed_file import NotABackup
from surveyapp.operation.table_contents import Contents, Counting, TableShape, lines_of, shapes

FORMAT = 1


class SchemaNotCurrent(RuntimeError):
    """The database is not at this code's revision; run `surveyapp init` first."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: when it was begun, of which schema, and every table's count and hash.

    Whatever was acknowledged before `made_at` is in it; what came later may be.
    `n_tombstones`: how many destroyed keys were known then; a restore asks for at least as many.
    """

    made_at: datetime
    revision: str
    n_tombstones: int
    tables: dict[str, Contents]

    @property
    def n_rows(self) -> int:
        return sum(one.n_rows for one in self.tables.values())

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "made_at": self.made_at.isoformat(), "n_rows": self.n_rows}


def make(engine: Engine, path: Path, ring: KeyRing, tombstone_file: Path) -> Manifest:
    """Write a backup of the database as it is at one moment; others go on reading and writing meanwhile."""
    began = clock.now()
    with reading(), _snapshot(engine) as connection:
        revision = migrations.revision_on(connection)
        if revision != migrations.head():
            raise SchemaNotCurrent(
                f"The database is at {revision}, the code at {migrations.head()}; run `surveyapp init`."
            )
        made = Manifest(began, revision, tombstones.count(tombstone_file), {})
        sealed_file.write(path, _compressed(_lines(connection, made)), ring)
    return made


def _snapshot(engine: Engine) -> Connection:
    connection = engine.connect()
    if engine.dialect.name == "postgresql":
        connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return connection


def _lines(connection: Connection, made: Manifest) -> Iterator[str]:
    """A heading, each table's shape followed by its rows, and at the end the counts and hashes."""
    yield _json({"format": FORMAT, "made_at": made.made_at.isoformat(), "revision": made.revision})
    for shape in shapes():
        yield _json(shape.as_json())
        counting = Counting()
        for line in lines_of(connection, shape):
            counting.add(line)
            yield line
        made.tables[shape.name] = counting.contents
    yield _json({"n_tombstones": made.n_tombstones, "end": {name: asdict(one) for name, one in made.tables.items()}})


def _compressed(lines: Iterator[str]) -> Iterator[bytes]:
    packer = zlib.compressobj(6)
    for line in lines:
        yield packer.compress(line.encode() + b"\n")
    yield packer.flush()


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))


class OpenBackup:
    """A backup to be read: `check` reads it whole and compares it with its own counts; `rows` gives the rows again."""

    def __init__(self, path: Path, ring: KeyRing) -> None:
        self.path, self.ring = path, ring

    def check(self) -> Manifest:
        """Read everything; raises NotABackup when it is cut off, changed, under another key, or not what it says."""
        heading: dict[str, Any] = {}
        counted: dict[str, Counting] = {}
        end: dict[str, Any] = {}
        for shape, line in self._parts():
            if shape is not None:
                counting = counted.setdefault(shape.name, Counting())
                if line:
                    counting.add(line)
            elif not heading:
                heading = json.loads(line)
            else:
                end = json.loads(line)
        if heading.get("format") != FORMAT or "end" not in end:
            raise NotABackup(f"{self.path} was written by another version of the product; use that one to restore it.")
        tables = {name: Contents(**one) for name, one in end["end"].items()}
        if tables != {name: one.contents for name, one in counted.items()}:
            raise NotABackup(f"{self.path} does not hold what its own list of contents says.")
        moment = datetime.fromisoformat(heading["made_at"])
        return Manifest(moment, heading["revision"], end["n_tombstones"], tables)

    def rows(self) -> Iterator[tuple[TableShape, str]]:
        """Every table's rows, parents before children; a table without rows gives its shape with an empty line."""
        for shape, line in self._parts():
            if shape is not None:
                yield shape, line

    def _parts(self) -> Iterator[tuple[TableShape | None, str]]:
        shape: TableShape | None = None
        for line in self._lines():
            if line.startswith("["):
                yield shape, line
                continue
            if line.startswith('{"table"'):
                shape = TableShape.from_json(json.loads(line))
                yield shape, ""
            else:
                yield None, line

    def _lines(self) -> Iterator[str]:
        unpacker, held = zlib.decompressobj(), b""
        for piece in sealed_file.read(self.path, self.ring):
            *whole, held = (held + unpacker.decompress(piece)).split(b"\n")
            yield from (line.decode() for line in whole)
        if held or not unpacker.eof:
            raise NotABackup(f"{self.path} ends in the middle of a row.")
