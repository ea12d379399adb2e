"""torch.ao: `torch.ao.quantization` is edutorch.quantization."""
