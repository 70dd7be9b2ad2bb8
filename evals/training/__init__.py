"""Making the small models that the product ships; the only place that knows torch."""
