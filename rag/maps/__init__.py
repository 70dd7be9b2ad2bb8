"""What a collection looks like: papers near each other, the entities they share, and the way to the evidence."""
