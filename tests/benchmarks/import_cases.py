"""How long 100,000 rows take to import and how much memory they need: `python -m tests.benchmarks.import_cases [ROWS]`.

On SQLite in a temporary folder, and on PostgreSQL when TEST_DATABASE_URL names a server (in a database of its own).
The bar is 60 seconds on two cores; on a busy machine read the processor's seconds.
"""

import base64
import csv
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import text

from surveyapp import migrations
from surveyapp.app import create_app
from surveyapp.cases.imports import import_cases
from surveyapp.cli.session import command_actor
from surveyapp.config import Settings
from surveyapp.db import db
from surveyapp.directory.organisation import SHIPPED, load_organisation, read_organisation
from tests.databases import PostgresTemplate, postgres_server

HEADING = (
    "staff_number,name,work_email,personal_email,phone,agency,area,job_role,grade,line_manager_email,manager_line,"
    "start_date,notice_date,last_working_day,leaving_type,working_pattern,language,status\r\n"
)


def write_file(path: Path, n: int) -> None:
    """A file of n invented leavers with every column filled."""
    draw = random.Random(7)
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        stream.write(HEADING)
        for i in range(n):
            mail = f"leaver{i}@ncs.example"
            boss = f"manager{i % 4000}@ncs.example"
            place = [
                draw.choice(["NM", "EV", "SM", "WB", "KF"]),
                draw.choice(["case_lawyer", "paralegal_officer"]),
                "G7",
            ]
            who = [f"N{i:06}", f"Ann{i % 900} Rees{i % 3000}", mail, f"l{i}@home.example", f"0207946{i:06}", "ncs"]
            days = ["2019-04-01", "2026-10-30", f"2026-12-{1 + i % 28:02}", "resignation", "full_time", "en", "leaving"]
            writer.writerow([*who, *place, boss, f"{boss};head@ncs.example", *days])


def main(n: int = 100_000) -> None:
    """Both databases in turn, each in a process of its own so that each has its own peak of memory."""
    with tempfile.TemporaryDirectory() as folder, postgres_server() as server:
        template = PostgresTemplate(server)
        try:
            with template.copy() as postgresql:
                for address in (f"sqlite:///{folder}/cases.sqlite", postgresql):
                    command = [sys.executable, "-m", "tests.benchmarks.import_cases", str(n), address]
                    subprocess.run(command, check=True)
        finally:
            template.drop()


def measure(n: int, address: str) -> None:
    """Write the file, import it, import it again, and say what it took."""
    with tempfile.TemporaryDirectory() as folder:
        key = base64.b64encode(b"k" * 32).decode()
        settings = Settings(
            instance_dir=Path(folder), secret_key="t" * 48, application_keys=[key], database_url=address
        )
        migrations.upgrade(settings.database_address)
        file = Path(folder) / "leavers.csv"
        write_file(file, n)
        with create_app(settings).app_context():
            load_organisation(db.session, read_organisation(SHIPPED["demo"]), command_actor())
            db.session.commit()
            for turn in ("first", "again"):
                import_once(file, f"{db.engine.dialect.name}, {turn}", n)
            db.engine.dispose()


def import_once(file: Path, what: str, n: int) -> None:
    """One import as the command does it, told in a line."""
    served = server_seconds()
    began, worked, before = time.perf_counter(), time.process_time(), peak_megabytes()
    with file.open("rb") as stream:
        report = import_cases(db.session, stream, ".csv", command_actor())
    db.session.commit()
    took, worked = time.perf_counter() - began, time.process_time() - worked
    counts = ", ".join(f"{count:,} {outcome.value}" for outcome, count in report.outcomes.items())
    memory = f"{peak_megabytes() - before:.0f} MB more at its peak"
    server = f" and {server_seconds() - served:.1f} s of the server's" if served else ""
    print(f"{what}: {n:,} rows in {took:.1f} s ({worked:.1f} s of processor{server}), {memory}: {counts}", flush=True)


def server_seconds() -> float:
    """What this connection has used of the processor inside a PostgreSQL server on this machine; 0 for SQLite."""
    if db.engine.dialect.name != "postgresql":
        return 0.0
    process = Path(f"/proc/{db.session.scalar(text('SELECT pg_backend_pid()'))}/stat")
    db.session.rollback()
    if not process.exists():
        return 0.0
    user, system = process.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def peak_megabytes() -> float:
    """The most memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    measure(int(sys.argv[1]), sys.argv[2]) if len(sys.argv) > 2 else main(int((sys.argv[1:] or ["100000"])[0]))
