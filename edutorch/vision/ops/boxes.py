"""Boxes around objects: (N, 4), each (x1, y1, x2, y2) with x1 <= x2 and y1 <= y2, where nothing else is said."""

from __future__ import annotations

import numpy as np

from ...autograd.base import wrap
from ...ops.creation import zeros
from ...ops.extremes import maximum, minimum
from ...ops.joining import cat, stack
from ...ops.masking import where
from ...tensor import Tensor

_CHANGES = ("xyxy", "xywh", "cxcywh")


def box_area(boxes: Tensor) -> Tensor:
    """(N, 4) to (N,): width times height. Source: torchvision.ops.box_area."""
    boxes = _wide(boxes)
    return (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])


def box_iou(boxes1: Tensor, boxes2: Tensor) -> Tensor:
    """(N, 4), (M, 4) to (N, M): the area that two boxes share over the area that they cover together.

    Source: torchvision.ops.box_iou."""
    shared, together = _intersection_and_union(boxes1, boxes2)
    return shared / together


def generalized_box_iou(boxes1: Tensor, boxes2: Tensor) -> Tensor:
    """(N, 4), (M, 4) to (N, M): box_iou, less the part of the smallest box around both that neither covers.

    Source: torchvision.ops.generalized_box_iou; Rezatofighi et al. 2019."""
    shared, together = _intersection_and_union(boxes1, boxes2)
    corner = minimum(boxes1[:, None, :2], boxes2[:, :2])
    size = (maximum(boxes1[:, None, 2:], boxes2[:, 2:]) - corner).clamp(min=0)  # (N, M, 2)
    around = size[..., 0] * size[..., 1]
    return shared / together - (around - together) / around


def nms(boxes: Tensor, scores: Tensor, iou_threshold: float) -> Tensor:
    """Indices of the boxes that stay, best first: each box takes those away that overlap it by more than iou_threshold.

    boxes: (N, 4); scores: (N,). Returns int64 (K,). Source: torchvision.ops.nms."""
    if boxes.dim() != 2 or boxes.shape[1] != 4 or scores.shape != boxes.shape[:1]:
        raise RuntimeError(f"nms: expected boxes (N, 4) and scores (N,), got {boxes.shape} and {scores.shape}")
    overlap = box_iou(boxes, boxes).detach().cpu().numpy() > iou_threshold  # (N, N)
    left = scores.argsort(descending=True, stable=True).cpu().numpy()
    kept = []
    while len(left):
        kept.append(left[0])
        left = left[1:][~overlap[left[0], left[1:]]]
    return wrap(np.array(kept, np.int64)).to(boxes.device)


def batched_nms(boxes: Tensor, scores: Tensor, idxs: Tensor, iou_threshold: float) -> Tensor:
    """nms in each class by itself. idxs: (N,) int64, the class of each box. Source: torchvision.ops.batched_nms."""
    if boxes.numel() == 0:
        return zeros(0, dtype=idxs.dtype, device=boxes.device)
    apart = idxs.to(boxes) * (boxes.max() + 1)  # boxes of different classes do not meet
    return nms(boxes + apart[:, None], scores, iou_threshold)


def remove_small_boxes(boxes: Tensor, min_size: float) -> Tensor:
    """Indices of the boxes whose sides are both at least min_size. Source: torchvision.ops.remove_small_boxes."""
    sides = boxes[:, 2:] - boxes[:, :2]
    return where((sides >= min_size).all(1))[0]


def clip_boxes_to_image(boxes: Tensor, size: tuple[int, int]) -> Tensor:
    """Boxes (..., 4) cut off at the edges of an image. size: (height, width).

    Source: torchvision.ops.clip_boxes_to_image."""
    height, width = size
    x, y = boxes[..., 0::2].clamp(0, width), boxes[..., 1::2].clamp(0, height)
    return stack([x, y], -1).reshape(boxes.shape)


def box_convert(boxes: Tensor, in_fmt: str, out_fmt: str) -> Tensor:
    """Boxes (..., 4) in another form: "xyxy" (two corners), "xywh" (a corner, width, height) or "cxcywh" (the center,
    width, height). Raises ValueError for another form. Source: torchvision.ops.box_convert."""
    if in_fmt not in _CHANGES or out_fmt not in _CHANGES:
        raise ValueError(f"Unsupported Bounding Box Conversions for given in_fmt {in_fmt} and out_fmt {out_fmt}")
    if in_fmt == out_fmt:
        return boxes.clone()
    first, second = boxes[..., :2], boxes[..., 2:]
    if in_fmt == "cxcywh":
        first, second = first - second / 2, first + second / 2
    elif in_fmt == "xywh":
        second = first + second
    if out_fmt == "cxcywh":
        first, second = (first + second) / 2, second - first
    elif out_fmt == "xywh":
        second = second - first
    return cat([first, second], -1)


def masks_to_boxes(masks: Tensor) -> Tensor:
    """(N, H, W) to (N, 4) float32: the box of each mask's pixels that are not 0, corners included.

    Source: torchvision.ops.masks_to_boxes."""
    found = zeros(masks.shape[0], 4, device=masks.device)
    for i, mask in enumerate(masks):
        y, x = where(mask != 0)
        found[i] = stack([x.min(), y.min(), x.max(), y.max()]).float()
    return found


def _intersection_and_union(boxes1: Tensor, boxes2: Tensor) -> tuple[Tensor, Tensor]:
    """Areas, (N, M) each."""
    corner = maximum(boxes1[:, None, :2], boxes2[:, :2])
    size = _wide((minimum(boxes1[:, None, 2:], boxes2[:, 2:]) - corner).clamp(min=0))  # (N, M, 2)
    shared = size[..., 0] * size[..., 1]
    return shared, box_area(boxes1)[:, None] + box_area(boxes2) - shared


def _wide(x: Tensor) -> Tensor:
    """The numbers in a dtype in which products do not overflow."""
    if x.is_floating_point():
        return x.float() if x.element_size() < 4 else x
    return x.long()
