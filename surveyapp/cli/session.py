"""What every command shares: who is acting."""

import getpass

from surveyapp.audit import Actor, ActorKind


def command_actor() -> Actor:
    """The audit trail names the operating-system user of a command."""
    return Actor(ActorKind.COMMAND, getpass.getuser())
