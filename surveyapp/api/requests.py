"""What every request of an HR system passes: its token, its scope, its body, and its idempotency key."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any, Generic, TypeVar
from uuid import UUID

from flask import Response, abort, g, request
from pydantic import BaseModel, ValidationError
from sqlalchemy import delete, text

from surveyapp import clock
from surveyapp.api import tokens
from surveyapp.api.models import ApiRequest, ApiScope, ApiToken
from surveyapp.audit import Actor, ActorKind
from surveyapp.cases import row_faults
from surveyapp.db import db, is_postgresql, writing_session
from surveyapp.invitations.codes import TooManyGuesses, count_guess
from surveyapp.web.problems import problem

View = TypeVar("View", bound=Callable[..., Any])
Body = TypeVar("Body", bound=BaseModel)
MOST_AN_HOUR = 6_000
"""Of one token; counted in the database, so that it is exact across workers."""
WANTED = {
    "string_pattern_mismatch": row_faults.ISO_DATE,  # only days have a pattern
    "missing": "Send this field.",
    "extra_forbidden": "This is not a field we know. Take it out.",
}
"""What to do about a fault of the body's shape, in the words of our own files."""
LONGEST_KEY = 200
KEYS_KEPT_FOR = timedelta(days=1)


def scope(wanted: ApiScope) -> Callable[[View], View]:
    """The view runs only for a live token with that scope, which it then finds with `token()`."""

    def guard(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **named: Any) -> Any:
            found = _token_of_request()
            if found is None:
                refused = problem(401, "Send a token that is in force: Authorization: Bearer sva_...")
                refused.headers["WWW-Authenticate"] = 'Bearer realm="leavers"'
                return refused
            if wanted not in found.scopes:
                return problem(403, f"This token has no scope {wanted.value}.")
            g.api_token = found
            try:
                count_guess(db.engine, f"api token {found.id}", MOST_AN_HOUR)
            except TooManyGuesses:
                return _too_many()
            return view(*args, **named)

        return checked  # type: ignore[return-value]  # the same signature, wrapped

    return guard


def token() -> ApiToken:
    """The token of this request; only behind `scope`."""
    found: ApiToken = g.api_token
    return found


def actor() -> Actor:
    """The audit trail names the token."""
    return Actor(ActorKind.HR_SYSTEM, str(token().id))


def _token_of_request() -> ApiToken | None:
    kind, _space, sent = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not sent.strip():
        return None
    with writing_session(db.engine) as apart:  # done before the request's own transaction begins, and outlives it
        found = tokens.live_token(apart, sent.strip())
        if found is not None:
            tokens.note_use(found)
    return found


def _too_many() -> Response:
    """A token's hour is used up; when the next begins."""
    refused = problem(429, f"A token may make {MOST_AN_HOUR:,} requests an hour. Send large numbers as a file.")
    refused.headers["Retry-After"] = str(3600 - int(clock.now().timestamp()) % 3600)
    return refused


@dataclass(frozen=True)
class Begun(Generic[Body]):
    """A writing request whose body has the right shape; `before` is set when its key was used for the same before."""

    body: Body
    before: ApiRequest | None


def begin(schema: type[Body]) -> Begun[Body]:
    """What a writing request brings; aborts with the problem when it is not as it should be."""
    return Begun(_body_of(schema), _answered_before())


def _body_of(schema: type[Body]) -> Body:
    """The request's body in that shape."""
    if request.mimetype != "application/json":
        abort(problem(415, "Send JSON with Content-Type: application/json."))
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        abort(problem(400, "Send one JSON object."))
    try:
        return schema.model_validate(sent)
    except ValidationError as error:
        faults = [
            {"field": ".".join(map(str, one["loc"])), "wanted": WANTED.get(one["type"], one["msg"])}
            for one in error.errors()
        ]
        abort(mend(faults))


def mend(faults: list[dict[str, str]]) -> Response:
    """The problem with fields of the body: `field` and what is `wanted` in it."""
    return problem(422, "Mend these fields and send again.", errors=faults)


def _answered_before() -> ApiRequest | None:
    """The request that was done under this idempotency key, None when it is new or has no key."""
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return None
    if len(key) > LONGEST_KEY:
        abort(problem(400, f"Use an Idempotency-Key of at most {LONGEST_KEY} characters."))
    if is_postgresql(db.session):
        number = int.from_bytes(_hash(str(token().id), key)[:8], "big", signed=True)
        db.session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})
    found = db.session.get(ApiRequest, (token().id, _hash(key)))
    if found is not None and found.content_hash != _content():
        abort(problem(422, "This Idempotency-Key was used for another request. Use a new one."))
    return found


def remember_answer(case_id: UUID, outcome: str, status: int) -> None:
    """Keep what was done under the request's idempotency key, if it has one."""
    if key := request.headers.get("Idempotency-Key", ""):
        made = ApiRequest(token_id=token().id, key_hash=_hash(key), content_hash=_content(), status=status)
        made.outcome, made.case_id, made.created_at = outcome, case_id, clock.now()
        db.session.add(made)
        db.session.execute(delete(ApiRequest).where(ApiRequest.created_at < clock.now() - KEYS_KEPT_FOR))


def _content() -> bytes:
    return hashlib.sha256(_hash(request.method, request.path) + request.get_data()).digest()


def _hash(*texts: str) -> bytes:
    return hashlib.sha256("\x1f".join(texts).encode()).digest()


def whole_number(name: str, default: int, most: int) -> int:
    """A number from the address; aborts with 400 when it is none."""
    sent = request.args.get(name, str(default))
    if not sent.isascii() or not sent.isdigit() or not 1 <= int(sent[:9]) <= most:
        abort(problem(400, f"{name} must be a whole number from 1 to {most}."))
    return int(sent)
