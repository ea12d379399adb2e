"""How long our work takes, as a ratio to PyTorch: `python -m tests.benchmarks`."""
