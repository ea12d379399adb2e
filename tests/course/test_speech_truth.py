"""What exercise 18 calls right is what the library does."""

import math
import re

import numpy as np
import pytest

import edutorch as torch
from edutorch import audio, nn

from .pages import Page

PAGE = Page("18_speech")


@pytest.mark.parametrize("part", "abcdefgh")
def test_which_tone_is_heard(part, names):
    exec(PAGE.program("heard"), names)
    assert eval(PAGE.rows("heard")[part][0], names) == pytest.approx(PAGE.answer("heard")[part], abs=1e-4)


@pytest.mark.parametrize("part", "abcdefghi")
def test_the_shape_of_a_word(part, names):
    assert PAGE.shape(part, names) == PAGE.answer("shapes")[part]


@pytest.mark.parametrize(("n_fft", "hop"), [(16, 8), (40, 10), (64, 25)])
def test_the_spectrogram_is_that_of_the_library(names, n_fft, hop):
    """And that of NumPy's Fourier transform."""
    exec(PAGE.questions["spectrogram"].answer, names)
    torch.manual_seed(0)
    sounds = torch.randn(3, 200)
    ours = names["Spectrogram"](n_fft, hop_length=hop)(sounds)
    assert torch.allclose(ours, audio.transforms.Spectrogram(n_fft, hop_length=hop)(sounds), rtol=1e-3, atol=1e-3)
    mirrored = np.pad(sounds.numpy(), ((0, 0), (n_fft // 2, n_fft // 2)), mode="reflect")
    window = torch.hann_window(n_fft).numpy()
    second = np.abs(np.fft.rfft(mirrored[:, hop : hop + n_fft] * window)) ** 2
    assert np.allclose(ours[:, :, 1].numpy(), second, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("place", [(129, 0.0, 4000.0, 10, 8000), (201, 80.0, 7600.0, 40, 16000)])
def test_the_mel_filters_are_those_of_the_library(names, place):
    exec(PAGE.questions["mel"].answer, names)
    ours, theirs = names["melscale_fbanks"](*place), audio.functional.melscale_fbanks(*place)
    assert ours.shape == theirs.shape and torch.allclose(ours, theirs, atol=1e-4)


@pytest.mark.parametrize("top_db", [None, 80.0, 20.0])
def test_the_decibels_are_those_of_the_library(names, top_db):
    exec(PAGE.questions["decibels"].answer, names)
    torch.manual_seed(0)
    power = torch.rand(1, 8, 9) ** 20
    power[0, :, 3] = 0.0
    for rest in ((10.0, 1e-10, 0.0, top_db), (20.0, 1e-5, 0.5, top_db)):
        ours, theirs = names["amplitude_to_DB"](power, *rest), audio.functional.amplitude_to_DB(power, *rest)
        assert torch.allclose(ours, theirs, atol=1e-4)


def test_the_worked_cases(names):
    """Of the second hints."""
    exec(PAGE.questions["decibels"].answer, names)
    power = torch.tensor([100.0, 1.0, 0.0])
    assert torch.allclose(names["amplitude_to_DB"](power, 10, 1e-10, 0.0), torch.tensor([20.0, 0.0, -100.0]))
    assert torch.allclose(names["amplitude_to_DB"](power, 10, 1e-10, 0.0, 50), torch.tensor([20.0, 0.0, -30.0]))
    cosine, sine = names["waves"](4)
    piece = torch.tensor([1.0, 0.0, -1.0, 0.0])
    assert torch.allclose(torch.stack([piece @ cosine[:, 1], piece @ sine[:, 1]]), torch.tensor([2.0, 0.0]), atol=1e-6)
    assert torch.allclose(sine[:, 1], torch.tensor([0.0, 1.0, 0.0, -1.0]), atol=1e-6)
    seconds = torch.arange(100) / 100
    for tone, heard in ((60, 40), (100, 0), (130, 30)):
        slower = torch.cos(2 * math.pi * heard * seconds)
        assert torch.allclose(torch.cos(2 * math.pi * tone * seconds), slower, atol=1e-3)
    assert torch.zeros(10).unfold(0, 4, 2).shape == (4, 4)
    assert audio.transforms.Spectrogram(4, hop_length=2)(torch.zeros(1, 10)).shape == (1, 3, 6)


def test_what_the_text_says_of_the_mel_scale(names):
    """Neighboring filters are 1 together; 300 and 400 Hz are further apart than 3,300 and 3,400 Hz."""
    exec(PAGE.questions["mel"].answer, names)
    filters = names["melscale_fbanks"](201, 0.0, 4000.0, 10, 8000)
    first, last = filters.argmax(0)[0].item(), filters.argmax(0)[-1].item()
    together = filters.sum(1)[first + 1 : last]  # from the first peak to the last
    assert torch.allclose(together, torch.ones(len(together)), atol=1e-4)

    def mel(f):
        return 2595 * math.log10(1 + f / 700)

    assert mel(400) - mel(300) > 3 * (mel(3400) - mel(3300))


def test_the_order_is_a_log_mel_spectrogram(names):
    """That of the library's own modules, but for the ends, which it mirrors."""
    (source,) = (check.source for check in PAGE.questions["pipeline"].checks if check.hidden)
    names |= {"answer": "DCEBFA", "__name__": "pipeline"}
    exec(source.partition("show(of_the_sound")[0], names)
    found = names["log_mel"](7, names["assemble"](names["LINES"], "DCEBFA"))  # (7, 10)
    torch.manual_seed(7)
    sound = torch.cat([torch.rand(512) + torch.sin(torch.arange(512) / 3), torch.zeros(512)])
    power = audio.transforms.MelSpectrogram(8000, 256, hop_length=128, n_mels=10, center=False)(sound)
    assert torch.allclose(found, audio.transforms.AmplitudeToDB()(power).T / 10, atol=1e-3)
    assert torch.allclose(found[-1], torch.full((10,), -10.0))


def test_the_embedded_set_is_split_as_the_witness_wants_it(names):
    """Its voices, one for each word, make a list in which the answer tells a split by voices from one by words."""
    exec(PAGE.questions["witness"].answer, names)
    train, test = (audio.datasets.SyntheticCommands(train=part) for part in (True, False))
    assert not set(train.voices) & set(test.voices)
    assert (len(train.voices), len(test.voices)) == (len(train), len(test))

    def by_voices(speakers):
        heard = set(sorted(set(speakers))[3:])
        places = range(len(speakers))
        return [i for i in places if speakers[i] in heard], [i for i in places if speakers[i] not in heard]

    def by_words(speakers):
        return list(range(3, len(speakers))), [0, 1, 2]

    assert names["accepts"](by_voices) and not names["accepts"](by_words)


def test_the_network_hears(capsys):
    """By the library's own pieces, as by the learner's: most words of voices that it never heard."""
    found: dict = {}
    for source in [*PAGE.assignment.setup, PAGE.cell("receipt")]:
        exec(source, found)
    assert found["seen"].shape == (1, 32, 32)
    assert isinstance(found["model"], nn.Module)
    (percent,) = re.findall(r"gets (\d+) % right", capsys.readouterr().out)
    assert int(percent) > 75
