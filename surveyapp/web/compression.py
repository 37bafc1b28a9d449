"""Pages go out compressed; a random length hides what compression could tell about secrets on the page."""

import gzip
import secrets
from io import BytesIO
from typing import Final

from flask import Flask, Response, request

SMALLEST: Final = 600  # bytes; below this, compressing costs more than it saves
KINDS: Final = ("text/", "application/json", "application/problem+json", "application/javascript", "image/svg+xml")


def init_app(app: Flask) -> None:
    app.after_request(compress)


def compress(response: Response) -> Response:
    if not _is_worth_it(response):
        return response
    response.data = gzipped(response.get_data())
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response


def _is_worth_it(response: Response) -> bool:
    return (
        request.accept_encodings.quality("gzip") > 0
        and "Content-Encoding" not in response.headers
        and not response.is_streamed
        and not response.direct_passthrough
        and response.content_type is not None
        and response.content_type.startswith(KINDS)
        and len(response.get_data()) >= SMALLEST
    )


def gzipped(body: bytes) -> bytes:
    """Compressed, with a made-up file name of random length in the head (a guard against length-guessing attacks)."""
    packed = BytesIO()
    name = secrets.token_hex(1 + secrets.randbelow(50))
    with gzip.GzipFile(filename=name, mode="wb", compresslevel=5, fileobj=packed, mtime=0) as stream:
        stream.write(body)
    return packed.getvalue()
