"""Named tuples print as PyTorch's, and are tuples."""

import copy
import pickle

import pytest

import edutorch as torch

X = torch.tensor([[3.0, 1.0], [2.0, 4.0]])


@pytest.mark.parametrize("name", ["max", "min", "sort", "median", "mode", "cummax", "cummin"])
def test_values_and_indices(name):
    found = getattr(X, name)(1)
    assert repr(found).startswith(f"torch.return_types.{name}(\nvalues=tensor(")
    assert type(found) is getattr(torch.return_types, name)
    values, indices = found
    assert values is found.values is found[0] and indices is found.indices


def test_the_whole_print():
    assert repr(X.max(dim=1)) == ("torch.return_types.max(\nvalues=tensor([3., 4.]),\nindices=tensor([0, 1]))")
    assert repr(torch.linalg.slogdet(torch.eye(2))) == (
        "torch.return_types.linalg_slogdet(\nsign=tensor(1.),\nlogabsdet=tensor(0.))"
    )


@pytest.mark.parametrize(
    ("call", "name", "fields"),
    [
        (lambda: X.topk(1), "topk", "values indices"),
        (lambda: X.kthvalue(1), "kthvalue", "values indices"),
        (lambda: torch.tensor(1.0).topk(1), "topk", "values indices"),
        (lambda: torch.linalg.qr(X), "linalg_qr", "Q R"),
        (lambda: torch.linalg.svd(X), "linalg_svd", "U S Vh"),
        (lambda: torch.svd(X), "svd", "U S V"),
        (lambda: torch.linalg.eigh(X @ X.T), "linalg_eigh", "eigenvalues eigenvectors"),
        (lambda: torch.linalg.lstsq(X, X), "linalg_lstsq", "solution residuals rank singular_values"),
    ],
)
def test_names(call, name, fields):
    found = call()
    assert type(found).__name__ == name and " ".join(found._fields) == fields


@pytest.mark.parametrize("again", [copy.copy, lambda x: pickle.loads(pickle.dumps(x))], ids=["copy", "pickle"])
def test_copies_keep_the_names(again):
    assert again(X.max(1)).indices.tolist() == [0, 1]
