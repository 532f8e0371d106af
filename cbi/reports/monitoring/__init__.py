"""Post-distribution monitoring: households drawn after a round, asked, and what they answered.

`sizing` says how many and how sure (pure), `questions` what is asked (pure), `drawing` draws,
`forms` writes what is filled in, `taking` brings it back, `results` counts. No answer is free text
and none names anybody: a household is its number.
"""
