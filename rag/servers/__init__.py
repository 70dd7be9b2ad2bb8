"""Reaching model servers, for whoever writes, judges or embeds: clients, waits, and failures by their names."""
