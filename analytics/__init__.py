"""Pure statistics: typed frames in, released tables and figures out; no Flask, no database."""
