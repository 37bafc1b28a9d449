"""`surveyapp mail`: messages held back by a restore, and what becomes of them."""

from collections import Counter

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from surveyapp import audit
from surveyapp import mail as outbox
from surveyapp.cli.session import command_actor
from surveyapp.db import db
from surveyapp.mail.models import MailState, OutboxMessage


@click.group()
def mail() -> None:
    """Messages that a restore has held back."""


@mail.command()
@with_appcontext
def held() -> None:
    """Count what is held, by kind; never an address."""
    kinds = Counter(db.session.scalars(select(OutboxMessage.kind).where(OutboxMessage.state == MailState.HELD)))
    for kind, n in sorted(kinds.items()):
        click.echo(f"{n:>6}  {kind}")
    if not kinds:
        click.echo("No message is held.")


@mail.command()
@with_appcontext
def release() -> None:
    """Send held messages after all; those that are no longer wanted are still left out."""
    n = outbox.release_held(db.session)
    audit.record(db.session, "held_mail.released", command_actor(), ("outbox", "held"), n=n)
    db.session.commit()
    click.echo(f"{n} messages wait for the worker again.")


@mail.command()
@with_appcontext
def discard() -> None:
    """Cancel held messages for good."""
    n = outbox.discard_held(db.session)
    audit.record(db.session, "held_mail.discarded", command_actor(), ("outbox", "held"), n=n)
    db.session.commit()
    click.echo(f"{n} messages were cancelled.")
