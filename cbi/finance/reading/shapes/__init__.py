"""Sheets of another shape made into ordinary ones. Pure. Begin with `reshaping`."""
