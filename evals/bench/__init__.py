"""Benchmarks: how fast, how large and how heavy, beside what it cannot be faster than, and how that grows."""
