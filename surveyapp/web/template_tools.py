"""What every template can call: fields, navigation, static addresses, released tables."""

import json
from typing import Any

from flask import Flask, current_app, url_for

from surveyapp.languages import N_, WELSH
from surveyapp.web import choices, fields, forms, navigation, released_tables, static_files
from surveyapp.web.language import current_language

DEFAULTS = {
    "SERVICE_NAME": N_("Leaving and exit interviews"),
    "SERVICE_NAME_CY": "",
    "ORGANISATION_NAME": "",
    "BRAND_COLOUR": "",
    "HELP_LINE": "",
    "SIGN_OUT_ENDPOINT": "security.logout",
}


def init_app(app: Flask) -> None:
    for name, value in DEFAULTS.items():
        app.config.setdefault(name, value)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        field=forms.show_field,
        error_links=forms.error_links,
        service_name=service_name,
        released_table=released_tables.show_table,
        static_url=static_files.static_url,
        Choice=choices.Choice,
        Frame=fields.Frame,
        text_input=fields.text_input,
        textarea=fields.textarea,
        radios=choices.radios,
        checkboxes=choices.checkboxes,
        select=choices.select,
        date_input=choices.date_input,
    )
    app.jinja_env.filters["chart_json"] = chart_json
    app.context_processor(page_context)


def service_name() -> str:
    """The service's name as its owner set it, in the page's language."""
    own: str = current_app.config["SERVICE_NAME_CY"] if current_language() == WELSH else ""
    return own or released_tables.translated(current_app.config["SERVICE_NAME"])


def page_context() -> dict[str, Any]:
    viewer = navigation.current_viewer()
    sign_out = current_app.config["SIGN_OUT_ENDPOINT"]
    return {
        "viewer": viewer,
        "navigation_links": lambda: navigation.links_for(viewer),
        "sign_out_address": url_for(sign_out) if viewer and sign_out in current_app.view_functions else "",
    }


def chart_json(chart: dict[str, Any]) -> str:
    """A chart for its data attribute; numbers of numpy and dates are written plainly, nothing else is let through."""
    return json.dumps(chart, default=_plain, separators=(",", ":"), ensure_ascii=False)


def _plain(value: Any) -> Any:
    for method in ("tolist", "isoformat"):
        if hasattr(value, method):
            return getattr(value, method)()
    raise TypeError(f"a chart cannot hold a {type(value).__name__}")
