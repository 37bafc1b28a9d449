"""`/api/v1/leavers`: news in, status out; every write passes the same checks and verbs as a file or a form."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, jsonify, request, url_for
from sqlalchemy import func, select

from surveyapp import audit
from surveyapp.access.guards import machine
from surveyapp.api import requests, schemas
from surveyapp.api.models import ApiRequest, ApiScope
from surveyapp.cases import row_faults, service
from surveyapp.cases.arrivals import Outcome, receive_news
from surveyapp.cases.details import CaseDetails, details_of, staff_number_index
from surveyapp.cases.file_reading import RawRow
from surveyapp.cases.file_rows import ReadRow, RowReader
from surveyapp.cases.imports import vocabulary_of
from surveyapp.cases.models import Case, CaseState
from surveyapp.db import db
from surveyapp.invitations import ledger
from surveyapp.invitations.models import LEAVING, LedgerState
from surveyapp.web.problems import problem

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
MOST_PER_PAGE = 100


@blueprint.get("/leavers")
@machine
@requests.scope(ApiScope.READ)
def list_leavers() -> Response:
    page = requests.whole_number("page", 1, 1_000_000)
    per_page = requests.whole_number("per_page", 50, MOST_PER_PAGE)
    query = select(Case).where(Case.agency == requests.token().agency, Case.merged_into_id.is_(None))
    if state := request.args.get("state"):
        if state not in list(CaseState):
            return problem(400, f"state must be one of {', '.join(CaseState)}.")
        query = query.where(Case.state == CaseState(state))
    if staff_number := request.args.get("staff_number"):
        query = query.where(Case.staff_number_index == staff_number_index(staff_number))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    found = db.session.scalars(query.order_by(Case.notified_at, Case.id).limit(per_page).offset((page - 1) * per_page))
    items = [_status(case) for case in found]
    audit.record_look(db.session, "cases.listed_by_api", requests.actor(), ("cases", "list"), n=len(items))
    pages = max(1, -(-total // per_page))
    answer = jsonify({"items": items, "page": page, "per_page": per_page, "total": total, "pages": pages})
    if page < pages:
        more: dict[str, Any] = {**request.args.to_dict(), "page": page + 1}
        answer.headers["Link"] = f'<{url_for("api.list_leavers", **more)}>; rel="next"'
    return answer


@blueprint.get("/leavers/<uuid:leaver_id>")
@machine
@requests.scope(ApiScope.READ)
def show_leaver(leaver_id: UUID) -> Response:
    case = _case(leaver_id)
    about = ("case", case.id)
    audit.record_look(db.session, "case.read_by_api", requests.actor(), about, agency=case.agency)
    return jsonify(_status(case))


@blueprint.post("/leavers")
@machine
@requests.scope(ApiScope.WRITE)
def send_leaver() -> Response:
    begun = requests.begin(schemas.LeaverNews)
    if begun.before is not None:
        return _again(begun.before)
    read = _read(begun.body.model_dump(exclude_none=True, mode="json"))
    arrival = receive_news(db.session, read.details, read.status, requests.actor(), told=read.told)
    return _done(arrival.case, arrival.outcome, 201 if arrival.outcome is Outcome.CREATED else 200)


@blueprint.patch("/leavers/<uuid:leaver_id>")
@machine
@requests.scope(ApiScope.WRITE)
def change_leaver(leaver_id: UUID) -> Response:
    case = _case(leaver_id)
    begun = requests.begin(schemas.LeaverChange)
    if begun.before is not None:
        return _again(begun.before)
    read = _read(_cells(details_of(case)) | begun.body.model_dump(exclude_none=True, mode="json"))
    changed = service.update_case(db.session, case, read.details, requests.actor())
    return _done(case, Outcome.UPDATED if changed else Outcome.UNCHANGED, 200)


@blueprint.post("/leavers/<uuid:leaver_id>/withdrawal")
@machine
@requests.scope(ApiScope.WRITE)
def withdraw_leaver(leaver_id: UUID) -> Response:
    case = _case(leaver_id)
    begun = requests.begin(schemas.Withdrawal)
    if begun.before is not None:
        return _again(begun.before)
    if case.state is CaseState.STAYED:
        return _done(case, Outcome.UNCHANGED, 200)
    talked = begun.body.after_conversation
    service.withdraw_resignation(db.session, case, requests.actor(), after_conversation=talked)
    return _done(case, Outcome.STAYED, 200)


@blueprint.post("/leavers/<uuid:leaver_id>/death")
@machine
@requests.scope(ApiScope.WRITE)
def record_death(leaver_id: UUID) -> Response:
    """A death is a fact that may be told twice: no body, no key needed."""
    case = _case(leaver_id)
    outcome = Outcome.UNCHANGED if case.state is CaseState.DIED else Outcome.DIED
    service.record_death(db.session, case, requests.actor())
    return _done(case, outcome, 200)


def _case(leaver_id: UUID) -> Case:
    """The token's agency's case; anybody else's is not found. A merged duplicate leads to the case that was kept."""
    found = db.session.get(Case, leaver_id)
    if found is not None and found.merged_into_id is not None:
        found = db.session.get(Case, found.merged_into_id)
    if found is None or found.agency != requests.token().agency:
        abort(problem(404, "There is no such leaver in this agency."))
    return found


