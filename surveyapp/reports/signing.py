"""Signing a release: a named person lets readers see it, after the second audit has passed."""

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer_group

from surveyapp import audit, clock, mail
from surveyapp.access import Permission, StaffRole, Viewer
from surveyapp.directory import queries as directory
from surveyapp.directory.models import User, UserGrant
from surveyapp.reports.models import AUDITS, Release, ReleaseState


class CannotSign(Exception):
    """The release cannot be signed, or not by this person; the message says why and what to do."""


def sign_release(session: Session, number: int, signer: str, *, needs_two: bool, actor: audit.Actor) -> Release:
    """Sign a release for the person with this e-mail address; with the two-person rule the second one opens it.

    Errors: CannotSign.
    """
    release = session.get(Release, number, with_for_update=True)
    if release is None:
        raise CannotSign(f"There is no release {number}. List them with `surveyapp releases list`.")
    user = _allowed_signer(session, signer, release)
    if release.state is ReleaseState.REFUSED:
        raise CannotSign(f"Release {number} failed its second audit. See `surveyapp releases audit {number}`.")
    if not release.sign_off:
        raise CannotSign(f"Release {number} has not been audited yet. Run `surveyapp releases cut` to its end again.")
    if release.is_signed:
        return release
    if needs_two and not release.first_signed_by:
        release.first_signed_by = user.email
        audit.record(session, "release.first_signed", actor, ("release", number), agency=release.agency)
        return release
    if needs_two and release.first_signed_by == user.email:
        raise CannotSign("A second person must sign too: the two-person rule is on.")
    release.state, release.signed_at, release.signed_by = ReleaseState.SIGNED, clock.now(), user.email
    audit.record(session, "release.signed", actor, ("release", number), agency=release.agency, as_of=release.as_of)
    _tell_readers(session, release)
    session.flush()
    return release


def has_passed(release: Release) -> bool:
    """Whether the second audit is done and found nothing new that follows from what is published."""
    results = [one for of_source in release.sign_off.values() for one in of_source]
    return bool(release.sign_off) and all(one["may_be_signed"] for one in results)


def releases_to_sign(viewer: Viewer, session: Session, *, needs_two: bool) -> list[Release]:
    """Cut and audited releases that wait for this viewer's signature, oldest first; none where they may not sign."""
    if not viewer.can(Permission.SIGN_RELEASES):
        return []
    query = select(Release).where(Release.state == ReleaseState.CUT).order_by(Release.number)
    return [
        one
        for one in session.scalars(query.options(undefer_group(AUDITS)))
        if viewer.may(Permission.SIGN_RELEASES, one.agency)
        and has_passed(one)
        and not (needs_two and one.first_signed_by == viewer.email)
    ]


def _allowed_signer(session: Session, signer: str, release: Release) -> User:
    user = directory.user_by_email(session, signer)
    if user is None or not user.active:
        raise CannotSign(f"There is no account {signer}. Add it with `surveyapp users add`.")
    if not directory.viewer_of(user).may(Permission.SIGN_RELEASES, release.agency):
        raise CannotSign(f"{signer} may not sign releases of {release.agency}. Give the staff role release_signer.")
    return user


def _tell_readers(session: Session, release: Release) -> None:
    """One message to each retention lead of the agency; the report itself is read after signing in."""
    holders = (
        select(User)
        .join(UserGrant)
        .where(
            UserGrant.staff_role == StaffRole.RETENTION_LEAD,
            (UserGrant.agency == release.agency) | UserGrant.agency.is_(None),
            User.active,
        )
    )
    for user in session.scalars(holders.distinct()):
        mail.queue(
            session,
            "release_signed",
            user.email,
            about=f"release:{release.number}",
            reason_key=f"release:{release.number}:{user.id}",
            language=user.language,
            agency=release.agency,
            ids={"release": release.number},
        )
