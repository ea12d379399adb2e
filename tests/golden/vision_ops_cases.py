"""What make_vision_ops.py and tests/vision/test_ops.py compute, with torchvision's ops or with edutorch's."""

import numpy as np


def _boxes():
    """(12, 4) boxes that overlap, their scores, their classes."""
    generator = np.random.RandomState(0)
    corners = generator.uniform(0, 40, (12, 2))
    boxes = np.hstack([corners, corners + generator.uniform(5, 30, (12, 2))]).astype(np.float32)
    return boxes, generator.permutation(12).astype(np.float32), np.arange(12) % 3


BOXES = _boxes()


def values(torch):
    generator = np.random.RandomState(1)
    return {
        "boxes": torch.from_numpy(BOXES[0]),
        "whole": torch.from_numpy(BOXES[0].astype(np.int64)),
        "masks": torch.from_numpy(generator.uniform(0, 1, (3, 6, 7)) > 0.9),
        "logits": torch.from_numpy(generator.randn(4, 3).astype(np.float32)),
        "targets": torch.from_numpy(generator.randint(0, 2, (4, 3)).astype(np.float32)),
        "x": torch.from_numpy(generator.randn(2, 8, 6, 5).astype(np.float32)),
    }


CASES = [
    "ops.box_area(boxes)",
    "ops.box_area(whole)",
    "ops.box_iou(boxes, boxes[:5])",
    "ops.box_iou(whole, whole[:5])",
    "ops.generalized_box_iou(boxes, boxes[:5])",
    "ops.clip_boxes_to_image(boxes, (30, 35))",
    "ops.remove_small_boxes(boxes, 12)",
    "ops.masks_to_boxes(masks)",
    *(
        f"ops.box_convert(boxes, '{source}', '{target}')"
        for source in ("xyxy", "xywh", "cxcywh")
        for target in ("xyxy", "xywh", "cxcywh")
    ),
    "ops.sigmoid_focal_loss(logits, targets)",
    "ops.sigmoid_focal_loss(logits, targets, -1, 1.5, 'mean')",
    "ops.sigmoid_focal_loss(logits, targets, 0.5, reduction='sum')",
]
LAYERS = [
    "ops.Conv2dNormActivation(8, 4, 3, 2)",
    "ops.Conv2dNormActivation(8, 4, (3, 5), dilation=(2, 1), norm_layer=None, activation_layer=nn.GELU, inplace=None)",
    "ops.Conv3dNormActivation(8, 4, (1, 3, 3), norm_layer=None)",
    "ops.SqueezeExcitation(8, 2)",
    "ops.MLP(5, [7, 3], norm_layer=nn.LayerNorm, dropout=0.0)",
    "ops.MLP(5, [4, 3], activation_layer=nn.ReLU, inplace=True)",
    "ops.Permute([0, 2, 3, 1])",
    "ops.FrozenBatchNorm2d(8)",
]
