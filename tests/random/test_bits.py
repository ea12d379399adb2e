"""The bits behind all random numbers, and the bytes that say where a generator stands."""

import pytest

from edutorch.random.bits import RandomBits


def test_known_numbers_of_the_mersenne_twister() -> None:
    # the reference implementation's first outputs for the seed 5489
    assert RandomBits(5489).random32(3).tolist() == [3499211612, 581869302, 3890346734]


def test_a_64_bit_number_is_two_draws_the_first_one_high() -> None:
    high, low = RandomBits(7).random32(2).tolist()
    assert RandomBits(7).random64(1).tolist() == [high << 32 | low]


def test_the_engine_takes_the_low_32_bits_of_a_seed_and_the_seed_is_kept_whole() -> None:
    bits = RandomBits(2**40 + 3)
    assert bits.random32(5).tolist() == RandomBits(3).random32(5).tolist()
    assert bits.first_seed == 2**40 + 3


@pytest.mark.parametrize("drawn", [0, 1, 623, 624, 625, 2000])
def test_a_state_continues_where_it_was_taken(drawn: int) -> None:
    bits = RandomBits(11)
    bits.random32(drawn)
    bits.next_normal = -0.25
    state, expected = bits.state_bytes(), bits.random32(700).tolist()
    other = RandomBits(99)
    other.load_state_bytes(state)
    assert other.state_bytes() == state
    assert other.random32(700).tolist() == expected
    assert (other.next_normal, other.first_seed) == (-0.25, 11)


def test_bytes_that_are_no_state_are_refused() -> None:
    with pytest.raises(RuntimeError, match="size 5056 .* size to be 4;.*get_state"):
        RandomBits(0).load_state_bytes(b"abcd")
    with pytest.raises(RuntimeError, match="Invalid mt19937 state"):
        RandomBits(0).load_state_bytes(bytes(5056))
