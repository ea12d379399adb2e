"""Methods of PyTorch's tensors that edutorch leaves out, with what to use instead."""

from typing import Never

_NAMES = {
    "tensors are dense here": """
        ccol_indices coalesce col_indices crow_indices dense_dim indices is_coalesced resize_as_sparse_ row_indices smm
        sparse_dim sparse_mask sparse_resize_ sparse_resize_and_clear_ sspaddmm to_dense to_sparse to_sparse_bsc
        to_sparse_bsr to_sparse_coo to_sparse_csc to_sparse_csr values
    """,
    "there are no quantized dtypes: use float32": """
        dequantize int_repr q_per_channel_axis q_per_channel_scales q_per_channel_zero_points q_scale q_zero_point
        qscheme
    """,
    "tensors are real: keep real and imaginary parts as two tensors": "angle cdouble cfloat chalf istft stft",
    "of the special functions there are erf, lgamma, digamma, polygamma and their relatives": "i0 i0_",
    "use linalg.solve, linalg.inv or linalg.det": "lu lu_solve",
    "there is no bfloat16 here: use float() or half()": "bfloat16",
    "the devices are cpu and cuda": "ipu mtia to_mkldnn xpu",
    "use linalg.eigh": "eig symeig",
    "use linalg.lstsq": "lstsq",
    "use linalg.solve": "solve",
    "use linalg.qr": "geqrf orgqr ormqr",
    "use linalg.solve_triangular": "triangular_solve",
    "use special.gammainc": "igamma igamma_",
    "use special.gammaincc": "igammac igammac_",
    "use map_, which takes one other tensor": "map2_",
    "use nonzero()": "nonzero_static",
    "use stride()": "dim_order",
    "use dtype": "storage_type grad_dtype",
    "use reshape": "resize resize_as",
    "use indexing, x[index]": "index",
    "compare tensors by equal()": "hash_tensor",
    "pad the rows of a list by nn.utils.rnn.pad_sequence": "to_padded_tensor",
    "use detach() or torch.no_grad()": "volatile",
    "use the log_prob of a distribution as a loss": "reinforce",
    "leave the call out: memory of CuPy stays until its stream is done": "record_stream",
    "keep names of axes in comments": "name",
    "use copy_": "module_load",
    "use slice_scatter": "slice_inverse",
}

REASONS = {name: reason for reason, names in _NAMES.items() for name in names.split()}


class LeftOut:
    """In the place of a method that tensors do not have: hasattr says no, and the error what to use instead."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: object, owner: type) -> Never:
        kind = f"type object '{owner.__name__}'" if instance is None else f"'{owner.__name__}' object"
        raise AttributeError(
            f"{kind} has no attribute '{self.name}': edutorch leaves it out; {REASONS[self.name]}", name=self.name
        )
