"""From a list's row or an interview to an approved beneficiary, and what changes of them later."""
