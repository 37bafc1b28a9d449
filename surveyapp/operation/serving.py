"""Serving: gunicorn with threads where it runs, waitress elsewhere."""

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from flask import Flask

from surveyapp.operation import metrics

THREADS = 4
METRICS = "surveyapp-metrics"


def serve(app: Flask, host: str, port: int, workers: int) -> None:
    """Serve until stopped; SIGHUP restarts gunicorn's workers gracefully, SIGTERM ends after open requests."""
    if sys.platform == "win32":
        _serve_with_waitress(app, host, port)
    else:
        _serve_with_gunicorn(app, host, port, workers)


def _serve_with_gunicorn(app: Flask, host: str, port: int, workers: int) -> None:
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415 - not installable on Windows

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
        def load_config(self) -> None:
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Flask:
            return app

    options: dict[str, Any] = {
        "bind": f"{host}:{port}",
        "workers": workers,
        "threads": THREADS,
        "worker_class": "gthread",
        "graceful_timeout": 30,
        "timeout": 60,
        "keepalive": 5,
        "control_socket_disable": True,
        "accesslog": None,  # the access log would hold the paths of links
        "logger_class": _own_log(),
        "loglevel": "warning",
    }
    folder = _metrics_folder()
    metrics.share_between_processes(str(folder))
    master = os.getpid()
    try:
        Server().run()
    finally:
        if os.getpid() == master:  # a worker that ends passes here too
            shutil.rmtree(folder, ignore_errors=True)


def _metrics_folder() -> Path:
    """Where the processes count together: in memory if possible, since a full disk must not stop a mapped file.

    What a killed server left behind is removed.
    """
    memory = Path("/dev/shm")
    place = memory if os.access(memory, os.W_OK) else Path(tempfile.gettempdir())
    for left in place.glob(f"{METRICS}-*"):
        if not _is_alive(int(left.name.rsplit("-", 1)[1])):
            shutil.rmtree(left, ignore_errors=True)
    made = place / f"{METRICS}-{os.getpid()}"
    made.mkdir(mode=0o700, exist_ok=True)
    return made


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _own_log() -> type:
    """gunicorn's messages go where ours go, through the same removal of tokens and addresses."""
    from gunicorn.glogging import Logger  # noqa: PLC0415 - not installable on Windows

    class Log(Logger):  # type: ignore[misc]  # gunicorn ships no types
        def setup(self, cfg: Any) -> None:
            super().setup(cfg)
            self.error_log.handlers.clear()
            self.error_log.propagate = True

    return Log


def _serve_with_waitress(app: Flask, host: str, port: int) -> None:
    import waitress  # noqa: PLC0415 - only installed on Windows

    waitress.serve(app, host=host, port=port, threads=THREADS * 2)
