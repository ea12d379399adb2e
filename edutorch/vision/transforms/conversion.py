"""Between PIL images, arrays and tensors; dtypes and normalizing. Functions on one image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ... import dtypes
from ...autograd.base import wrap
from ...autograd.grad_mode import quiet
from ...ops.from_data import from_numpy
from ...tensor import Tensor
from .. import pillow
from ..pillow import Image

if TYPE_CHECKING:
    from ...backend import Array
    from ...dtypes import dtype as dtype_


def to_tensor(pic: Image) -> Tensor:
    """A PIL image or an array (H, W) or (H, W, C) as a tensor (C, H, W).

    uint8 becomes the default floating dtype, divided by 255: 0 to 1. Other arrays keep dtype and
    values. Raises TypeError for anything else and ValueError for another number of dimensions."""
    array = np.asarray(pic) if pillow.is_image(pic) else pic
    if not isinstance(array, np.ndarray):
        raise TypeError(f"pic should be PIL Image or ndarray. Got {type(pic)}")
    if array.ndim not in (2, 3):
        raise ValueError(f"pic should be 2/3 dimensional. Got {array.ndim} dimensions.")
    if pillow.is_image(pic):
        array = _in_our_dtype(array)
    channels_first = array[None] if array.ndim == 2 else array.transpose(2, 0, 1)  # (C, H, W)
    if array.dtype == np.uint8:
        dtype = dtypes.get_default_dtype().numpy
        return wrap(np.ascontiguousarray(channels_first, dtype) / dtype.type(255))
    return from_numpy(channels_first.copy(order="C"))


def _in_our_dtype(array: np.ndarray) -> np.ndarray:
    """The pixels of an image: black and white as 0 and 255, and 16 bits, which no dtype of ours has unsigned, as signed
    integers: int16 has torchvision's ToTensor, too, where what is over 32767 becomes negative."""
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * np.uint8(255)
    return array.astype(np.int16) if array.dtype == np.uint16 else array


def pil_to_tensor(pic: Image) -> Tensor:
    """A PIL image as a tensor (C, H, W) of the same numbers, for most images uint8, int32 for 16 bits."""
    if not pillow.is_image(pic):
        raise TypeError(f"pic should be PIL Image. Got {type(pic)}")
    array = np.array(pic)
    array = array.astype(np.int32) if array.dtype == np.uint16 else array
    return wrap(np.ascontiguousarray(array[None] if array.ndim == 2 else array.transpose(2, 0, 1)))


_MODES = {
    (1, "uint8"): "L",
    (1, "int16"): "I;16",
    (1, "int32"): "I",
    (1, "float32"): "F",
    (2, "uint8"): "LA",
    (3, "uint8"): "RGB",
    (4, "uint8"): "RGBA",
}


@quiet
def _as_pixels(array: np.ndarray) -> np.ndarray:
    return (array * 255).astype(np.uint8)


def to_pil_image(pic: Tensor | Array, mode: str | None = None) -> Image:
    """A tensor (C, H, W) or (H, W), or an array (H, W, C) or (H, W), as a PIL image.

    A floating tensor is multiplied by 255 and truncated to uint8. `mode` names Pillow's mode where the
    channels and dtype leave a choice. Raises TypeError and ValueError for anything but an image."""
    image = pillow.require("to_pil_image")
    if isinstance(pic, Tensor):
        if pic.dim() not in (2, 3):
            raise ValueError(f"pic should be 2/3 dimensional. Got {pic.dim()} dimensions.")
        array = pic.detach().cpu().numpy()
        array = array[..., None] if array.ndim == 2 else array.transpose(1, 2, 0)  # (H, W, C)
        if array.dtype.kind == "f" and mode != "F":
            array = _as_pixels(array)
    elif isinstance(pic, np.ndarray):
        if pic.ndim not in (2, 3):
            raise ValueError(f"pic should be 2/3 dimensional. Got {pic.ndim} dimensions.")
        array = pic[..., None] if pic.ndim == 2 else pic
    else:
        raise TypeError(f"pic should be Tensor or ndarray. Got {type(pic)}.")
    channels = array.shape[2]
    if channels > 4:
        raise ValueError(f"pic should not have > 4 channels. Got {channels} channels.")
    natural = _MODES.get((channels, array.dtype.name))
    if natural is None:
        raise TypeError(f"Input type {array.dtype} with {channels} channels is not supported")
    pixels = np.ascontiguousarray(array[..., 0] if channels == 1 else array)
    made = image.fromarray(pixels.view(np.uint16) if natural == "I;16" else pixels)
    if mode is None or mode == natural:
        return made
    if len(image.new(mode, (1, 1)).getbands()) != channels:
        raise ValueError(f"mode {mode} does not have {channels} channels, as the image has")
    if channels == 1:
        raise ValueError(f"Incorrect mode ({mode}) supplied for input type {array.dtype}: {natural}")
    return image.frombytes(mode, made.size, pixels.tobytes())


def convert_image_dtype(image: Tensor, dtype: dtype_ = dtypes.float32) -> Tensor:
    """Another dtype with the values scaled along: 0 to 1 for floats, 0 to the largest for integers.

    Raises RuntimeError for a conversion from a float to an integer that is too wide for the float's precision."""
    if image.dtype is dtype:
        return image
    source_top, target_top = _largest(image.dtype), _largest(dtype)
    if dtype.is_floating_point:
        return image.to(dtype) / source_top
    if image.dtype.is_floating_point:
        if dtype.itemsize * 8 > np.finfo(image.dtype.numpy).nmant:
            raise RuntimeError(f"The cast from {image.dtype} to {dtype} cannot be performed safely.")
        return (image * (target_top + 1 - 1e-3)).to(dtype)
    if source_top > target_top:
        return wrap(image.array // ((source_top + 1) // (target_top + 1))).to(dtype)
    return image.to(dtype) * ((target_top + 1) // (source_top + 1))


def _largest(dtype: dtype_) -> int:
    return 1 if dtype.is_floating_point else int(np.iinfo(dtype.numpy).max)


def normalize(tensor: Tensor, mean: Sequence[float], std: Sequence[float], inplace: bool = False) -> Tensor:
    """(tensor - mean) / std, channel by channel; tensor: (..., C, H, W), floating.

    Raises TypeError for anything but a floating tensor, ValueError for fewer than three dimensions and
    for a std of zero."""
    if not isinstance(tensor, Tensor):
        raise TypeError(f"img should be Tensor Image. Got {type(tensor)}: put ToTensor() before Normalize")
    if not tensor.is_floating_point():
        raise TypeError(f"Input tensor should be a float tensor. Got {tensor.dtype}.")
    if tensor.dim() < 3:
        raise ValueError(
            f"Expected tensor to be a tensor image of size (..., C, H, W). Got tensor.size() = {tensor.size()}"
        )
    array_type = tensor.dtype.numpy
    means, stds = (np.asarray(values, array_type).reshape(-1, 1, 1) for values in (mean, std))
    if (stds == 0).any():
        raise ValueError(f"std evaluated to zero after conversion to {tensor.dtype}, leading to division by zero.")
    shift, scale = (wrap(values).to(tensor.device) for values in (means, stds))  # (C, 1, 1)
    if inplace:
        return tensor.sub_(shift).div_(scale)
    return (tensor - shift) / scale
