"""Finding passages: the retrievers and how they score."""
