"""Chapter 18: what its prose says of words, voices and places is what its cells have put out."""

import math
import re
from functools import partial

import edutorch as torch
from edutorch.audio.datasets import SyntheticCommands
from tests.chapters import reading

NAME = "18_speech"
PROSE = reading.prose_of(NAME)
output_of, numbers_in = partial(reading.output_of, NAME), partial(reading.numbers_in, NAME)


def test_the_sets_are_those_that_the_prose_describes():
    training_set, test_set = SyntheticCommands(train=True), SyntheticCommands(train=False)
    assert len({*training_set.voices}) == 61 and len({*test_set.voices}) == 22
    assert "spoken by 61 voices, those of the test set by 22 others" in PROSE
    pictures = training_set.data / 31
    mean, deviation = (round(each.item(), 2) for each in (pictures.mean(), pictures.std()))
    assert f"(x.unsqueeze(1) - {mean}) / {deviation}" in "\n".join(reading.sources(NAME, "code"))
    people = SyntheticCommands(train=False, synthesizer="flite")
    assert len({*people.voices}) == 4 and len(people) == 4 * 3 * 30
    assert people.voices[270] == "slt" and test_set.targets[60] == people.targets[270] == 0, "the pictures shown"


def test_it_hears_new_voices_and_is_worse_than_chance_a_fifth_of_a_second_later():
    (heard,) = numbers_in("train", r"new voices it hears ([\d.]+) %")
    (late,) = numbers_in("reveal-late", r"the result: ([\d.]+) %")
    assert 87 < heard < 94 and "The network got about nine in ten right" in PROSE
    assert late < 100 / 30 and "a blind guess would get one word in thirty" in PROSE
    assert 0.18 < 6 * 512 / 16000 < 0.22, "six columns are a fifth of a second"


def test_what_is_written_by_hand_is_the_librarys():
    assert "the same as the library's: True torch.Size([1, 513, 32])" in output_of("spectrogram")
    assert 0 < numbers_in("log-mel", r"picture: ([\d.]+)")[0] <= 0.5 / 31 + 1e-3


def test_the_hidden_tones_are_found_where_the_slider_can_stand():
    clock = torch.arange(640) / 16000
    hidden = (2 * math.pi * 440 * clock).sin() + 0.9 * (2 * math.pi * 1170 * clock + 1).sin()

    def found(frequency: int) -> float:
        cosine, sine = (2 * math.pi * frequency * clock).cos(), (2 * math.pi * frequency * clock).sin()
        return math.hypot((hidden * cosine).mean().item(), (hidden * sine).mean().item())

    assert [each for each in range(200, 1501, 10) if found(each) > 0.4] == [440, 1170]


def test_voices_made_from_people_are_heard_far_worse_by_each_of_both_networks():
    (people,) = numbers_in("reveal-people", r"the result: ([\d.]+) %")
    each = numbers_in("reveal-people", r"(?:awb|kal16|rms|slt) +([\d.]+) %")
    assert 35 < people < 75 and len(each) == 4 and 40 < min(each) and max(each) < 75
    assert "about half of them, or up to two thirds, depending on the voice" in PROSE
    rows = re.findall(r"([\d.]+) % +([\d.]+) % +([\d.]+) % +(as before|moved)", output_of("augmented"))
    (middle, late, before, _), (moved_middle, moved_late, after, _) = rows
    assert float(moved_late) > 65 > 10 > float(late), "the first failure is mended"
    assert "heard no better, here even worse" in PROSE and float(after) < float(before)
    assert abs(float(moved_middle) - float(middle)) < 5


def test_a_sound_that_is_no_word_gets_one_of_the_thirty():
    words = re.search(r"none of the words: (.*)", output_of("own"))[1]
    assert all(each.split()[0] in SyntheticCommands.classes for each in words.split(", "))
    assert "No recording yet" in output_of("own") and "doesn't exist" in output_of("real")
