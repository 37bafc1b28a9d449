"""`surveyapp api-tokens`: tokens of HR systems."""

import uuid

import click
from flask.cli import with_appcontext

from surveyapp.api import tokens
from surveyapp.api.models import ApiScope, ApiToken
from surveyapp.cli.session import command_actor
from surveyapp.db import db


@click.group("api-tokens")
def api_tokens() -> None:
    """Tokens with which an agency's systems send leavers, read their status, or read released tables."""


@api_tokens.command()
@click.argument("name")
@click.option("--agency", required=True, help="The agency whose leavers or reports it is for.")
@click.option("--scope", "scopes", multiple=True, type=click.Choice([one.value for one in ApiScope]), required=True)
@click.option("--days", default=tokens.VALID_DAYS, show_default=True, help="How long it is valid.")
@with_appcontext
def make(name: str, agency: str, scopes: tuple[str, ...], days: int) -> None:
    """Make a token called NAME and print it; it is not shown again."""
    wanted = tuple(ApiScope(scope) for scope in scopes)
    try:
        made, text = tokens.make_token(db.session, agency, name, wanted, command_actor(), days=days)
    except tokens.TokenRefused as refused:
        raise click.ClickException(str(refused)) from refused
    db.session.commit()
    click.echo(f"{made.id} is valid until {made.expires_on}. Keep it safe, it is not shown again:\n{text}")


@api_tokens.command("list")
@with_appcontext
def list_tokens() -> None:
    """List every token with its scopes, its end and its last use."""
    for one in tokens.tokens_of(db.session):
        state = "revoked" if one.revoked_at else f"until {one.expires_on}"
        used = one.last_used_at.isoformat(timespec="minutes") if one.last_used_at else "never"
        click.echo(f"{one.id}  {one.agency}  {one.name}  {' '.join(one.scopes)}  {state}  last used {used}")


@api_tokens.command()
@click.argument("token_id", type=click.UUID)
@click.option(
    "--overlap-days", default=tokens.OVERLAP_DAYS, show_default=True, help="How long the old one still works."
)
@with_appcontext
def rotate(token_id: uuid.UUID, overlap_days: int) -> None:
    """Make a successor of TOKEN_ID with the same rights and print it."""
    try:
        made, text = tokens.rotate_token(db.session, _token(token_id), command_actor(), overlap_days=overlap_days)
    except tokens.TokenRefused as refused:
        raise click.ClickException(str(refused)) from refused
    db.session.commit()
    click.echo(f"{made.id} is valid until {made.expires_on}. Keep it safe, it is not shown again:\n{text}")


@api_tokens.command()
@click.argument("token_id", type=click.UUID)
@with_appcontext
def revoke(token_id: uuid.UUID) -> None:
    """Stop TOKEN_ID from working, now."""
    tokens.revoke_token(db.session, _token(token_id), command_actor())
    db.session.commit()
    click.echo("The token no longer works.")


def _token(token_id: uuid.UUID) -> ApiToken:
    found = db.session.get(ApiToken, token_id)
    if found is None:
        raise click.ClickException("There is no such token; `surveyapp api-tokens list` shows them.")
    return found
