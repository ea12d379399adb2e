"""The tests, in folders like those of edutorch/."""
