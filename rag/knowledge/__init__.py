"""What papers speak of: entities found by rules, and the hypergraph of the sentences and abstracts that join them."""
