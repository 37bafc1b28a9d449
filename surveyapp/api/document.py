"""The OpenAPI 3.1 document of the interface, made from the schemas that the routes use."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from surveyapp import reports
from surveyapp.api import schemas
from surveyapp.api.filters import MOST_DIGITS
from surveyapp.api.models import ApiScope
from surveyapp.cases.models import CaseState
from surveyapp.reports.for_programs import CHOICES

MODELS = (
    schemas.LeaverNews,
    schemas.LeaverChange,
    schemas.Withdrawal,
    schemas.Leaver,
    schemas.LeaverResult,
    schemas.LeaverPage,
    schemas.Problem,
)
PROBLEMS = {
    "400": "The request cannot be read",
    "401": "There is no token, or it is not in force",
    "403": "The token lacks the scope",
    "404": "There is no such leaver in this agency",
    "409": "The leaver's state does not allow it",
    "413": "The request is too large",
    "415": "The body is not JSON",
    "422": "Some fields need mending",
    "429": "The token has used up its hour; Retry-After says when the next begins",
}
REPORT_PROBLEMS = {
    "400": PROBLEMS["400"],
    "401": PROBLEMS["401"],
    "403": PROBLEMS["403"],
    "404": "This agency has no such signed release",
    "422": "Some filters need mending",
    "429": PROBLEMS["429"],
}
TABLES = {"themes": "Themes", "standouts": "Standouts"}
"""Released tables, and the schemas that their commands publish too."""
WHOLE = {"type": "integer", "minimum": 1}
LEAVER_ID = {"name": "leaver_id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 200},
    "description": "The same key and body again give the same answer and do nothing",
}


@cache
def document() -> dict[str, Any]:
    """The whole document."""
    _names, known = models_json_schema(
        [(model, "validation") for model in MODELS], ref_template="#/components/schemas/{model}"
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Leavers and released tables",
            "version": "1",
            "description": "HR systems send leavers and read their status; programs read released tables. No answers.",
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": _paths(),
        "components": {
            "schemas": known["$defs"] | {name: _published(what) for what, name in TABLES.items()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _paths() -> dict[str, Any]:
    one = "/api/v1/leavers/{leaver_id}"
    return {
        "/api/v1/leavers": {"get": _list(), "post": _send()},
        one: {
            "get": _operation("show_leaver", "Read a leaver's status", ApiScope.READ, {"200": "Leaver"}, [LEAVER_ID]),
            "patch": _operation(
                "change_leaver",
                "Change what is known",
                ApiScope.WRITE,
                {"200": "LeaverResult"},
                [LEAVER_ID, KEY],
                body="LeaverChange",
            ),
        },
        f"{one}/withdrawal": {
            "post": _operation(
                "withdraw_leaver",
                "The person stays",
                ApiScope.WRITE,
                {"200": "LeaverResult"},
                [LEAVER_ID, KEY],
                body="Withdrawal",
            )
        },
        f"{one}/death": {
            "post": _operation(
                "record_death",
                "The person has died: nothing is sent again",
                ApiScope.WRITE,
                {"200": "LeaverResult"},
                [LEAVER_ID],
            )
        },
        "/api/v1/themes": {"get": _table("themes", "Read reasons for leaving from a signed release")},
        "/api/v1/standouts": {"get": _table("standouts", "Read what stands out in a signed release")},
    }


def _published(what: str) -> dict[str, Any]:
    """The schema that `surveyapp schema` prints for the command of that table."""
    whole = Path(str(reports.__file__)).with_name(f"{what}.schema.json").read_text(encoding="utf-8")
    return {name: part for name, part in json.loads(whole).items() if name != "$schema"}


def _table(what: str, summary: str) -> dict[str, Any]:
    number = {**WHOLE, "maximum": 10**MOST_DIGITS - 1, "description": "Of a signed release; the newest if left out"}
    held = {
        "release": number,
        **{name: {"type": "string", "enum": list(choices)} for name, choices in CHOICES[what].items()},
        "reason": {"type": "string", "description": "Code of a reason, or of a leaving type with source hr"},
    }
    query = [{"name": name, "in": "query", "schema": schema} for name, schema in held.items()]
    told = _operation(f"read_{what}", summary, ApiScope.REPORTS, {"200": TABLES[what]}, query)
    return {**told, "responses": {"200": told["responses"]["200"], **_refusals(REPORT_PROBLEMS)}}


def _refusals(problems: dict[str, str]) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": _ref("Problem")}}
    return {status: {"description": words, "content": content} for status, words in problems.items()}


def _list() -> dict[str, Any]:
    query = [
        {"name": "page", "in": "query", "schema": {**WHOLE, "maximum": 1_000_000, "default": 1}},
        {"name": "per_page", "in": "query", "schema": {**WHOLE, "maximum": 100, "default": 50}},
        {"name": "state", "in": "query", "schema": {"type": "string", "enum": [state.value for state in CaseState]}},
        {"name": "staff_number", "in": "query", "schema": {"type": "string", "minLength": 1, "maxLength": 40}},
    ]
    return _operation("list_leavers", "List leavers", ApiScope.READ, {"200": "LeaverPage"}, query)


def _send() -> dict[str, Any]:
    answers = {"201": "LeaverResult", "200": "LeaverResult"}
    return _operation("send_leaver", "Send news of a leaver", ApiScope.WRITE, answers, [KEY], body="LeaverNews")


def _operation(
    name: str,
    summary: str,
    scope: ApiScope,
    answers: dict[str, str],
    parameters: list[dict[str, Any]],
    body: str = "",
) -> dict[str, Any]:
    responses: dict[str, Any] = {
        status: {"description": "Done", "content": {"application/json": {"schema": _ref(model)}}}
        for status, model in answers.items()
    }
    responses |= _refusals(PROBLEMS)
    told: dict[str, Any] = {
        "operationId": name,
        "summary": summary,
        "description": f"Needs the scope {scope.value}.",
        "parameters": parameters,
        "responses": responses,
    }
    if body:
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(body)}}}
    return told


def _ref(model: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model}"}
