"""The product served by its own command in its own process, on a fresh database: for kills and for speed."""

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from surveyapp import migrations
from surveyapp.app import create_app
from surveyapp.config import PROJECT_ROOT, Settings
from surveyapp.db import db
from surveyapp.definitions.service import publish, publish_shipped
from surveyapp.directory.organisation import SHIPPED, load_organisation, read_organisation
from surveyapp.engine.loader import Shelf
from surveyapp.invitations import links
from surveyapp.operation.secrets import make_missing_secrets
from tests.responses.walking import TESTER, make_case

START_SECONDS = 300
TRIES = 3


@dataclass
class Server:
    """One instance folder and database, and the process that serves it."""

    instance: Path
    database_url: str
    workers: int = 2
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    environment: dict[str, str] = field(default_factory=dict)

    def prepare(self, n_leavers: int, shelf: Shelf | None = None) -> list[str]:
        """Make the database, the secrets, a published questionnaire and that many leavers; returns their tokens."""
        made = Settings(instance_dir=self.instance, database_url=self.database_url)
        make_missing_secrets(self.instance, made.release_key_path)
        settings = Settings(instance_dir=self.instance, database_url=self.database_url)
        migrations.upgrade(settings.database_address)
        tokens = []
        app = create_app(settings)
        with app.app_context():
            load_organisation(db.session, read_organisation(SHIPPED["demo"]), TESTER)
            if shelf is None:
                publish_shipped(db.session, actor=TESTER)
            else:
                publish(db.session, "leaver/1", actor=TESTER, shelf=shelf)
            for _ in range(n_leavers):
                tokens.append(links.mint(db.session, make_case(db.session).id, "test").token)
            db.session.commit()
            db.session.close()
            db.engine.dispose()
        return tokens

    def start(self) -> None:
        """Serve on a free port (another one, should somebody have taken it); returns when the server answers."""
        for _ in range(TRIES):
            self._begin()
            if self._answers():
                return
            self.kill()
        raise RuntimeError(f"the server did not start:\n{(self.instance / 'serve.log').read_text()[-3000:]}")

    def _begin(self) -> None:
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = one.getsockname()[1]
        command = [sys.executable, "-m", "surveyapp", "serve", "--port", str(self.port), "--workers", str(self.workers)]
        environment = {
            **os.environ,
            "SURVEYAPP_INSTANCE_DIR": str(self.instance),
            "SURVEYAPP_DATABASE_URL": self.database_url,
            **self.environment,
        }
        log = (self.instance / "serve.log").open("ab")
        self.process = subprocess.Popen(
            command, cwd=PROJECT_ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        log.close()

    def _answers(self) -> bool:
        """Wait until it answers, for as long as it lives."""
        assert self.process is not None
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            with (
                suppress(OSError, http.client.HTTPException),
                closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection,
            ):
                connection.request("GET", "/receipt")
                if connection.getresponse().status == 200:
                    return self.process.poll() is None
            time.sleep(0.1)
        return False

    def workers_now(self) -> set[int]:
        """The processes that answer for it at this moment."""
        assert self.process is not None
        listed = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False)
        return {int(line) for line in listed.stdout.split()}

    def cpu_seconds(self) -> float:
        """Processor time that the server and its workers have used so far (Linux only; 0 elsewhere)."""
        assert self.process is not None
        used = 0
        for pid in (self.process.pid, *self.workers_now()):
            stat = Path(f"/proc/{pid}/stat")
            used += sum(map(int, stat.read_text().rpartition(")")[2].split()[11:13])) if stat.exists() else 0
        return used / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        """End the server and its workers at once, as a power cut would."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def kill_a_worker(self, dice: random.Random) -> None:
        """End one worker at once; the server replaces it."""
        with suppress(ProcessLookupError):
            os.kill(dice.choice(sorted(self.workers_now())), signal.SIGKILL)


@contextmanager
def server(instance: Path, database_url: str, workers: int = 2) -> Iterator[Server]:
    """A server that is not started yet, ended at the end whatever happens."""
    made = Server(instance, database_url, workers)
    try:
        yield made
    finally:
        made.kill()
