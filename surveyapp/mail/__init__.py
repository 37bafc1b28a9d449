"""The outbox: a message is a row written in the same transaction as its cause, and sent later by the worker.

Owns `outbox_messages`. A row holds the kind, the recipient (encrypted), an opaque `about` key and ids; never a link and
never a text: the worker composes the message at each delivery attempt, after asking whether it is still wanted.
States: queued > sending > sent, or failed (a person must look), or cancelled; held after a
restore until somebody decides.
"""

from surveyapp.mail.messages import Attachment, ComposedMessage, Composer
from surveyapp.mail.service import cancel_about, discard_held, hold_waiting, not_yet_due, queue, release_held

__all__ = [
    "Attachment",
    "ComposedMessage",
    "Composer",
    "cancel_about",
    "discard_held",
    "hold_waiting",
    "not_yet_due",
    "queue",
    "release_held",
]
