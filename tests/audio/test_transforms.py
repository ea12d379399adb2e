"""Spectrograms, mel bands, decibels, masks and sample rates are those of torchaudio."""

import importlib
from pathlib import Path

import numpy as np
import pytest

import edutorch as torch
from edutorch.audio import functional as F
from edutorch.audio import transforms
from tests.golden.audio_cases import CASES, inputs

GOLDEN = np.load(Path(__file__).parents[1] / "golden/audio.npz")


@pytest.mark.parametrize("case", CASES)
def test_what_torchaudio_answers(case):
    name, arguments, given = CASES[case]
    torch.manual_seed(0)
    found = getattr(transforms, name)(**arguments)(torch.tensor(inputs()[given])).numpy()
    expected = GOLDEN[case]
    assert found.shape == expected.shape and found.dtype == expected.dtype
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=3e-5 * np.abs(expected).max())


def test_a_tone_is_one_bright_line():
    tone = torch.tensor(np.sin(2 * np.pi * 1000 * np.arange(4000) / 8000), dtype=torch.float32)
    powers = transforms.Spectrogram(n_fft=400)(tone)
    assert powers.shape == (201, 21) and set(powers[:, 2:-2].argmax(0).tolist()) == {50}  # 1000 Hz of 20 Hz each


def test_gradients_go_through_all_of_it():
    sound = torch.tensor(np.random.RandomState(1).randn(40), dtype=torch.float64, requires_grad=True)
    mel = transforms.MelScale(3, 8000, n_stft=9).double()
    heard = lambda x: mel(transforms.Spectrogram(16, power=1.0).double()(x)).log()  # noqa: E731
    assert torch.autograd.gradcheck(heard, (sound,))
    assert torch.autograd.gradcheck(lambda x: F.resample(x, 3, 2), (sound,))


def test_silence_has_a_gradient_of_zero():
    silence = torch.zeros(40, requires_grad=True)
    transforms.Spectrogram(16, power=1.0)(silence).sum().backward()
    assert silence.grad.abs().max() == 0


def test_decibels_there_and_back():
    powers = torch.tensor([[1e-3, 1.0, 50.0]])
    assert torch.allclose(F.DB_to_amplitude(transforms.AmplitudeToDB()(powers), 1.0, 1.0), powers)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: transforms.Spectrogram(16, power=None)(torch.ones(40)), ValueError, "tensors are real"),
        (lambda: transforms.Spectrogram(16, win_length=20)(torch.ones(40)), ValueError, "at most n_fft 16"),
        (lambda: transforms.Spectrogram(16, center=False)(torch.ones(9)), RuntimeError, "at least n_fft = 16"),
        (lambda: transforms.Spectrogram(16, normalized="sum")(torch.ones(40)), ValueError, "'frame_length'"),
        (lambda: F.melscale_fbanks(9, 0.0, 4.0, 3, 8, norm="l2"), ValueError, "None or 'slaney'"),
        (lambda: F.melscale_fbanks(9, 0.0, 4.0, 3, 8, mel_scale="bark"), ValueError, "'htk' or 'slaney'"),
        (lambda: transforms.MelScale(f_min=9e3), ValueError, "Require f_min"),
        (lambda: transforms.AmplitudeToDB(top_db=-1.0), ValueError, "top_db must be positive"),
        (lambda: transforms.MFCC(n_mfcc=200), ValueError, "more MFCC coefficients"),
        (lambda: transforms.MFCC(dct_type=3), ValueError, "DCT type not supported: 3"),
        (lambda: F.create_dct(3, 4, "l2"), ValueError, "'ortho' or None"),
        (lambda: transforms.TimeMasking(3, p=2.0), ValueError, "between 0.0 and 1.0"),
        (lambda: F.mask_along_axis(torch.ones(2, 3), 1, 0.0, 2), ValueError, "axis 0 and axis 1 supported"),
        (lambda: F.mask_along_axis_iid(torch.ones(2, 3), 1, 0.0, 1), ValueError, "at least 3 dimensions"),
        (lambda: F.resample(torch.ones(9), 1.5, 1), ValueError, "whole hertz above 0"),
        (lambda: F.resample(torch.ones(9).int(), 2, 1), TypeError, "floating point"),
        (lambda: F.resample(torch.ones(9), 2, 1, resampling_method="sinc"), ValueError, "sinc_interp_kaiser"),
        (lambda: F.resample(torch.ones(9), 2, 1, lowpass_filter_width=0), ValueError, "should be positive"),
    ],
)
def test_wrong_calls_say_what_to_do(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize(
    ("place", "name"), [("", "models"), (".transforms", "GriffinLim"), (".datasets", "YESNO"), (".functional", "vad")]
)
def test_what_is_left_out_says_so(place, name):
    with pytest.raises(AttributeError, match=f"has no attribute '{name}': edutorch leaves it out; "):
        getattr(importlib.import_module(f"edutorch.audio{place}"), name)
