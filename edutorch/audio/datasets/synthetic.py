"""Synthetic Commands"""
from ...utils.data import Dataset
class SyntheticCommands(Dataset[int]):
    """x"""
