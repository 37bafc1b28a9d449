"""One person's leaving: the identified administrative record, its states and its append-only timeline.

Owns `cases`, `case_events`, notes, the policy of an agency, absence covers and uploaded files. States: open > closed,
or stayed, or died; `stayed` and a mistaken death can be undone, a closed case reopens when HR moves its last day. May
call the directory and shared ground. Later slices pull from here; a case knows nothing of invitations, answers or
interviews.
"""
