"""The pages of a journey, the same for a leaver, a trial, a change by receipt and a paper form that HR keys in."""

from dataclasses import dataclass, field
from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeSerializer

from surveyapp.config import SETTINGS_KEY, Settings
from surveyapp.db import db
from surveyapp.engine.check_answers import answer_groups
from surveyapp.engine.forms import Form, Problem
from surveyapp.engine.journey import PageNotOnPath
from surveyapp.engine.views import page_view
from surveyapp.responses import answering
from surveyapp.responses.answering import ChangedElsewhere, Open, Sitting
from surveyapp.responses.codes import ReceiptCode
from surveyapp.responses.question_html import question_html
from surveyapp.web.language import current_language, language_switch_pressed

SEEN, CODE, FROM_CHECK, BACK = "seen", "code", "check", "back"


@dataclass(frozen=True)
class Way:
    """Where a kind of sitting's pages lie and how they introduce themselves: endpoints of one blueprint."""

    blueprint: str
    values: dict[str, Any] = field(default_factory=dict)
    banner: str = ""
    footer: str = ""
    send_text: str = ""

    def page(self, code: str, **more: Any) -> str:
        return url_for(f"{self.blueprint}.show_page", page=code, **self.values, **more)

    def at(self, view: str) -> str:
        return url_for(f"{self.blueprint}.{view}", **self.values)


def next_place(way: Way, opened: Open) -> str:
    """Where a leaver who comes back goes on: the first page not looked at, else the check page."""
    unfinished = opened.journey.first_unfinished
    return way.page(unfinished) if unfinished else way.at("check_answers")


def show_page(way: Way, opened: Open, page: str) -> ResponseReturnValue:
    """One page of questions as saved; a page that is not on the path any more leads to where the leaver has got to."""
    try:
        return _drawn(way, opened, page)
    except PageNotOnPath:
        return redirect(next_place(way, opened), 303)


def save_page(way: Way, sitting: Sitting, opened: Open, page: str) -> ResponseReturnValue:
    """Save a posted page and go on or back; show it again when something is unreadable or another device was faster."""
    form = request.form.to_dict(flat=False)
    try:
        if language_switch_pressed():
            return _drawn(way, opened, page, form)
        seen = request.form.get(SEEN, type=int, default=0)
        if BACK in request.form:
            kept = answering.keep_page(db.session, sitting, opened, page, form, current_language(), seen)
            return redirect(_before(way, kept, page), 303)
        saved = answering.save_page(db.session, sitting, opened, page, form, current_language(), seen)
    except PageNotOnPath:
        return redirect(next_place(way, opened), 303)
    except ChangedElsewhere:
        return _drawn(way, opened, page, form, is_changed_elsewhere=True), 409
    if saved.problems:
        return _drawn(way, saved.opened, page, form, saved.problems)
    return redirect(_after(way, saved.opened, page), 303)


def _before(way: Way, opened: Open, page: str) -> str:
    """Where Back leads: the page before, the start in front of the first one, the check page for who came from it."""
    if request.args.get("from") == FROM_CHECK:
        return way.at("check_answers")
    previous = opened.journey.previous_to(page)
    return way.page(previous) if previous else way.at("start")


def _after(way: Way, opened: Open, page: str) -> str:
    if request.args.get("from") == FROM_CHECK:
        return next_place(way, opened)
    following = opened.journey.next_after(page)
    return way.page(following) if following else next_place(way, opened)


def _drawn(
    way: Way,
    opened: Open,
    page: str,
    form: Form | None = None,
    problems: tuple[Problem, ...] = (),
    *,
    is_changed_elsewhere: bool = False,
) -> str:
    view = page_view(opened.journey, page, current_language(), form, problems)
    alone = len(view.questions) == 1 and not view.intro
    from_check = request.args.get("from") == FROM_CHECK
    return render_template(
        "responses/page.html",
        way=way,
        view=view,
        questions=[question_html(one, is_heading=alone) for one in view.questions],
        is_heading_drawn=alone,
        has_text=any(one.widget == "textarea" for one in view.questions),
        error_list=[(f"#{one.field}", one.message) for one in problems],
        seen=opened.seen(page),
        action=way.page(page, **({"from": FROM_CHECK} if from_check else {})),
        saved_address=way.page(page),
        is_changed_elsewhere=is_changed_elsewhere,
    )


def show_check(way: Way, opened: Open, code: ReceiptCode | None, **more: Any) -> ResponseReturnValue:
    """Everything that would be sent, with links to change it; the receipt code is made here and rides in the form."""
    unfinished = opened.journey.first_unfinished
    if unfinished:
        return redirect(way.page(unfinished), 303)
    return render_template(
        "responses/check.html",
        way=way,
        groups=answer_groups(opened.journey, current_language()),
        from_check={"from": FROM_CHECK},
        code=_signer().dumps(code.text) if code else "",
        back_address=way.page(opened.journey.pages[-1]),
        **more,
    )


def code_in_form() -> ReceiptCode | None:
    """The code that rode in the check page's form; None when it is not one that this server made."""
    try:
        return ReceiptCode(_signer().loads(request.form.get(CODE, "")))
    except BadSignature:
        return None


def _signer() -> URLSafeSerializer:
    settings: Settings = current_app.config[SETTINGS_KEY]
    return URLSafeSerializer(settings.secret_key.get_secret_value(), salt="receipt code")
