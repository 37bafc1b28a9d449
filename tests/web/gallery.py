"""A small application that shows every piece of the look, for tests and screenshots only."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import Conflict, TooManyRequests
from wtforms import (
    BooleanField,
    EmailField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired

from analytics.chart_style import ChartWords
from analytics.charts import dot_chart
from analytics.tables import Column, OperationalTable
from surveyapp import web
from surveyapp.web import navigation
from surveyapp.web.forms import DateBoxesField, StaffForm
from surveyapp.web.language import language_switch_pressed

ANSWERS: dict[str, str] = {}


@dataclass(frozen=True)
class Viewer:
    name: str
    permissions: frozenset[str]

    def can(self, permission: str) -> bool:
        return permission in self.permissions


TABLE = OperationalTable(
    title="Leavers who gave workload",
    columns=(
        Column("area", "Area"),
        Column("n", "Leavers", "people"),
        Column("base", "Base", "people"),
        Column("percent", "Percent", "percent"),
    ),
    rows=(
        ("North", "17", 40, 45),
        ("South", "<3", 1204, None),
        ("East", "[c]", None, None),
        ("West", "18", 60, 30),
        ("Mid", "3", 60, 5),
    ),
    notes=("Base: those who answered the reasons question.",),
)


AREAS = (
    "North Wales",
    "Gwent",
    "Dyfed-Powys",
    "South Wales",
    "Mersey-Cheshire",
    "East Midlands",
    "Thames and Chiltern",
)
AREAS += ("South West", "London North", "London South", "Eastern", "Wessex", "Yorkshire", "North East")
ROLES = ("Crown Prosecutor", "Senior Crown Prosecutor", "Paralegal Officer", "Administrator", "Legal Trainee")
WIDE_TABLE = OperationalTable(
    title="Workload by role and Area",
    columns=(Column("role", "Job role"), *(Column(f"a{i}", name, "percent") for i, name in enumerate(AREAS))),
    rows=tuple(
        (role, *("[c]" if (i + j) % 4 == 0 else (i * 13 + j * 7) % 60 for i in range(14)))
        for j, role in enumerate(ROLES)
    ),
)


class CaseForm(StaffForm):
    name = StringField("Name", [InputRequired("Enter the name")])
    work_email = EmailField("Work e-mail", description="The address that closes on the last day")
    years = IntegerField("Years of service")
    last_working_day = DateBoxesField("Last working day", [DataRequired("Enter the last working day, like 27 3 2027")])
    area = SelectField("Area", choices=[("", "Choose one"), ("north", "North"), ("south", "South")])
    kind = RadioField(
        "Leaving type", [InputRequired("Choose a leaving type")], choices=[("r", "Resignation"), ("t", "Transfer")]
    )
    modes = SelectMultipleField("How", choices=[("p", "In person"), ("v", "Video"), ("n", "None of these")])
    notes = TextAreaField("Notes")
    urgent = BooleanField("Deal with this first")


def make_app(**config: Any) -> Flask:
    app = Flask(__name__, static_folder=None, template_folder=str(Path(__file__).parent / "templates"))
    app.config.update(SECRET_KEY="for tests", TESTING=True, PROPAGATE_EXCEPTIONS=False, **config)
    web.init_app(app)
    navigation.add(
        app,
        navigation.Entry("Cases", "staff", "see_cases", 20),
        navigation.Entry("Settings", "secret", "change_settings", 90),
        navigation.Entry("Themes", "report", "see_cases", 30),
    )
    app.before_request(sign_in)
    for rule, view in VIEWS.items():
        app.add_url_rule(rule, view.__name__, view, methods=["GET", "POST"])
    return app


def sign_in() -> None:
    g.viewer = Viewer("Ceri Hughes", frozenset({"see_cases"}))


def staff() -> ResponseReturnValue:
    form = CaseForm()
    if form.validate_on_submit():
        flash("The case is saved.", "success")
        return redirect(url_for("staff"))
    return render_template("gallery/staff.html", form=form)


def secret() -> ResponseReturnValue:
    return "secret"


def report() -> ResponseReturnValue:
    chart = dot_chart(TABLE, ChartWords("Workload", value_axis="Percent of leavers"), "area", "percent")
    return render_template("gallery/report.html", table=TABLE, chart=chart)


def wide() -> ResponseReturnValue:
    return render_template("gallery/wide.html", table=WIDE_TABLE)


def leaver() -> ResponseReturnValue:
    if request.method == "POST":
        ANSWERS.update(request.form)
        if language_switch_pressed():
            return redirect(url_for("leaver"))
        error_list = [("#why", "Choose a reason")]
        return render_template("gallery/leaver.html", answers=ANSWERS, error_list=error_list)
    return render_template("gallery/leaver.html", answers=ANSWERS, error_list=[])


def broken() -> ResponseReturnValue:
    raise RuntimeError("the password is hunter2")


def no_database() -> ResponseReturnValue:
    raise OperationalError("select secret", {}, Exception("disk"))


def conflict() -> ResponseReturnValue:
    raise Conflict("internal words")


def busy() -> ResponseReturnValue:
    raise TooManyRequests(retry_after=60)


VIEWS = {
    "/staff": staff,
    "/secret": secret,
    "/report": report,
    "/wide": wide,
    "/a/token": leaver,
    "/broken": broken,
    "/no-database": no_database,
    "/conflict": conflict,
    "/busy": busy,
}