def _read(sent: dict[str, Any]) -> ReadRow:
    """What was sent, understood as a row of a file would be; aborts with the problem when it is not."""
    own, words = requests.token().agency, vocabulary_of(db.session, None)
    named = sent.get("agency", own)
    if words.agencies.get(named, words.agencies.get(named.casefold())) != own:
        abort(requests.mend([{"field": "agency", "wanted": f"This token is for {own}. Send that, or leave it out."}]))
    cells = {**sent, "agency": own}
    if isinstance(cells.get("manager_line"), list):
        cells["manager_line"] = ";".join(cells["manager_line"])
    read = RowReader(words).read(RawRow(1, cells))
    if isinstance(read, ReadRow):
        return read
    abort(requests.mend([{"field": one.column, "wanted": one.wanted_in("en")} for one in read]))


def _cells(details: CaseDetails) -> dict[str, Any]:
    """Known details as a row of a file would tell them."""
    told = {name: getattr(details, name) for name in CaseDetails.__dataclass_fields__}
    told["manager_line"] = ";".join(details.manager_line)
    return {name: str(value) for name, value in told.items() if value not in ("", None)}


def _done(case: Case, outcome: Outcome, status: int) -> Response:
    db.session.flush()
    requests.remember_answer(case.id, outcome.value, status)
    return _result(case, outcome.value, status)


def _again(before: ApiRequest) -> Response:
    """The answer that was given under this key, with the leaver as it is now."""
    answer = _result(_case(before.case_id), before.outcome, before.status)
    answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _result(case: Case, outcome: str, status: int) -> Response:
    answer = jsonify({**_status(case), "outcome": outcome})
    answer.status_code = status
    if status == 201:
        answer.headers["Location"] = url_for("api.show_leaver", leaver_id=case.id)
    return answer


@blueprint.errorhandler(service.CaseRefused)
def tell_why(refused: service.CaseRefused) -> Response:
    """A verb refused: what stands against it, or what has to be sent with it."""
    if isinstance(refused, service.SamePersonHasCase):
        return problem(409, "Another case that is open has this staff number.", leaver=str(refused.case.id))
    if isinstance(refused, service.DetailsMissing):
        return requests.mend([{"field": refused.field, "wanted": "Send it."}])
    if isinstance(refused, service.AddressNeedsSecondPerson):
        return requests.mend([{"field": "personal_email", "wanted": row_faults.SECOND_PERSON}])
    return problem(409, "The case is not in a state in which that can be done.")


def _status(case: Case) -> dict[str, Any]:
    """A leaver's status; that somebody answered is known to HR, what they answered is not."""
    rows = {row.occasion: row for row in ledger.invitations_of(db.session, case.id)}
    row = rows.get(LEAVING)
    state = row.state if row else LedgerState.DUE
    shown = {LedgerState.DUE: "not_invited", LedgerState.BEGUN: "invited"}.get(state, state.value)
    return {
        "id": str(case.id),
        "staff_number": case.staff_number,
        "kind": case.kind.value,
        "state": case.state.value,
        "agency": case.agency,
        "area": case.area,
        "job_role": case.job_role,
        "leaving_type": case.leaving_type,
        "last_working_day": case.last_working_day.isoformat() if case.last_working_day else None,
        "questionnaire": shown,
        "invited_on": row.invited_on.isoformat() if row and row.invited_on else None,
    }
