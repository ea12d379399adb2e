"""Speech Commands where it is on disk, and the embedded features that machines spoke."""

import hashlib
import shutil
import subprocess
import tarfile
from collections import Counter

import numpy as np
import pytest

import edutorch as torch
from edutorch import audio
from edutorch.audio.datasets import SPEECHCOMMANDS, SyntheticCommands, speechcommands
from edutorch.audio.datasets.synthetic import centered, features
from tests.audio.make_synthetic_commands import clip, family, jobs
from tests.vision.conftest import served  # noqa: F401  # a server on localhost

FILES = {
    "bed": ["aa_nohash_0", "bb_nohash_1", "cc_nohash_0"],
    "cat": ["aa_nohash_2", "dd_nohash_0"],
    "_background_noise_": ["rain"],
}


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "SpeechCommands/speech_commands_v0.02"
    for word, names in FILES.items():
        (place / word).mkdir(parents=True)
        for name in names:
            audio.save(place / word / f"{name}.wav", torch.full((1, 16000), len(name) / 100), 16000)
    (place / "validation_list.txt").write_text("bed/bb_nohash_1.wav\n")
    (place / "testing_list.txt").write_text("cat/dd_nohash_0.wav\n")
    return tmp_path


def test_the_subsets_are_those_of_the_lists(folder):
    found = {
        s: [SPEECHCOMMANDS(folder, subset=s).get_metadata(i)[2:] for i in range(n)]
        for s, n in (("training", 3), ("validation", 1), ("testing", 1), (None, 5))
    }
    assert found["training"] == [("bed", "aa", 0), ("bed", "cc", 0), ("cat", "aa", 2)]
    assert found["validation"] == [("bed", "bb", 1)] and found["testing"] == [("cat", "dd", 0)]
    assert len(SPEECHCOMMANDS(folder)) == 5 and sorted(found[None]) == sorted(sum((found[s] for s in found if s), []))


def test_an_item(folder):
    waveform, rate, word, speaker, number = SPEECHCOMMANDS(folder, subset="testing")[0]
    assert waveform.shape == (1, 16000) and abs(waveform[0, 0].item() - 0.11) < 1e-7
    assert (rate, word, speaker, number) == (16000, "cat", "dd", 0)
    assert audio.datasets.SpeechCommands is SPEECHCOMMANDS


def test_another_sample_rate_is_an_error(folder):
    audio.save(folder / "SpeechCommands/speech_commands_v0.02/cat/dd_nohash_0.wav", torch.ones(1, 9), 8000)
    with pytest.raises(ValueError, match="should be 16000, but got 8000"):
        SPEECHCOMMANDS(folder, subset="testing")[0]


def test_where_it_is_missing_it_says_where_to_get_it(tmp_path):
    with pytest.raises(
        RuntimeError, match="(?s)doesn't exist.*download=True.*speech_commands_v0.01.tar.gz.*SyntheticCommands"
    ):
        SPEECHCOMMANDS(tmp_path, url="speech_commands_v0.01")
    with pytest.raises(ValueError, match="must be one of"):
        SPEECHCOMMANDS(tmp_path, subset="train")
    with pytest.raises(ValueError, match="expected url to be one of"):
        SPEECHCOMMANDS(tmp_path, url="https://example.org/words.tar.gz")


def test_it_is_fetched_and_unpacked(served, folder, tmp_path, monkeypatch):  # noqa: F811
    place, address = served
    with tarfile.open(place / "speech_commands_v0.02.tar.gz", "w:gz") as archive:
        archive.add(folder / "SpeechCommands/speech_commands_v0.02", ".")
    content = (place / "speech_commands_v0.02.tar.gz").read_bytes()
    monkeypatch.setattr(speechcommands, "_SITE", address)
    monkeypatch.setitem(speechcommands._DIGESTS, "speech_commands_v0.02", hashlib.sha256(content).hexdigest())
    words = SPEECHCOMMANDS(tmp_path / "new", download=True)
    assert len(words) == 5 and words[0][2] == "bed"


