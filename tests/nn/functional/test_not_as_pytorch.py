"""What functions of networks do otherwise on purpose: rows of DIVERGENCES.md."""

import pytest

import edutorch as torch
from edutorch import nn

F = nn.functional


def test_the_gradient_of_a_sparse_embedding_is_dense():
    table = nn.Embedding(4, 2, sparse=True)
    table(torch.tensor([1, 1])).sum().backward()
    assert table.weight.grad.tolist() == [[0, 0], [2, 2], [0, 0], [0, 0]]


def test_static_keys_are_refused():
    x, net = torch.zeros(3, 1, 4), nn.MultiheadAttention(4, 2)
    with pytest.raises(NotImplementedError, match="static_k and static_v"):
        F.multi_head_attention_forward(
            x,
            x,
            x,
            4,
            2,
            net.in_proj_weight,
            net.in_proj_bias,
            None,
            None,
            False,
            0.0,
            net.out_proj.weight,
            net.out_proj.bias,
            static_k=x,
        )
