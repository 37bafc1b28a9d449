"""The OpenAPI 3.1 document of the interface, made from the schemas that the routes use."""

from functools import cache
from typing import Any

from pydantic.json_schema import models_json_schema

from surveyapp.api import schemas
from surveyapp.api.models import ApiScope
from surveyapp.cases.models import CaseState

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
            "title": "Leavers",
            "version": "1",
            "description": "HR systems send leavers and read their status. Answers never pass here.",
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": _paths(),
        "components": {
            "schemas": known["$defs"],
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
    }


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
    for status, words in PROBLEMS.items():
        content = {"application/problem+json": {"schema": _ref("Problem")}}
        responses[status] = {"description": words, "content": content}
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
