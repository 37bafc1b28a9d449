"""Concerns: a disclosure of harm, crime or serious misconduct, or a leaver's wish to be contacted; never from answers.

Owns `concerns` and `concern_notices`. States: raised > closed, with an outcome. Who must be told, and by when, follows
from the kind; each telling is logged. Only nominated officers see a concern. May call cases and shared ground.
"""
