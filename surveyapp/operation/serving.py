"""Serving: gunicorn with threads where it runs, waitress elsewhere."""

import sys
from typing import Any

from flask import Flask

THREADS = 4


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
        "loglevel": "warning",
    }
    Server().run()


def _serve_with_waitress(app: Flask, host: str, port: int) -> None:
    import waitress  # noqa: PLC0415 - only installed on Windows

    waitress.serve(app, host=host, port=port, threads=THREADS * 2)
