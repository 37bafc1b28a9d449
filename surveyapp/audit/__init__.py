"""The audit trail: append-only, hash-chained events; ids and codes only, never an answer or a name.

Owns `audit_events` and `audit_disposals`. Every slice calls `audit.record` inside the transaction of the act; a page
that shows personal data calls `audit.record_look`, which commits on its own before the page is rendered: no audit, no
page.
"""

from surveyapp.audit.service import (
    Actor,
    ActorKind,
    BrokenChain,
    Entry,
    dispose_until,
    record,
    record_look,
    record_many,
    verify,
)

__all__ = [
    "Actor",
    "ActorKind",
    "BrokenChain",
    "Entry",
    "dispose_until",
    "record",
    "record_look",
    "record_many",
    "verify",
]
