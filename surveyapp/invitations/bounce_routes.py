"""Where a mail server or mailbox watcher tells of messages that did not arrive: `POST /mail/bounces`.

With `Authorization: Bearer <SURVEYAPP_MAIL_BOUNCE_TOKEN>`; the body is either the report itself (`message/rfc822`, as
a mail server's pipe hands it over) or JSON: `{"message_id": "<...>", "permanent": true, "status": "5.1.1"}`.
Answers 204 when it was ours and is noted, 404 when we sent no such message, 422 when the body cannot be read.

`POST /mail/notify-receipts`, with the same token, takes GOV.UK Notify's delivery receipts (its page "API integration",
"Callbacks"): failures are noted, everything else is answered 204 and forgotten, so that Notify does not try again.
"""

import hmac

from flask import Blueprint, abort, current_app, request
from flask.typing import ResponseReturnValue

from surveyapp.access.guards import machine
from surveyapp.audit import Actor, ActorKind, record
from surveyapp.config import SETTINGS_KEY
from surveyapp.db import db
from surveyapp.mail.bounces import Bounce, UnreadableReport, read_notify_receipt, read_report, record_bounce
from surveyapp.web import csrf
from surveyapp.web.problems import problem

blueprint = Blueprint("bounces", __name__)
csrf.exempt(blueprint)  # the caller is a program with a token, not a browser with a cookie
LARGEST_REPORT = 256 * 1024
ACTOR = Actor(ActorKind.HR_SYSTEM, "mail server")


@blueprint.post("/mail/bounces")
@machine
def tell_bounce() -> ResponseReturnValue:
    _check_token()
    try:
        bounce = _told()
    except UnreadableReport as error:
        return problem(422, str(error))
    if not record_bounce(db.session, bounce):
        return problem(404, "We have sent no such message, or it is only delayed.")
    record(db.session, "message.bounced", ACTOR, ("message", bounce.message_id), status=bounce.status)
    return "", 204


@blueprint.post("/mail/notify-receipts")
@machine
def tell_receipt() -> ResponseReturnValue:
    _check_token()
    said = request.get_json(silent=True)
    if not isinstance(said, dict) or "status" not in said:
        return problem(422, "Send a delivery receipt of GOV.UK Notify.")
    bounce = read_notify_receipt(said)
    if record_bounce(db.session, bounce):
        record(db.session, "message.bounced", ACTOR, ("message", bounce.message_id), status=bounce.status)
    return "", 204


def _check_token() -> None:
    """Closed while no token is set; compared in constant time."""
    wanted = current_app.config[SETTINGS_KEY].mail_bounce_token.get_secret_value()
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not wanted or not hmac.compare_digest(wanted.encode(), given.encode()):
        abort(404)


def _told() -> Bounce:
    if (request.content_length or 0) > LARGEST_REPORT:
        abort(413)
    if request.mimetype != "application/json":
        return read_report(request.get_data())
    said = request.get_json(silent=True)
    if not isinstance(said, dict) or not isinstance(said.get("message_id"), str):
        raise UnreadableReport('Send {"message_id": "<...>", "permanent": true, "status": "5.1.1"}.')
    return Bounce(said["message_id"][:200], said.get("permanent") is True, str(said.get("status", ""))[:12])
