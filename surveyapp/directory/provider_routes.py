"""Signing in with the organisation's own accounts: to the identity provider and back, and connecting an account."""

import secrets
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from surveyapp import audit, clock
from surveyapp.access import Permission
from surveyapp.access.guards import public, requires, viewer, viewer_or_none
from surveyapp.db import db, writing_session
from surveyapp.directory import once, provider_accounts, sign_in
from surveyapp.directory.models import User
from surveyapp.directory.provider import AnswerNotTrusted, Provider, ProviderDown, ProviderPerson, ProviderSettings
from surveyapp.languages import N_
from surveyapp.mail import site
from surveyapp.web.language import gettext as _

blueprint = Blueprint("provider", __name__, template_folder="templates")
ASKED_FIELD = "asked_provider"
ANSWER_WITHIN_SECONDS = 600
EXTENSION = "surveyapp_provider"
NOT_CONNECTED = N_("Your work account has no access here. Ask your administrator.")
TAKEN = N_("You already have a password here. Sign in with it, then connect your work account on your account page.")
NOT_SURE = N_("We could not be sure who you are. Begin again.")


def _provider() -> Provider:
    """The configured provider, made once; 404 where there is none."""
    known = sign_in.settings()
    if not known.has_single_sign_on:
        abort(404)
    if EXTENSION not in current_app.extensions:
        current_app.extensions[EXTENSION] = Provider(
            ProviderSettings(
                known.oidc_issuer,
                known.oidc_client_id,
                known.oidc_client_secret.get_secret_value(),
                site.address("/sign-in/work-account/answer"),
                known.oidc_tenant_claim,
                known.oidc_object_claim,
                known.oidc_roles_claim,
            )
        )
    found: Provider = current_app.extensions[EXTENSION]
    return found


@blueprint.get("/sign-in/work-account")
@public
def begin() -> ResponseReturnValue:
    """Send the browser to the provider."""
    return _to_provider(next=sign_in.safe_next("/"))


@blueprint.get("/settings/account/work-account")
@requires(Permission.SIGNED_IN)
def connect() -> ResponseReturnValue:
    """Send a signed-in person to the provider, to connect the account they are using."""
    if not sign_in.is_fresh(db.session):
        return redirect(url_for("account.show_account"))
    return _to_provider(connects=str(viewer().user_id))


def _to_provider(**more: str) -> ResponseReturnValue:
    asked = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    try:
        address = _provider().address_to_ask(asked["state"], asked["nonce"], asked["verifier"])
    except ProviderDown as down:
        return _down(down)
    session[ASKED_FIELD] = {**asked, **more, "at": int(clock.now().timestamp())}
    return redirect(address)


@blueprint.get("/sign-in/work-account/answer")
@public
def take_answer() -> ResponseReturnValue:
    """The browser comes back: believe the provider's answer only when it is to our own question, and only once."""
    provider = _provider()
    if request.method == "HEAD":
        abort(405)
    asked = session.pop(ASKED_FIELD, None)
    try:
        return _welcome(asked or {}, _person(provider, asked))
    except ProviderDown as down:
        return _down(down)
    except AnswerNotTrusted as wrong:
        return _refused(str(wrong), NOT_SURE)
    except provider_accounts.AddressTaken:
        return _refused("address_taken", TAKEN)
    except provider_accounts.NobodyKnown:
        return _refused("nobody_known", NOT_CONNECTED)
    except provider_accounts.AlreadyConnected:
        return _refused("already_connected", N_("This work account is connected to another account here."))


def _person(provider: Provider, asked: dict[str, Any] | None) -> ProviderPerson:
    """Whom the answer proves; raises AnswerNotTrusted when it is not the first answer to this browser's question."""
    state, code = request.args.get("state", ""), request.args.get("code", "")
    if asked is None or not secrets.compare_digest(asked["state"].encode(), state.encode()):
        raise AnswerNotTrusted("state")
    if clock.now().timestamp() - asked["at"] > ANSWER_WITHIN_SECONDS:
        raise AnswerNotTrusted("too_late")
    with writing_session(db.engine) as apart:
        is_first = once.spend(apart, state)
    if not is_first:
        raise AnswerNotTrusted("replayed")
    if not code:
        raise AnswerNotTrusted("no_code")
    return provider.person_behind(code, asked["verifier"], asked["nonce"])


def _welcome(asked: dict[str, Any], person: ProviderPerson) -> ResponseReturnValue:
    """Sign the person in, or connect the account they were using when they were sent."""
    with writing_session(db.engine) as apart:
        if "connects" in asked:
            known = viewer_or_none()
            user = apart.get(User, known.user_id) if known else None
            if user is None or str(user.id) != asked["connects"]:
                raise AnswerNotTrusted("another_person")
            provider_accounts.connect(apart, user, person)
            provider_accounts.account_of(apart, person)
        else:
            user = provider_accounts.account_of(apart, person)
            sign_in.sign_in(apart, user, is_by_provider=True)
    if "connects" in asked:
        flash(_("Your work account is connected. From now on you can sign in with it."), "success")
        return redirect(url_for("account.show_account"))
    return redirect(sign_in.own_path(asked.get("next", "/"), "/"))


def _refused(why: str, words: str) -> ResponseReturnValue:
    actor = audit.Actor(audit.ActorKind.STAFF, "unknown")
    with writing_session(db.engine) as apart:
        audit.record(apart, "user.sign_in_refused", actor, ("user", "unknown"), reason=f"provider:{why[:40]}")
    return render_template("directory/provider_problem.html", down=False, words=_(words)), 403


def _down(down: ProviderDown) -> ResponseReturnValue:
    current_app.logger.error("the identity provider cannot be used: %s", down)
    return render_template("directory/provider_problem.html", down=True, words=""), 503


@blueprint.get("/sign-in/ended")
@public
def show_signed_out() -> ResponseReturnValue:
    """Signed out here; the work account is another session, which only its own page can end."""
    address = _provider().sign_out_address(site.address("/sign-in"))
    return render_template("directory/provider_signed_out.html", address=address)


@blueprint.post("/settings/account/work-account/remove")
@requires(Permission.SIGNED_IN)
def disconnect() -> ResponseReturnValue:
    """Forget the person's work account, when another way to sign in is left."""
    user = db.session.get(User, viewer().user_id) or abort(404)
    if user.password is None:
        flash(_("Set a password first, or you could not sign in any more."))
    else:
        provider_accounts.disconnect(db.session, user, viewer().actor)
        flash(_("Your work account is disconnected."), "success")
    return redirect(url_for("account.show_account"))
