"""Transforms and pictures that make_vision.py runs through torchvision, and the tests through ours."""

import numpy as np

# each with `T` for transforms and `M` for its InterpolationMode
TRANSFORMS = [
    "T.RandomHorizontalFlip()",
    "T.RandomVerticalFlip(p=0.3)",
    "T.RandomGrayscale(p=0.5)",
    "T.RandomCrop(8)",
    "T.RandomCrop((6, 20), padding=(5, 2), fill=9)",
    "T.RandomCrop(16, padding=4, padding_mode='reflect')",
    "T.RandomCrop((30, 14), pad_if_needed=True)",
    "T.RandomResizedCrop(9)",
    "T.RandomResizedCrop((7, 11), scale=(0.9, 1.5), ratio=(3.0, 4.0))",
    "T.RandomResizedCrop(10, ratio=(20.0, 30.0))",
    "T.RandomRotation(30)",
    "T.RandomRotation((10, 80), expand=True, fill=7)",
    "T.RandomRotation(45, M.BILINEAR, center=(0, 0), fill=(1, 2, 3))",
    "T.RandomAffine(20)",
    "T.RandomAffine(20, translate=(0.3, 0.2), scale=(0.5, 1.5), shear=20, fill=5)",
    "T.RandomAffine((10, 40), shear=(-10, 10, 5, 30), interpolation=M.BILINEAR)",
    "T.ColorJitter(brightness=0.5, contrast=(0.5, 2), saturation=0.7, hue=0.3)",
    "T.ColorJitter(hue=(-0.2, 0.1))",
    "T.RandomApply([T.RandomRotation(90), T.CenterCrop(8)], p=0.5)",
    "T.Compose([T.RandomHorizontalFlip(), T.RandomCrop(12), T.RandomVerticalFlip()])",
    "T.Resize(9)",
    "T.Resize(40)",
    "T.Resize((9, 30), M.BICUBIC)",
    "T.Resize(30, M.NEAREST, max_size=35)",
    "T.CenterCrop(10)",
    "T.CenterCrop((5, 31))",
    "T.Pad(3)",
    "T.Pad((1, 2), fill=(200, 100, 0))",
    "T.Pad((1, 2, 3, 4), padding_mode='symmetric')",
    "T.Pad(2, padding_mode='edge')",
    "T.Grayscale()",
    "T.Grayscale(3)",
    "T.ToTensor()",
    "T.PILToTensor()",
    "T.Compose([T.ToTensor(), T.Normalize((0.4, 0.5, 0.6), (0.2, 0.3, 0.1))])",
    "T.Compose([T.ToTensor(), T.RandomHorizontalFlip(0.7), T.RandomCrop(9), T.Pad((1, 2, 3, 4))])",
    "T.Compose([T.ToTensor(), T.CenterCrop((25, 9)), T.Grayscale()])",
    "T.Compose([T.ToTensor(), T.ToPILImage()])",
    "T.GaussianBlur(3)",
    "T.GaussianBlur((5, 9), sigma=(0.5, 3.0))",
    "T.GaussianBlur(7, sigma=1.5)",
    "T.Compose([T.ToTensor(), T.GaussianBlur(5)])",
    "T.RandomInvert(p=0.6)",
    "T.RandomPosterize(2, p=0.6)",
    "T.RandomSolarize(100.0, p=0.6)",
    "T.RandomAutocontrast(p=0.6)",
    "T.RandomEqualize(p=0.6)",
    "T.RandomAdjustSharpness(2.5, p=0.6)",
    "T.RandomPerspective()",
    "T.RandomPerspective(0.8, p=1.0, interpolation=M.NEAREST, fill=30)",
    "T.Compose([T.ToTensor(), T.RandomErasing()])",
    "T.Compose([T.ToTensor(), T.RandomErasing(p=1, value='random', ratio=(0.5, 2))])",
    "T.Compose([T.ToTensor(), T.RandomErasing(0.9, scale=(0.5, 0.9), value=(0.1, 0.2, 0.3))])",
    "T.Compose([T.FiveCrop(8), T.Lambda(lambda crops: crops[3])])",
    "T.Compose([T.TenCrop((8, 5), vertical_flip=True), T.Lambda(lambda crops: crops[7])])",
    *["T.TrivialAugmentWide()"] * 12,
    "T.TrivialAugmentWide(11, M.BILINEAR, fill=9)",
    *["T.RandAugment()"] * 6,
    "T.RandAugment(3, 20)",
]
GRIDS = [
    {},
    {"nrow": 3, "padding": 1, "pad_value": 0.5},
    {"normalize": True},
    {"normalize": True, "scale_each": True, "nrow": 2},
    {"normalize": True, "value_range": (0.2, 0.6)},
]


def picture() -> np.ndarray:
    """(19, 25, 3) uint8, smooth enough that a filter matters and rough enough that a shift shows."""
    y, x = np.mgrid[:19, :25]
    planes = [10 * x + 3 * y, (x * y * 5) % 256, 255 - 11 * y + 2 * x]
    return np.clip(np.stack(planes, axis=-1), 0, 255).astype(np.uint8)


def images() -> np.ndarray:
    """(5, 3, 4, 6) float32 from 0 to 1."""
    return (np.arange(360).reshape(5, 3, 4, 6) * 37 % 101 / 100).astype(np.float32)
