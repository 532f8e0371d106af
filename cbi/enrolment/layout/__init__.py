"""Where in a sheet people stand, which rows are none, and which are one household. Pure."""
