"""What serves operations without being one: promotion, `out=`, in-place forms, sizes of windows."""
