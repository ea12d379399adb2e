"""Weights by their address: read where they lie on this computer, and never fetched."""

import pytest

import edutorch as torch


def test_a_file_beside_is_read_and_a_missing_one_is_told(tmp_path, monkeypatch):
    url = "https://example.org/weights/tiny-1.pth"
    with pytest.raises(
        RuntimeError, match=r"there is no .*tiny-1.pth, and edutorch fetches no weights itself: download"
    ):
        torch.hub.load_state_dict_from_url(url, model_dir=tmp_path)
    torch.save({"weight": torch.ones(2)}, tmp_path / "tiny-1.pth")
    assert torch.hub.load_state_dict_from_url(url, model_dir=tmp_path)["weight"].tolist() == [1, 1]
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    (tmp_path / "hub" / "checkpoints").mkdir(parents=True)
    (tmp_path / "tiny-1.pth").rename(tmp_path / "hub" / "checkpoints" / "other.pth")
    assert torch.utils.model_zoo.load_url(url, file_name="other.pth")["weight"].tolist() == [1, 1]
