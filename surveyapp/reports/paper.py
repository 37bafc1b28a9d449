"""A report as accessible HTML that needs nothing from elsewhere, from which its PDF is made."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from analytics.chart_style import Figure
from analytics.report import BulletList, ChartBlock, Heading, Paragraph, ReadingGuide, Report, TableBlock
from analytics.svg import draw
from analytics.tables import HIDDEN_SYMBOL, Cell
from surveyapp.languages import formats
from surveyapp.languages import gettext as _

WIDE = 9
KINDS = {
    Heading: "heading",
    Paragraph: "paragraph",
    BulletList: "list",
    TableBlock: "table",
    ChartBlock: "chart",
    ReadingGuide: "guide",
}


def as_html(report: Report) -> str:
    """The whole report on one page, charts drawn in it."""
    template = _environment().get_template("reports/document.html")
    return template.render(
        report=report,
        kinds=[(KINDS[type(block)], block) for block in report.blocks],
        words=lambda text, **values: _(text, report.language, **values),
        cell=lambda value, unit: cell_words(value, unit, report.language),
        wide=WIDE,
    )


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("surveyapp.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["drawn"] = _drawn
    return made


def _drawn(figure: Figure, caption: str) -> Markup:
    return Markup(draw(figure, caption))  # analytics.svg escapes every text


def cell_words(value: Cell, unit: str, language: str) -> str:
    """One cell as people read it: 46%, 1,204, fewer than 3, [c]."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        if value == HIDDEN_SYMBOL or not unit:
            return value
        return masked_words(value, language)
    return formats.percent(value, language) if unit == "percent" else formats.number(value, language)


def masked_words(value: str, language: str) -> str:
    """'<3' as 'fewer than 3'."""
    if value.startswith("<"):
        return _("fewer than %(n)s", language, n=value[1:])
    if value.startswith(">="):
        return _("%(n)s or more", language, n=value[2:])
    return value
