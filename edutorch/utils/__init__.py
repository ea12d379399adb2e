"""edutorch.utils: what stands around tensors. `edutorch.utils.data` holds data sets and DataLoader."""
