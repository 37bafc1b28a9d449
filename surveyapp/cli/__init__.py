"""The command line: one module a family of commands, each imported only when it is called.

Exit status 0 done, 1 refused or failed (the message says what to do), 2 wrong usage. A command commits once.
"""

from importlib import import_module

import click
from flask.cli import AppGroup

COMMANDS = {
    "init": "surveyapp.cli.setup:init",
    "serve": "surveyapp.cli.serving:serve",
    "worker": "surveyapp.cli.worker:worker",
    "organisation": "surveyapp.cli.organisation:organisation",
    "users": "surveyapp.cli.users:users",
    "audit": "surveyapp.cli.audit:audit",
    "cases": "surveyapp.cli.cases:cases",
    "context": "surveyapp.cli.context:context",
    "api-tokens": "surveyapp.cli.api_tokens:api_tokens",
    "questionnaires": "surveyapp.cli.questionnaires:questionnaires",
    "responses": "surveyapp.cli.responses:responses",
    "comments": "surveyapp.cli.comments:comments",
    "releases": "surveyapp.cli.releases:releases",
    "themes": "surveyapp.cli.themes:themes",
    "standouts": "surveyapp.cli.themes:standouts",
    "all-agencies": "surveyapp.cli.all_agencies:all_agencies",
    "report": "surveyapp.cli.report:report",
    "schema": "surveyapp.cli.schema:schema",
    "disposal": "surveyapp.cli.disposal:disposal",
    "subject": "surveyapp.cli.disposal:subject",
    "keys": "surveyapp.cli.keys:keys",
    "doctor": "surveyapp.cli.doctor:doctor",
    "bill-of-materials": "surveyapp.cli.build:bill_of_materials",
    "backup": "surveyapp.cli.backups:backup",
    "restore": "surveyapp.cli.backups:restore",
    "mail": "surveyapp.cli.mail:mail",
    "demo-data": "surveyapp.cli.demo:demo_data",
}
"""Every command and where it is: the web server would otherwise import pandas and scipy for commands it never runs."""


class Commands(AppGroup):
    """The group of all commands; `surveyapp` and `flask --app surveyapp.app` offer the same ones."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command
