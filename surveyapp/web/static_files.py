"""The committed style sheets and scripts, served from memory, compressed once, cached by their content hash."""

import gzip
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path
from typing import Final
from urllib.parse import quote

from flask import Blueprint, Response, abort, has_request_context, request

from surveyapp.access import guards

FOLDER: Final = Path(__file__).parent / "static"
YEAR: Final = "public, max-age=31536000, immutable"
blueprint = Blueprint("static_files", __name__)


@dataclass(frozen=True)
class StaticFile:
    name: str
    body: bytes
    kind: str

    @cached_property
    def version(self) -> str:
        return sha256(self.body).hexdigest()[:12]

    @cached_property
    def compressed(self) -> bytes:
        return gzip.compress(self.body, compresslevel=9, mtime=0)


def _read(folder: Path) -> dict[str, StaticFile]:
    """Only these exist: an address can name nothing else on the disk."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in {".css", ".js", ".svg", ".png", ".ico", ".txt", ".json"}:
            name = path.relative_to(folder).as_posix()
            kind = guess_type(name)[0] or "application/octet-stream"
            found[name] = StaticFile(name, path.read_bytes(), kind)
    return found


FILES: Final = _read(FOLDER)


def static_url(name: str) -> str:
    """The address of a file with its content hash; an unknown name is a mistake in a template."""
    return _address(name, request.script_root) if has_request_context() else _address(name, "")


@cache
def _address(name: str, root: str) -> str:
    """Put together once: every page asks for it several times."""
    return f"{root}/static/{quote(name)}?v={FILES[name].version}"


@blueprint.get("/static/<path:name>")
@guards.asset
def send(name: str) -> Response:
    file = FILES.get(name) or abort(404)
    current = request.args.get("v") == file.version
    response = Response(file.body, content_type=_content_type(file.kind))
    if request.accept_encodings.quality("gzip") > 0 and file.kind != "image/png":
        response.data = file.compressed
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = YEAR if current else "public, max-age=300"
    response.set_etag(file.version)
    return response.make_conditional(request)  # type: ignore[return-value]  # werkzeug gives back the same response


def _content_type(kind: str) -> str:
    return f"{kind}; charset=utf-8" if kind.startswith("text/") or kind.endswith(("javascript", "json")) else kind
