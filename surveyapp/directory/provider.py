"""An OpenID Connect provider: discovery, the code flow with PKCE, and an ID token believed only when verified."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from surveyapp import clock
from surveyapp.directory.provider_line import NoAnswer, ProviderLine

ALGORITHMS = ("RS256", "PS256", "ES256")
KEPT_FOR = timedelta(hours=1)
KEYS_AGAIN_AFTER = timedelta(minutes=1)
NEVER = datetime(2000, 1, 1, tzinfo=UTC)
LEEWAY_SECONDS = 60
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderDown(Exception):
    """The provider does not answer, or not in a way that can be understood."""


class AnswerNotTrusted(Exception):
    """The provider's answer is not proof of who this is; the message is a short code for the audit log."""


@dataclass(frozen=True)
class ProviderSettings:
    """How this service is known to the provider, and which claims say whom it means."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_address: str
    tenant_claim: str
    object_claim: str
    roles_claim: str


@dataclass(frozen=True)
class ProviderPerson:
    """Whom the provider vouches for: tenant and object id are the key, the rest is only for a new account."""

    tenant: str
    object_id: str
    email: str
    name: str
    roles: frozenset[str]


class Provider:
    """One provider. What it publishes about itself is kept for an hour; nothing is asked before it is needed."""

    def __init__(self, settings: ProviderSettings) -> None:
        self.settings = settings
        self._metadata: dict[str, Any] = {}
        self._metadata_at = self._keys_at = NEVER
        self._keys = KeySet([])
        self._line = ProviderLine()

    def address_to_ask(self, state: str, nonce: str, verifier: str) -> str:
        """Where the browser goes to prove who it is; raises ProviderDown."""
        metadata = self._described()
        with self._client() as client:
            address, _state = client.create_authorization_url(
                metadata["authorization_endpoint"], state=state, code_verifier=verifier, nonce=nonce
            )
        return str(address)

    def sign_out_address(self, back_to: str) -> str:
        """Where a browser ends its session with the provider too; empty when there is no such page."""
        try:
            address = self._described().get("end_session_endpoint", "")
        except ProviderDown:
            return ""
        query = {"client_id": self.settings.client_id, "post_logout_redirect_uri": back_to}
        return requests.Request("GET", address, params=query).prepare().url or "" if address else ""

    def person_behind(self, code: str, verifier: str, nonce: str) -> ProviderPerson:
        """Whom a code stands for; raises ProviderDown or AnswerNotTrusted."""
        answer = self._exchange(code, verifier)
        if not isinstance(answer.get("id_token"), str):
            raise AnswerNotTrusted("no_id_token")
        return self._person(self._verified(answer["id_token"], nonce, answer.get("access_token")))

    def _client(self) -> OAuth2Session:
        known = self.settings
        return OAuth2Session(
            known.client_id,
            known.client_secret or None,
            token_endpoint_auth_method=self._way_to_show_secret(),
            scope="openid profile email",
            redirect_uri=known.redirect_address,
            code_challenge_method="S256",
        )

    def _way_to_show_secret(self) -> str:
        if not self.settings.client_secret:
            return "none"
        offered = self._described().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return "client_secret_basic" if "client_secret_basic" in offered else "client_secret_post"

    def _exchange(self, code: str, verifier: str) -> dict[str, Any]:
        address = self._described()["token_endpoint"]
        try:
            with self._line.open(self._client()) as client:
                answer = client.fetch_token(address, code=code, code_verifier=verifier, allow_redirects=False)
        except AuthlibBaseError as refused:
            raise AnswerNotTrusted("code_refused") from refused
        except NoAnswer as failed:
            raise ProviderDown(str(failed)) from failed
        return dict(answer) if isinstance(answer, dict) else {}

    def _verified(self, token: str, nonce: str, access_token: object) -> CodeIDToken:
        """The claims of an ID token whose signature, issuer, audience, times and nonce are all right."""
        try:
            read = self._decoded(token)
            wanted = {"iss": self.settings.issuer, "aud": self.settings.client_id, "nonce": nonce}
            claims = CodeIDToken(
                read.claims,
                read.header,
                {name: {"essential": True, "value": value} for name, value in wanted.items()},
                {"nonce": nonce, "client_id": self.settings.client_id, "access_token": access_token},
            )
            claims.validate(now=int(clock.now().timestamp()), leeway=LEEWAY_SECONDS)
        except (JoseError, AuthlibBaseError, ValueError, TypeError) as wrong:
            raise AnswerNotTrusted(getattr(wrong, "error", "") or "token_not_valid") from wrong
        return claims

    def _person(self, claims: CodeIDToken) -> ProviderPerson:
        known = self.settings
        tenant, object_id = claims.get(known.tenant_claim), claims.get(known.object_claim)
        if not (isinstance(tenant, str) and isinstance(object_id, str) and tenant and object_id):
            raise AnswerNotTrusted("no_identity")
        said = claims.get(known.roles_claim) or []
        roles = [said] if isinstance(said, str) else said
        return ProviderPerson(
            tenant[:200],
            object_id[:200],
            str(claims.get("email") or claims.get("preferred_username") or "").strip().lower()[:254],
            str(claims.get("name") or "")[:120],
            frozenset(role for role in roles if isinstance(role, str)),
        )

    def _described(self) -> dict[str, Any]:
        """What the provider publishes about itself, checked to be this issuer's own."""
        if clock.now() - self._metadata_at > KEPT_FOR:
            found = self._fetched(self.settings.issuer.rstrip("/") + "/.well-known/openid-configuration")
            if found.get("issuer") != self.settings.issuer:
                raise ProviderDown("the provider calls itself by another issuer's name")
            if not all(_is_as_safe(str(found.get(name, "")), self.settings.issuer) for name in NEEDED):
                raise ProviderDown("the provider's description lacks an address, or one without https")
            self._metadata, self._metadata_at = found, clock.now()
        return self._metadata

    def _fetched(self, address: str) -> dict[str, Any]:
        try:
            return self._line.fetch(address)
        except NoAnswer as failed:
            raise ProviderDown(str(failed)) from failed

    def _decoded(self, token: str) -> jwt.Token:
        """The token, its signature checked; a key that is not known yet is asked for once."""
        try:
            return jwt.decode(token, self._known_keys(KEPT_FOR), algorithms=list(ALGORITHMS))
        except InvalidKeyIdError:
            return jwt.decode(token, self._known_keys(KEYS_AGAIN_AFTER), algorithms=list(ALGORITHMS))

    def _known_keys(self, longest: timedelta) -> KeySet:
        """The provider's public keys, asked for again when they are older than that."""
        if clock.now() - self._keys_at > longest:
            found = self._fetched(self._described()["jwks_uri"])
            try:
                self._keys = KeySet.import_key_set(found)  # type: ignore[arg-type]  # what is no key set raises
            except (JoseError, ValueError, KeyError, TypeError) as wrong:
                raise ProviderDown("the provider's keys cannot be read") from wrong
            self._keys_at = clock.now()
        return self._keys


def _is_as_safe(address: str, issuer: str) -> bool:
    """Over https, unless the issuer itself is not (development, tests)."""
    return address.startswith("https://") or (address.startswith("http://") and issuer.startswith("http://"))
