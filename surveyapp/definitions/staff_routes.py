"""Settings, questionnaires: list versions with their faults, publish, retire, compare. Preview and trial: responses."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.access import Permission, guards
from surveyapp.access.guards import requires
from surveyapp.db import db
from surveyapp.definitions import queries, service
from surveyapp.definitions.models import DefinitionState, PublishedDefinition
from surveyapp.definitions.shelf import folder_shelf
from surveyapp.engine.compare import Comparability, compare_versions
from surveyapp.engine.definition import Definition
from surveyapp.engine.faults import DefinitionFaulty, Fault
from surveyapp.engine.loader import NotOnShelf, load_reference
from surveyapp.languages import N_
from surveyapp.web.language import gettext as _

blueprint = Blueprint("questionnaires", __name__, template_folder="templates", url_prefix="/settings/questionnaires")
COMPARABLE = {
    Comparability.COMPARABLE: N_("Can be compared"),
    Comparability.WITH_CARE: N_("Compare with care"),
    Comparability.NOT_COMPARABLE: N_("Do not compare"),
}


@dataclass(frozen=True)
class Version:
    """One line of the list: published, retired, or a draft in the folder with its faults."""

    reference: str
    state: str
    published: PublishedDefinition | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def values(self) -> dict[str, Any]:
        name, version = self.reference.rsplit("/", 1)
        return {"name": name, "version": int(version)}


@blueprint.get("")
@requires(Permission.EDIT_QUESTIONNAIRES)
def list_versions() -> ResponseReturnValue:
    return render_template("definitions/list.html", versions=_versions())


@blueprint.post("/<name>/<int:version>/publish")
@requires(Permission.EDIT_QUESTIONNAIRES)
def publish(name: str, version: int) -> ResponseReturnValue:
    reference = f"{name}/{version}"
    try:
        service.publish(db.session, reference, actor=guards.viewer().actor)
        flash(_("%(name)s is published. Leavers who begin now get it.", name=reference), "success")
    except NotOnShelf:
        abort(404)
    except DefinitionFaulty:
        flash(_("%(name)s was not published. Mend what is listed beside it.", name=reference))
    except service.AlreadyPublished:
        flash(_("%(name)s was published before with other content. Save the change as a new version.", name=reference))
    return redirect(url_for("questionnaires.list_versions"), 303)


@blueprint.post("/<name>/<int:version>/retire")
@requires(Permission.EDIT_QUESTIONNAIRES)
def retire(name: str, version: int) -> ResponseReturnValue:
    reference = f"{name}/{version}"
    try:
        service.retire(db.session, reference, actor=guards.viewer().actor)
        flash(_("%(name)s is retired. Answers already given stay as they are.", name=reference), "success")
    except service.NotPublished:
        abort(404)
    except service.LastVersion:
        flash(_("%(name)s is the only version. Publish another before you retire it.", name=reference))
    return redirect(url_for("questionnaires.list_versions"), 303)


@blueprint.post("/<name>/<int:version>/restore")
@requires(Permission.EDIT_QUESTIONNAIRES)
def restore(name: str, version: int) -> ResponseReturnValue:
    try:
        service.restore(db.session, f"{name}/{version}", actor=guards.viewer().actor)
    except service.NotPublished:
        abort(404)
    return redirect(url_for("questionnaires.list_versions"), 303)


@blueprint.get("/<name>/<int:version>/compare")
@requires(Permission.EDIT_QUESTIONNAIRES)
def compare(name: str, version: int) -> ResponseReturnValue:
    """What changed from an earlier version (`with`, by default the one before), and which figures stay comparable."""
    others = [one.values["version"] for one in _versions() if one.values["name"] == name]
    earlier = request.args.get("with", type=int, default=max((one for one in others if one < version), default=0))
    old, new = definition_or_404(f"{name}/{earlier}"), definition_or_404(f"{name}/{version}")
    comparison = compare_versions(old, new)
    return render_template(
        "definitions/compare.html",
        old=old,
        new=new,
        comparison=comparison,
        words=COMPARABLE,
        Comparability=Comparability,
    )


def definition_or_404(reference: str) -> Definition:
    """The published version, else the draft in the folder."""
    try:
        return queries.published(db.session, reference)
    except service.NotPublished:
        return draft_or_404(reference)


def draft_or_404(reference: str) -> Definition:
    """The version as it lies in the folder; one with faults cannot be looked at."""
    try:
        return load_reference(folder_shelf(), reference)
    except (NotOnShelf, DefinitionFaulty):
        abort(404)


def _versions() -> list[Version]:
    known = {one.reference: one for one in queries.all_published(db.session)}
    found = [Version(one.reference, one.state.value, one, _faults(one)) for one in known.values()]
    drafts = [name for name in service.references_on(folder_shelf()) if name not in known]
    found += [Version(name, "draft", None, _faults_of_draft(name)) for name in drafts]
    return sorted(found, key=lambda one: (one.values["name"], -one.values["version"]))


def _faults(one: PublishedDefinition) -> tuple[Fault, ...]:
    """A published file that was edited afterwards is told; what is published does not change with it."""
    if one.state is not DefinitionState.PUBLISHED:
        return ()
    try:
        if load_reference(folder_shelf(), one.reference).sha256 == one.sha256:
            return ()
    except NotOnShelf:
        return ()
    except DefinitionFaulty as faulty:
        return faulty.faults
    what = N_("The file was changed after it was published.")
    return (Fault(f"{one.reference}.yaml", 1, what, N_("Save the change as a new version.")),)


def _faults_of_draft(reference: str) -> tuple[Fault, ...]:
    try:
        load_reference(folder_shelf(), reference)
    except DefinitionFaulty as faulty:
        return faulty.faults
    return ()
