"""Makes the small models that come with the package, from data that is in the repository or can be had."""
