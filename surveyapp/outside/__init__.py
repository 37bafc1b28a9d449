"""Outside and historical surveys, read by a mapping file, sealed like every answer, released in batches of their own.

Owns `imported_surveys`, `imported_rows` and `survey_uploads`. A file is read whole, its faults named by row and
column, and applied all or nothing; the same file again changes nothing. May call the directory and shared ground.
"""
