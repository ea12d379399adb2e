"""Operations that the course does not need: linear algebra, rare losses, special functions."""
