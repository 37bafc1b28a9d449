"""Which language a page speaks, and the gettext family for routes, forms and templates."""

from datetime import date, datetime
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from babel.support import LazyProxy
from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel

from surveyapp import languages
from surveyapp.languages import formats

# In an address (?lang=cy) or as a form's button; not "language", which a case's own form asks for.
FIELD: Final = "lang"
A_YEAR: Final = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    # Flask-Babel tells Flask-Security which language to speak; our own texts do not pass through it.
    Babel(app, configure_jinja=False, default_locale="en_GB", locale_selector=current_locale)
    app.before_request(read_language)
    app.after_request(remember_language)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(_jinja_gettext, _jinja_ngettext, newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    # "Trim" lets a text in a template run over several lines and still be one clean key.
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.globals.update(
        current_language=current_language, language_names=languages.LANGUAGES, language_address=language_address
    )
    app.jinja_env.filters.update(template_filters())


def read_language() -> None:
    """An explicit choice (button or address) wins, then the earlier choice of this browser."""
    chosen = request.form.get(FIELD) if request.method == "POST" and FIELD in request.form else request.args.get(FIELD)
    if languages.is_language(chosen):
        g.language = g.language_chosen = chosen
    elif languages.is_language(request.cookies.get(cookie_name())):
        g.language = g.language_known = request.cookies[cookie_name()]


def cookie_name() -> str:
    """Over https the name itself forbids other hosts to set it."""
    return "__Host-language" if request.is_secure else "language"


def prefer_language(language: str | None) -> None:
    """Use the language a person's record asks for, unless this browser has chosen one itself."""
    if languages.is_language(language) and "language_chosen" not in g and "language_known" not in g:
        g.language = language


def language_switch_pressed() -> bool:
    """Whether a form was sent by its language button: keep what was typed and show the same page again."""
    return request.method == "POST" and FIELD in request.form


def remember_language(response: Response) -> Response:
    if "language_chosen" in g:
        response.set_cookie(
            cookie_name(), g.language_chosen, max_age=A_YEAR, secure=request.is_secure, httponly=True, samesite="Lax"
        )
    response.headers["Content-Language"] = current_language()
    return response


def current_language() -> str:
    """The language chosen, else the one in the record of who is signed in, else English."""
    if not has_request_context():
        return languages.ENGLISH
    language: str = g.get("language") or getattr(g.get("viewer"), "language", None) or languages.ENGLISH
    return language


def language_address(language: str) -> str:
    """This page in another language, its other choices kept."""
    others = [(key, value) for key, value in request.args.items(multi=True) if key != FIELD]
    return f"{request.path}?{urlencode([*others, (FIELD, language)])}"


def current_locale() -> str:
    return formats.locale_of(current_language())


def gettext(text: str, **values: object) -> str:
    return languages.gettext(text, current_language(), **values)


def ngettext(singular: str, plural: str, n: int, **values: object) -> str:
    return languages.ngettext(singular, plural, n, current_language(), **values)


def lazy_gettext(text: str, **values: object) -> Any:
    """For labels made when a module is read: a stand-in for the text, whose language is looked up when it is shown."""
    return LazyProxy(partial(gettext, text, **values), enable_cache=False)


def _jinja_gettext(text: str) -> str:
    # Jinja fills in the values itself, so that they are escaped.
    return languages.translations_for(current_language()).gettext(text)


def _jinja_ngettext(singular: str, plural: str, n: int) -> str:
    return languages.translations_for(current_language()).ngettext(singular, plural, n)


def template_filters() -> dict[str, Any]:
    """`{{ day | long_date }}` and the rest, in the page's language."""

    def in_page_language(write: Any) -> Any:
        def shown(value: date | datetime | int | float | None, *more: Any) -> str:
            return "" if value is None else write(value, *more, current_language())

        return shown

    days = "long_date weekday_date weekday short_date month date_range"
    names = f"{days} clock_time long_moment short_moment number percent listed"
    return {name: in_page_language(getattr(formats, name)) for name in names.split()}
