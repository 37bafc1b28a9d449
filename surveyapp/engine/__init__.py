"""The questionnaire engine: definitions read and checked, answers parsed, the path through the pages computed.

Pure: no Flask, no database, nothing else of `surveyapp`. Everything is a function of a definition, the answers so far
and the bands of the case. `loader` reads a definition, `journey` walks it, `answers` knows the question types.
"""
