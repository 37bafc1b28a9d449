"""Published versions of questionnaires: publish, preview, try, compare, retire.

Owns `published_definitions` (published > retired; never changed, never deleted) and `questionnaire_trials`. The files
under `questionnaires/` are where versions are written; publishing copies a version with all it includes and freezes it.
May call the engine and shared ground.
"""
