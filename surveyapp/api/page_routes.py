"""The interface's document, and a page of our own that shows it to people."""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template
from flask.typing import ResponseReturnValue

from surveyapp.access.guards import public
from surveyapp.api.document import document

blueprint = Blueprint("api_pages", __name__, template_folder="templates")
SHOWN_METHODS = ("get", "post", "patch")


@blueprint.get("/api/openapi.json")
@public
def openapi() -> Response:
    return jsonify(document())


@blueprint.get("/api/docs")
@public
def docs() -> ResponseReturnValue:
    whole = document()
    operations = [
        (method.upper(), path, whole["paths"][path][method])
        for path in whole["paths"]
        for method in SHOWN_METHODS
        if method in whole["paths"][path]
    ]
    return render_template(
        "api/docs.html", operations=operations, fields=fields_of(whole), filters=filters_of(operations), whole=whole
    )


def fields_of(whole: dict[str, Any]) -> dict[str, list[tuple[str, str, bool]]]:
    """For each body: its fields, what they hold, and whether they are needed."""
    found = {}
    for name in ("LeaverNews", "LeaverChange", "Withdrawal"):
        schema = whole["components"]["schemas"][name]
        needed = schema.get("required", [])
        found[name] = [(key, _kind(part), key in needed) for key, part in schema["properties"].items()]
    return found


def filters_of(operations: list[tuple[str, str, dict[str, Any]]]) -> dict[str, list[tuple[str, str]]]:
    """For each operation that can be narrowed: its filters, and what they hold."""
    found = {}
    for _method, _path, operation in operations:
        named = [one for one in operation["parameters"] if one["in"] == "query"]
        if named:
            found[operation["operationId"]] = [(one["name"], _kind(one["schema"])) for one in named]
    return found


def _kind(part: dict[str, Any]) -> str:
    """What a field holds, in a few words."""
    parts = part.get("anyOf", [part])
    named = [one for one in parts if one.get("type") != "null"][0]
    choices = named.get("enum")
    kind = " | ".join(choices) if choices else str(named.get("type", named.get("$ref", "")).rpartition("/")[2])
    said = part.get("description") or named.get("description")
    return f"{kind}: {said}" if said else kind
