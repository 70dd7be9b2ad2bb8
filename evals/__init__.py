"""Measuring: question sets, metrics over answers, the runner, and speed. No product logic."""
