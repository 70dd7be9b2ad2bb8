"""What is measured, one metric a file: pure functions of what was asked for and what came."""
