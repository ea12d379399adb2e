"""What PyTorch's breadth adds to the operations of the course: linear algebra, rare losses, special functions."""