PARTS = {"train": (True, "espeak-ng", 61), "test": (False, "espeak-ng", 22), "flite": (False, "flite", 12)}


@pytest.mark.parametrize("part", PARTS)
def test_every_voice_says_every_word_once(part):
    train, synthesizer, voices = PARTS[part]
    words = SyntheticCommands(train, synthesizer=synthesizer)
    assert len(words) == 30 * voices and words.data.shape == (len(words), 32, 32) and words.data.dtype == torch.uint8
    assert set(Counter(words.targets.tolist()).values()) == {voices} and len(words.classes) == 30
    assert set(Counter(words.voices).values()) == {30 if part != "flite" else 90}
    assert words.data.amax(dim=(1, 2)).unique().tolist() == [31]


def test_no_voice_is_in_two_parts():
    voices = {
        part: {family(v) for v in SyntheticCommands(t, synthesizer=s).voices} for part, (t, s, _) in PARTS.items()
    }
    assert not voices["train"] & voices["test"] and voices["flite"] == {"awb", "kal", "rms", "slt"}


def test_an_item_of_the_embedded_set():
    words = SyntheticCommands(False)
    x, word = words[31]
    assert x.shape == (1, 32, 32) and x.dtype == torch.float32 and x.max() == 1 and x.min() == 0
    assert words.classes[word] == "bird" and word == 1
    assert SyntheticCommands(False, transform=lambda t: 2 * t)[31][0].max() == 2
    with pytest.raises(ValueError, match="use 'espeak-ng' or 'flite'"):
        SyntheticCommands(synthesizer="festival")
    with pytest.raises(ValueError, match="use train=False"):
        SyntheticCommands(synthesizer="flite")


def test_a_word_is_put_in_the_middle_of_its_second():
    sound = torch.zeros(2, 8000)
    sound[:, 1000:1800] = 0.25
    found = centered(sound, 8000)
    assert found.shape == (1, 16000) and abs(found.abs().max().item() - 1) < 1e-6
    loud = np.flatnonzero(found.abs().numpy()[0] > 0.5)
    assert abs(loud.mean() - 7999.5) < 2 and abs(len(loud) - 1600) < 10
    assert centered(torch.ones(1, 40000), 16000).shape == (1, 16000)
    with pytest.raises(ValueError, match="the recording is silent"):
        centered(torch.zeros(1, 100), 16000)


def test_features_are_decibels_below_the_loudest():
    sound = torch.tensor(np.sin(2 * np.pi * 440 * np.arange(16000) / 16000), dtype=torch.float32)
    found = features(torch.stack([sound, sound / 100]))
    assert found.shape == (2, 32, 32) and torch.equal(found[0], found[1]) and found.max() == 1 and found.min() == 0
    mel = audio.transforms.MelSpectrogram(16000, n_fft=1024, hop_length=512, n_mels=32)(sound)
    decibels = audio.transforms.AmplitudeToDB(top_db=60.0)(mel)
    assert (found[0] - (decibels - decibels.max() + 60) / 60).abs().max() <= 0.5 / 31 + 1e-6


def version(program, option):
    if shutil.which(program) is None:
        return ""
    done = subprocess.run([program, option], capture_output=True, text=True)
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("part", "program", "expected"),
    [
        ("train", "espeak-ng", "text-to-speech: 1.51 "),
        ("test", "espeak-ng", "text-to-speech: 1.51 "),
        ("flite", "flite", "flite-2.2"),
    ],
)
def test_the_script_makes_the_embedded_features(part, program, expected):
    if expected not in version(program, "--version"):
        pytest.skip(f"{program} is not installed, or of another version")
    train, synthesizer, _ = PARTS[part]
    words = SyntheticCommands(train, synthesizer=synthesizer)
    every = jobs()[part]
    assert [voice for voice, _, _ in every] == words.voices and [word for _, _, word in every] == words.targets.tolist()
    for i in (0, 211, len(every) - 1):
        difference = clip(*every[i]).astype(int) - words.data.array[i].astype(int)
        assert np.abs(difference).max() <= 1 and np.abs(difference).mean() < 0.01
