"""Reading text: sentences, terms, names. Pure functions, no models, no storage; every room may use them."""
