"""What the application needs before it serves: keys, engines, and Flask's own configuration."""

import os
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

from flask import Flask
from flask_sqlalchemy_lite._extension import _close_async_sessions
from werkzeug.middleware.proxy_fix import ProxyFix

from surveyapp.config import Settings
from surveyapp.db import db
from surveyapp.disposal import tombstones
from surveyapp.encryption.records import ring_of, use_ring
from surveyapp.languages import N_
from surveyapp.mail import site
from surveyapp.operation.secrets import keys_in

POOL = {"pool_size": 8, "max_overflow": 16, "pool_pre_ping": True, "connect_args": {"connect_timeout": 5}}
QUIET = {"hide_parameters": True}  # else an error names the values it was given, and they reach the log


class WeakSettings(RuntimeError):
    """Production refuses to start with these settings; the message says which and what to do."""


def flask_config(settings: Settings) -> dict[str, Any]:
    """Flask's own settings from ours."""
    address = settings.database_address
    options = {"connect_args": {"timeout": 30}} if address.startswith("sqlite") else POOL
    return {
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "SQLALCHEMY_ENGINES": {"default": {"url": address, **options, **QUIET}},
        "SESSION_COOKIE_NAME": "__Host-session" if settings.base_url.startswith("https") else "session",
        "SESSION_COOKIE_SECURE": settings.base_url.startswith("https"),
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": settings.max_upload_megabytes * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,  # it wants a referrer over https, which our own pages forbid the browser to send
        "SERVICE_NAME": settings.service_name_en,
        "SERVICE_NAME_CY": settings.service_name_cy,
        "BRAND_COLOUR": settings.brand_colour,
        "SIGN_OUT_ENDPOINT": "security.logout",
    }


def init_app(app: Flask, settings: Settings) -> None:
    """Refuse weak settings, load the key ring, open the engines."""
    refuse_weak(settings)
    use_ring(ring_of(settings.application_keys), reload=lambda: keys_in(settings.instance_dir))
    site.use_base_url(settings.base_url)
    tombstones.use_file(settings.instance_dir / tombstones.FILE_NAME)
    db.init_app(app)
    app.teardown_appcontext_funcs.remove(_close_async_sessions)  # 2.6 ms a request for engines we do not have
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def refuse_weak(settings: Settings) -> None:
    """Raise WeakSettings when a secret is missing, or weak in production."""
    refuse_missing_secrets(settings)
    weak = list(weaknesses(settings)) if settings.is_production else []
    if weak:
        raise WeakSettings(" ".join(text % values for text, values in weak))


def weaknesses(settings: Settings) -> Iterator[tuple[str, dict[str, str]]]:
    """What production refuses, each in a sentence (to be translated, with its values) that says what to do."""
    if not settings.base_url.startswith("https://"):
        yield N_("Set SURVEYAPP_BASE_URL to the https:// address that people type."), {}
    if settings.oidc_issuer and not settings.oidc_issuer.startswith("https://"):
        yield N_("Set SURVEYAPP_OIDC_ISSUER to the https:// address of the identity provider."), {}
    for name in ("secret_key", "password_salt"):
        secret: str = getattr(settings, name).get_secret_value()
        if len(secret) < 32 or len(set(secret)) < 10:
            yield (
                N_("Set SURVEYAPP_%(name)s to 32 random characters, or let `surveyapp init` make it."),
                {"name": name.upper()},
            )
    if any(len(set(b64decode(key.get_secret_value()))) < 10 for key in settings.application_keys):
        yield N_("An application key is not random. Let `surveyapp init` make it."), {}
    if settings.mail_url.startswith("file:"):
        yield N_("Set SURVEYAPP_MAIL_URL: messages in files reach nobody, and their links lie open."), {}
    secrets = settings.instance_dir / "secrets.toml"
    if os.name == "posix" and secrets.exists() and secrets.stat().st_mode & 0o007:
        yield N_("Everybody can read %(path)s. Run: chmod 640 %(path)s"), {"path": str(secrets)}


def refuse_release_key(settings: Settings) -> None:
    """Raise WeakSettings when the web process could open the private release key: answers would not be safe from it."""
    path = settings.release_key_path
    if settings.is_production and os.access(path, os.R_OK):
        raise WeakSettings(
            f"The web process can read the release key at {path}. Serve as another system user than the worker, who "
            "owns the key, with chmod 600; then nobody who breaks into the web server reads a confidential answer."
        )


def refuse_missing_secrets(settings: Settings) -> None:
    """Raise WeakSettings before `surveyapp init` has made the secrets."""
    if len(settings.secret_key.get_secret_value()) < 32 or not settings.application_keys:
        raise WeakSettings("There are no secrets yet. Run `surveyapp init`, which makes them in the instance folder.")
