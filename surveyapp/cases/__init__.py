"""One person's leaving: the identified administrative record, its states and its append-only timeline.

Owns `cases` and `case_events`. States: open > closed, or stayed, or died; `stayed` can be undone. May call the
directory and shared ground. Later slices pull from here; a case knows nothing of invitations, answers or interviews.
"""
