"""The workshop: makes the adapters of the small models from data on disk. Needs the dependency group ``training``."""
