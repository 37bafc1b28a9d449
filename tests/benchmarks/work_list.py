"""How long the work list takes at 10,000 open cases, whole requests: `python -m tests.benchmarks.work_list [CASES]`.

For national HR, who sees every Area, and for an adviser of one; on SQLite and PostgreSQL.
"""

import base64
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from surveyapp.access import StaffRole
from surveyapp.app import create_app
from surveyapp.cases.imports import import_cases
from surveyapp.cli.session import command_actor
from surveyapp.config import Settings
from surveyapp.db import db
from surveyapp.directory import accounts, sessions
from surveyapp.directory.organisation import SHIPPED, load_organisation, read_organisation
from surveyapp.directory.sign_in import COOKIE_FIELD
from tests.benchmarks.import_cases import write_file
from tests.databases import PostgresTemplate, SqliteTemplate, postgres_server

ROUNDS = 3
PAGES = ("/", "/?due=now", "/?page=40", "/cases", "/work-list.csv")


def main(n: int = 10_000) -> None:
    """Both databases in turn."""
    with tempfile.TemporaryDirectory() as folder, postgres_server() as server:
        template = PostgresTemplate(server)
        try:
            for name, one in (("sqlite", SqliteTemplate(Path(folder))), ("postgresql", template)):
                with one.copy() as address:
                    measure(name, n, address, Path(folder))
        finally:
            template.drop()


def measure(name: str, n: int, address: str, folder: Path) -> None:
    """Fill a database and ask for each page several times."""
    key = SecretStr(base64.b64encode(b"k" * 32).decode())
    settings = Settings(
        instance_dir=folder, secret_key=SecretStr("t" * 48), application_keys=[key], database_url=address
    )
    app, actor = create_app(settings), command_actor()
    file = folder / "leavers.csv"
    write_file(file, n)
    with app.app_context():
        load_organisation(db.session, read_organisation(SHIPPED["demo"]), actor)
        with file.open("rb") as stream:
            import_cases(db.session, stream, ".csv", actor)
        cookies = {}
        for who, areas, staff_role in (
            ("national HR", (), StaffRole.NATIONAL_HR),
            ("adviser of one Area", ("NM",), StaffRole.HR_ADVISER),
        ):
            email = f"{staff_role}@ncs.example"
            user = accounts.grant_staff_role(db.session, email, staff_role, "ncs", areas, actor=actor)
            cookies[who] = {COOKIE_FIELD: sessions.begin(db.session, user)}
        db.session.commit()
    for who, cookie in cookies.items():
        for page in PAGES:
            print(f"{name}, {n:,} open cases, {who}, {page}: {timed(app, cookie, page)}", flush=True)
    with app.app_context():
        db.engine.dispose()


def timed(app: Any, cookie: dict[str, str], page: str) -> str:
    """Median and worst of several requests, in wall-clock and processor milliseconds."""
    took, worked = [], []
    client = app.test_client()
    with client.session_transaction() as kept:
        kept.update(cookie)
    for _ in range(ROUNDS):
        began, busy = time.perf_counter(), time.process_time()
        answer = client.get(page)
        took.append((time.perf_counter() - began) * 1000)
        worked.append((time.process_time() - busy) * 1000)
        assert answer.status_code == 200, (page, answer.status_code)
    return (
        f"{statistics.median(took):.0f} ms, worst {max(took):.0f} ms ({statistics.median(worked):.0f} ms of processor)"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
