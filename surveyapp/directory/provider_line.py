"""The line to the identity provider: it waits for seconds, reads little, and rests after a failure.

A provider that hangs would otherwise hold every thread of the web server, and leavers could not answer.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from typing import Any, TypeVar

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from surveyapp import clock

WAIT_SECONDS = (3, 5)
"""For the connection; for each piece of the answer."""
LONGEST_SECONDS = 10
MOST_BYTES = 1_000_000
RESTS_FOR = timedelta(seconds=20)
SomeSession = TypeVar("SomeSession", bound=requests.Session)


class NoAnswer(Exception):
    """The provider does not answer, or too slowly, or too much; the message is for the log."""


class _Impatient(HTTPAdapter):
    """Sends one request, never follows it elsewhere, and reads its answer within a time and a size."""

    def send(self, request: requests.PreparedRequest, **more: Any) -> requests.Response:  # type: ignore[override]  # ours are fixed
        began = time.monotonic()
        answer = super().send(request, **{**more, "stream": True, "timeout": WAIT_SECONDS})
        try:
            content = _read(answer.raw, began + LONGEST_SECONDS)
        except HTTPError as failed:
            raise requests.ConnectionError(str(failed)) from failed
        finally:
            answer.close()
        answer.raw = BytesIO(content)
        return answer


def _read(stream: Any, until: float) -> bytes:
    content = b""
    while piece := stream.read1(65_536, decode_content=True):
        content += piece
        if time.monotonic() > until or len(content) > MOST_BYTES:
            raise requests.ReadTimeout(f"more than {LONGEST_SECONDS} seconds or {MOST_BYTES} bytes")
    return bytes(content)


class ProviderLine:
    """One provider's line. While it rests after a failure, everybody is told so at once and nobody waits."""

    def __init__(self) -> None:
        self._rests_until = clock.now()

    @contextmanager
    def open(self, session: SomeSession) -> Iterator[SomeSession]:
        """The session made impatient; raises NoAnswer when the provider fails in it, and while the line rests."""
        if clock.now() < self._rests_until:
            raise NoAnswer("it failed a moment ago")
        for scheme in ("https://", "http://"):
            session.mount(scheme, _Impatient())
        try:
            with session:
                yield session
        except (requests.RequestException, OSError, ValueError) as failed:
            self._rests_until = clock.now() + RESTS_FOR
            raise NoAnswer(str(failed)) from failed

    def fetch(self, address: str) -> dict[str, Any]:
        """The JSON object that the address answers; raises NoAnswer when it answers anything else."""
        with self.open(requests.Session()) as session:
            answer = session.get(address, allow_redirects=False)
            found = answer.json() if answer.status_code == 200 else None
            if not isinstance(found, dict):
                raise requests.RequestException(f"{address} answered {answer.status_code}, or no JSON object")
        return found
