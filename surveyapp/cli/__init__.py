"""The command line: one module a family of commands; every command declares the same things a page does.

Exit status 0 done, 1 refused or failed (the message says what to do), 2 wrong usage. A command commits once.
"""

import click

from surveyapp.cli.api_tokens import api_tokens
from surveyapp.cli.cases import cases
from surveyapp.cli.demo import demo_data
from surveyapp.cli.organisation import organisation
from surveyapp.cli.questionnaires import questionnaires
from surveyapp.cli.releases import releases
from surveyapp.cli.serving import serve
from surveyapp.cli.setup import init
from surveyapp.cli.themes import standouts, themes
from surveyapp.cli.users import users
from surveyapp.cli.worker import worker

COMMANDS: tuple[click.Command, ...] = (
    init,
    serve,
    worker,
    organisation,
    users,
    cases,
    api_tokens,
    questionnaires,
    releases,
    themes,
    standouts,
    demo_data,
)
