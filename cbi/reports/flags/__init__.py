"""Red flags: patterns worth a question, each with its evidence and its innocent explanations.

A flag accuses nobody. `facts` reads what happened, `patterns` and `records` look for patterns in it
(pure), `showing` words what was found, `deciding` keeps what a person said of it, so that the next
run does not ask again. How often each pattern is found and how often one is raised for nothing is
measured on invented campaigns (`docs/flags.md`).
"""
