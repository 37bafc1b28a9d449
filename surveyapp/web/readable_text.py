"""Text that no page types and PostgreSQL cannot hold, the NUL character, is refused in one place."""

from flask import Flask, abort, request
from werkzeug.datastructures import MultiDict

NUL = "\0"
IN_JSON = b"\\u0000"


def init_app(app: Flask) -> None:
    """Answer 400 to such text in a field or JSON; no page has it in its address. Files are read elsewhere."""
    app.before_request(refuse_nul)


def refuse_nul() -> None:
    is_json = request.mimetype.endswith("json")
    if NUL in request.path:
        abort(404)
    if _has_nul(request.args) or _has_nul(request.form):
        abort(400)
    if is_json and IN_JSON in request.get_data():
        abort(400)


def _has_nul(values: MultiDict[str, str]) -> bool:
    return any(NUL in name or NUL in value for name, value in values.items(multi=True))
