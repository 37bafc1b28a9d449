"""The look: layouts, macros, form fields, navigation, languages of pages, error pages, headers, style sheets.

`init_app(app)` wires all of it; slices use `web.forms`, `web.language`, `web.navigation` and the templates in `web/`.
"""

from flask import Blueprint, Flask
from flask_wtf import CSRFProtect

from surveyapp.web import (
    compression,
    errors,
    headers,
    language,
    navigation,
    readable_text,
    static_files,
    template_tools,
)

csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    # After-request functions run last first: headers go on before the body is compressed.
    compression.init_app(app)
    headers.init_app(app)
    language.init_app(app)
    readable_text.init_app(app)
    csrf.init_app(app)
    errors.init_app(app)
    app.register_blueprint(Blueprint("web", __name__, template_folder="templates"))
    app.register_blueprint(static_files.blueprint)
    template_tools.init_app(app)


__all__ = ["csrf", "init_app", "navigation"]
