"""What operations are made with and are not themselves: promotion, `out=`, in-place forms, sizes of windows."""
