"""Room enrolment."""
