"""The commands, one module a group: each has ``register(commands)`` and imports what is heavy only when it runs."""
