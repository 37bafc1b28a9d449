"""What managers agreed to do to keep staff, and whether it worked.

Owns `actions` with their places, notes and events. States: agreed > started > completed > reviewed, or stopped; every
move is a verb of `service.py`. Before and after reads signed releases through `reports.queries`, and nothing else.
"""
