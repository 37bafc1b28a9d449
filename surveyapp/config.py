"""Settings: from the environment (prefix SURVEYAPP_), then `instance/secrets.toml`, then `instance/config.toml`."""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

PROJECT_ROOT = Path(__file__).resolve().parent.parent


def default_instance_dir() -> Path:
    """Where this machine's own files lie: SURVEYAPP_INSTANCE_DIR, else `instance/` beside the code."""
    return Path(os.environ.get("SURVEYAPP_INSTANCE_DIR", PROJECT_ROOT / "instance"))


class Settings(BaseSettings):
    """Every setting the product reads; units are in the names. Documented in README, and a test keeps that true."""

    model_config = SettingsConfigDict(env_prefix="SURVEYAPP_", extra="forbid", validate_default=True)

    instance_dir: Path = Field(default_factory=default_instance_dir, description="Folder of this machine's own files")
    environment: Literal["production", "demo", "development", "test"] = Field(
        "development", description="`production` refuses weak settings"
    )
    database_url: str = Field("", description="SQLAlchemy address; empty means SQLite in the instance folder")
    base_url: str = Field("http://127.0.0.1:8000", description="Address that leavers and staff type, used in messages")
    mail_url: str = Field("file:outbox", description="`file:FOLDER`, `smtp://user:pass@host:port`, `notify:`")
    mail_sender: str = Field("leavers@example.org", description="From address when an agency has set none")
    mail_bounce_address: str = Field("", description="Envelope sender of messages, where bounces go")
    mail_bounce_token: SecretStr = Field(SecretStr(""), description="Bearer token of `/mail/bounces`; empty: closed")
    notify_api_key: SecretStr = Field(SecretStr(""), description="Key of GOV.UK Notify, with a mail_url of `notify:`")
    notify_template_id: str = Field("", description="Notify template with ((subject)) and ((body))")
    secret_key: SecretStr = Field(SecretStr(""), description="Signs sessions; made by `surveyapp init`")
    application_keys: list[SecretStr] = Field(
        default_factory=list, description="Encrypts identified records, newest first (base64, 32 bytes); made by init"
    )
    password_salt: SecretStr = Field(SecretStr(""), description="Pepper for staff passwords; made by init")
    release_key_file: Path | None = Field(None, description="Private release key; the web process must not read it")
    release_public_keys: list[str] = Field(
        default_factory=list, description="Public release keys, newest first; made by init"
    )
    metrics_token: SecretStr = Field(SecretStr(""), description="Bearer token of `/metrics`; empty: closed")
    log_format: Literal["text", "json"] = Field("text", description="`json`: one object a line, for a log collector")
    security_contact: str = Field("", description="Who to tell of a weakness (`mailto:...`), for security.txt")
    trusted_proxies: int = Field(0, ge=0, le=5, description="How many reverse proxies stand in front (ProxyFix)")
    session_hours: int = Field(10, ge=1, le=24, description="How long a staff sign-in lasts")
    session_idle_minutes: int = Field(60, ge=5, le=480, description="A staff session ends after this long unused")
    second_step_required_for: list[str] | None = Field(
        None, description="Staff roles that must use a second step; unset: administrator, central_team in production"
    )
    oidc_issuer: str = Field("", description="Issuer address of the OpenID Connect provider; empty: no single sign-on")
    oidc_client_id: str = Field("", description="This service's id at the provider")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="This service's secret at the provider")
    oidc_tenant_claim: str = Field("tid", description="Claim that names the tenant (`iss` where there is none)")
    oidc_object_claim: str = Field(
        "oid", description="Claim that names the person for good (`sub` where there is none)"
    )
    oidc_roles_claim: str = Field("roles", description="Claim whose values the settings page turns into staff roles")
    oidc_replaces_passwords: bool = Field(
        False, description="Accounts connected to the provider use no password, but for an emergency administrator"
    )
    max_upload_megabytes: int = Field(25, ge=1, le=200, description="Largest file HR may upload")
    releases_need_two_signers: bool = Field(False, description="A second person must sign a release too")
    brand_colour: str = Field("#1d3d63", pattern="^#[0-9a-fA-F]{6}$", description="The one brand colour")
    service_name_en: str = Field("Leaving well", description="Name of the service in English")
    service_name_cy: str = Field("Gadael yn dda", description="Name of the service in Welsh")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What a caller passes wins, then the environment, then the two files of the instance folder."""
        given = init_settings()
        folder = Path(given.get("instance_dir") or default_instance_dir())
        files = (TomlConfigSettingsSource(settings_cls, folder / name) for name in ("secrets.toml", "config.toml"))
        return (init_settings, env_settings, *files)

    @property
    def database_address(self) -> str:
        """The SQLAlchemy address in force."""
        return self.database_url or f"sqlite:///{self.instance_dir / 'app.sqlite'}"

    @property
    def release_key_path(self) -> Path:
        """Where the private release key lies."""
        return self.release_key_file or self.instance_dir / "release.key"

    @property
    def second_step_roles(self) -> frozenset[str]:
        """The staff roles that may do nothing before their second step is set up."""
        if self.second_step_required_for is not None:
            return frozenset(self.second_step_required_for)
        return frozenset({"administrator", "central_team"}) if self.is_production else frozenset()

    @property
    def has_single_sign_on(self) -> bool:
        return bool(self.oidc_issuer and self.oidc_client_id)

    @property
    def is_production(self) -> bool:
        return self.environment == "production"


SETTINGS_KEY = "SURVEYAPP_SETTINGS"
"""Where the application keeps its Settings: `app.config[SETTINGS_KEY]`."""
