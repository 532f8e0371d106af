"""From a sheet whose columns are known to its lines. Pure. Begin with `lines`."""
