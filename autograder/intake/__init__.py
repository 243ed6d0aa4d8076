"""What was handed in: found, read, restored to the assignment's form. Every file is hostile, and mostly honest."""
