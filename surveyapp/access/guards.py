"""Guards: each endpoint declares what it asks for, and a request to an endpoint that declares nothing is refused."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response

from surveyapp.access.permissions import Permission
from surveyapp.access.viewer import Viewer

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
LEAVER = "leaver"
MACHINE = "machine"
ASSET = "asset"
OPEN_DECLARATIONS = frozenset({LEAVER, MACHINE, ASSET})


def requires(permission: Permission) -> Callable[[View], View]:
    """Declare that an endpoint is for viewers who hold this permission somewhere; the query narrows the scope."""
    return _declare(permission)


def public(view: View) -> View:
    """Declare that anybody may call the endpoint: sign-in, health, the code page."""
    return _declare(PUBLIC)(view)


def leaver(view: View) -> View:
    """Declare that the endpoint checks a leaver's own link, code or cookie itself."""
    return _declare(LEAVER)(view)


def machine(view: View) -> View:
    """Declare that the endpoint checks an API token itself."""
    return _declare(MACHINE)(view)


def asset(view: View) -> View:
    """Declare a file of the product itself: the same for everybody, so that nobody is looked up."""
    return _declare(ASSET)(view)


def _declare(what: str) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.declared_permission = what  # type: ignore[attr-defined]  # an attribute on a function, read by the guard
        return view

    return mark


def declared_permission(app: Flask, endpoint: str) -> str | None:
    """What the endpoint declares, None when it declares nothing (a house test forbids that)."""
    declared: str | None = getattr(app.view_functions[endpoint], "declared_permission", None)
    return declared


def viewer() -> Viewer:
    """The signed-in viewer of this request; only call it behind `requires`."""
    found = viewer_or_none()
    if found is None:
        abort(404)
    return found


def viewer_or_none() -> Viewer | None:
    """The signed-in viewer, None for leavers and strangers."""
    found: Viewer | None = g.get("viewer")
    return found


def init_app(app: Flask, load_viewer: Callable[[], Viewer | None]) -> None:
    """Check every request against its endpoint's declaration before any view runs."""

    @app.before_request
    def check() -> Response | None:
        if request.endpoint is None:
            return None
        declared = declared_permission(app, request.endpoint)
        if declared is None:
            abort(404)
        if declared in OPEN_DECLARATIONS:
            return None
        g.viewer = load_viewer()
        if declared == PUBLIC:
            return None
        if g.viewer is None:
            return _sign_in_first()
        if not g.viewer.can(Permission(declared)):
            abort(404)
        return None


def _sign_in_first() -> Response:
    """To the sign-in, and back to the page asked for.

    A form that was sent from a page of ours is not dropped: the page of the 401 keeps what was typed (`web.errors`).
    """
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
    if request.headers.get("Sec-Fetch-Site") == "same-origin":
        abort(401)
    return redirect(url_for("security.login"))
