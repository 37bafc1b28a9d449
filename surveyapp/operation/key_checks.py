"""What doctor asks of the release key: where it is, whether its recovery copy opens, and how alone answers stand."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from surveyapp.config import Settings
from surveyapp.encryption.ring import CannotDecrypt
from surveyapp.encryption.sealed_box import ReleasePrivateKey, ReleasePublicKey
from surveyapp.languages import N_
from surveyapp.operation.findings import Finding, fault, warning, well
from surveyapp.operation.machine_checks import can_read
from surveyapp.operation.models import RecoveryCopy
from surveyapp.reports.uniqueness import shares


def check_recovery_copy(session: Session, settings: Settings) -> Iterator[Finding]:
    """Without the key, sealed answers are lost: warn until somebody has opened its copy."""
    if not settings.release_public_keys:
        yield fault("release key", N_("There is no public release key."), N_("Run `surveyapp init`."))
        return
    public = ReleasePublicKey.from_text(settings.release_public_keys[0])
    copy = session.get(RecoveryCopy, public.id)
    if copy is None:
        yield warning(
            "release key",
            N_("Nobody has confirmed a recovery copy of the release key. Without the key, sealed answers are lost."),
            N_("Run `surveyapp releases key export FILE`, keep it apart, then `surveyapp releases key confirm FILE`."),
        )
    else:
        on = f"{copy.confirmed_at:%Y-%m-%d}"
        yield well("release key", N_("The recovery copy of the release key was opened on %(on)s."), on=on)


def check_release_key(session: Session, settings: Settings) -> Iterator[Finding]:
    """Present where it should be, and the one that answers are sealed to; then how many answers stand alone."""
    path = settings.release_key_path
    if not can_read(path):
        yield well(
            "release key",
            N_("The release key is not readable here, as it should be for the web process."),
        )
        yield well("unique answers", N_("How many answers stand alone can only be counted where the release key is."))
        return
    try:
        key = ReleasePrivateKey.from_pem(path.read_bytes())
    except ValueError:
        yield fault(
            "release key", N_("%(path)s holds no release key."), N_("Bring back its recovery copy."), path=str(path)
        )
        return
    if key.public.text not in settings.release_public_keys:
        yield fault(
            "release key",
            N_("%(path)s is not the key that answers are sealed to."),
            N_("Bring back the right key, or add its public half to SURVEYAPP_RELEASE_PUBLIC_KEYS."),
            path=str(path),
        )
        return
    yield well("release key", N_("The release key is here. The web process must run as another user."))
    yield from _alone(session, key)


def _alone(session: Session, key: ReleasePrivateKey) -> Iterator[Finding]:
    try:
        before, after = shares(session, key)
    except CannotDecrypt:
        yield fault(
            "unique answers", N_("Some sealed answers wait for another release key."), N_("Bring back that key.")
        )
        return
    yield well(
        "unique answers",
        N_("Alone by their bands: %(before)s of %(n_before)s answers before the cut, %(after)s of %(n_after)s after."),
        before=before.n_alone,
        n_before=before.n,
        after=after.n_alone,
        n_after=after.n,
    )
