"""Writes edutorch/audio/datasets/embedded/synthetic_commands.npz: features of 30 words that machines speak.

Needs the programs espeak-ng 1.51 and flite 2.2 (packages of those names in Debian and Ubuntu), about two minutes:

python -m tests.audio.make_synthetic_commands

Prints the sha256 that edutorch/audio/datasets/synthetic.py has to name.
"""

import hashlib
import io
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

import edutorch as torch
from edutorch.audio import load
from edutorch.audio.datasets import SyntheticCommands
from edutorch.audio.datasets.synthetic import LEVELS, RATE, centered, features

SEED = 18
PLACE = Path(__file__).resolve().parents[2] / "edutorch/audio/datasets/embedded/synthetic_commands.npz"
ACCENTS = "en en-us en-gb-scotland en-gb-x-gbclan en-gb-x-rp en-gb-x-gbcwmd en-029 en-us-nyc".split()
NOT_LIKE_PEOPLE = """
    whisper whisperf croak Demonic robosoft robosoft2 robosoft3 robosoft4 robosoft5 robosoft6 robosoft7 robosoft8
    UniRobot anikaRobot announcer fast AnxiousAndy Tweaky
""".split()
FAMILIES_HELD_OUT = "Alicia Gene Hugo Mike aunty benjamin caleb f3 grandpa iven linda m4 m7 paul quincy steph".split()
FLITE = "awb kal16 rms slt".split()
STRETCHES = (0.9, 1.1, 1.35)  # of a word's duration, for Flite


def variants() -> list[str]:
    """The voices of eSpeak NG that are meant to sound like people."""
    listed = subprocess.run(["espeak-ng", "--voices=variant"], capture_output=True, text=True, check=True).stdout
    return sorted(set(re.findall(r"!v/(\S+)", listed)) - set(NOT_LIKE_PEOPLE))


def family(variant: str) -> str:
    """What a held-out voice may not share with one to train on: Gene and Gene2 are one, m1 to m8 and f1 to f5 differ."""
    return variant if re.fullmatch(r"[mf]\d", variant) else variant.rstrip("0123456789")


def rng(*numbers: int) -> np.random.Generator:
    """Draws of their own for each voice and for each word of it."""
    return np.random.default_rng((SEED, *numbers))


def espeak(number: int, variant: str, word: int) -> bytes:
    """A WAV file: the voice has an accent, a speed and a pitch; each word is a bit faster or slower, higher or lower."""
    draw = rng(number)
    accent, speed, pitch = ACCENTS[draw.integers(len(ACCENTS))], draw.integers(130, 190), draw.integers(30, 70)
    draw = rng(number, word)
    speed, pitch = speed + draw.integers(-15, 16), pitch + draw.integers(-8, 9)
    line = ["espeak-ng", "-v", f"{accent}+{variant}", "-s", f"{speed}", "-p", f"{pitch}", "--stdout"]
    return subprocess.run([*line, SyntheticCommands.classes[word]], capture_output=True, check=True).stdout


def flite(voice: str, stretch: float, word: int) -> bytes:
    line = ["flite", "-voice", voice, "--setf", f"duration_stretch={stretch}", "-o", "/dev/stdout", "-t"]
    return subprocess.run([*line, SyntheticCommands.classes[word]], capture_output=True, check=True).stdout


def heard(wav: bytes, draw: np.random.Generator) -> np.ndarray:
    """The features (32, 32) uint8 of a word up to 50 ms beside the middle of its second, with some noise around it."""
    waveform, rate = load(io.BytesIO(_with_lengths(wav)))
    sound = np.roll(centered(waveform, rate).numpy(), draw.integers(-RATE // 20, RATE // 20 + 1))
    noise = draw.standard_normal(RATE) * np.sqrt((sound**2).mean()) * 10 ** (-draw.uniform(30, 50) / 20)
    levels = features(torch.tensor((sound + noise).astype(np.float32))) * (LEVELS - 1)
    return levels.round().numpy()[0].astype(np.uint8)


def _with_lengths(wav: bytes) -> bytes:
    """A file written to a pipe says in its header that it has 2 GB of samples: its real length instead."""
    at = wav.index(b"data") + 4
    return wav[:at] + (len(wav) - at - 4).to_bytes(4, "little") + wav[at + 4 :]


def jobs() -> dict[str, list[tuple[str, int, int]]]:
    """Of each part: (voice, its number, word)."""
    numbered = list(enumerate(variants()))
    words = range(len(SyntheticCommands.classes))
    return {
        "train": [(v, n, w) for n, v in numbered if family(v) not in FAMILIES_HELD_OUT for w in words],
        "test": [(v, n, w) for n, v in numbered if family(v) in FAMILIES_HELD_OUT for w in words],
        "flite": [(v, 1000 + 10 * n + k, w) for n, v in enumerate(FLITE) for k in range(len(STRETCHES)) for w in words],
    }


def clip(voice: str, number: int, word: int) -> np.ndarray:
    """The features of one word from one voice."""
    wav = flite(voice, STRETCHES[number % 10], word) if number >= 1000 else espeak(number, voice, word)
    return heard(wav, rng(number, word, 1))


def main() -> None:
    arrays, names = {}, sorted({voice for part in jobs().values() for voice, _, _ in part})
    for part, each in jobs().items():
        with ThreadPoolExecutor(2) as pool:
            arrays[f"{part}_data"] = np.array(list(pool.map(lambda job: clip(*job), each)))
        arrays[f"{part}_targets"] = np.array([word for _, _, word in each], np.uint8)
        arrays[f"{part}_voices"] = np.array([names.index(voice) for voice, _, _ in each], np.uint8)
        print(part, arrays[f"{part}_data"].shape, flush=True)
    np.savez_compressed(PLACE, voices=np.array(names), **arrays)
    print(PLACE.stat().st_size, "bytes, sha256", hashlib.sha256(PLACE.read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
