"""`python -m benchmarks.training` lets every version of a lesson play the same game, and compares what came of it."""

import re
from dataclasses import replace

import keras
import numpy as np
import pytest

from benchmarks import training, tutorials
from benchmarks.lesson_names import lesson_names
from util import features
from util.data import load_mnist


@pytest.fixture(scope="module")
def game():
    images = np.random.default_rng(1).integers(0, 256, (300, 28, 28)).astype(np.uint8)
    return tutorials.gan(images)


def test_a_lesson_gives_its_own_names_and_neither_checks_nor_trains(capsys):
    lesson = lesson_names("dcgan", ["make_discriminator", "SIZES"])
    assert lesson.make_discriminator(8, 1, 2).output_shape == [(None, 1), (None, 1)]
    assert lesson.SIZES["latent_dim"] > 0
    assert not hasattr(lesson, "mnist")
    assert capsys.readouterr().out == ""


def test_the_clock_starts_after_the_first_step(monkeypatch):
    monkeypatch.setattr(tutorials.time, "perf_counter", iter([100.0, 101.0, 102.0]).__next__)
    watch = tutorials.stopwatch(2.0)
    assert [watch.more(), watch.more(), watch.more(4)] == [True, True, False]
    assert (watch.steps, watch.wall) == (5, 2.0)


@pytest.mark.parametrize("kind", tutorials.versions()[1:])
def test_every_tutorial_moves_both_players(kind, game):
    version = kind(game)
    before = version.d.get_weights(), version.g.get_weights()
    version.turn(tutorials.stopwatch(0))
    for old, player in zip(before, (version.d, version.g), strict=True):
        assert len(old) == 4
        assert all(not np.array_equal(a, b) for a, b in zip(old, player.get_weights(), strict=True))


def test_the_tutorials_players_are_those_of_the_lesson(game):
    lesson = game.model()
    shapes = [[variable.shape for variable in theta] for theta in (lesson.d_theta, lesson.g_theta)]
    assert [[variable.shape for variable in player.trainable_variables] for player in game.players()] == shapes
    assert [float(each.learning_rate) for each in game.optimizers()] == pytest.approx([2e-4, 1e-3])


def test_dcgan_plays_on_digits_with_a_margin_that_samples_lose(game):
    convolutions = tutorials.dcgan(np.full((64, 28, 28), 255, np.uint8))
    d, g = convolutions.players()
    assert d.input_shape[1:] == g.output_shape[1:] == convolutions.images.shape[1:] == (32, 32, 1)
    assert d.output_shape == (None, 1)
    assert (convolutions.to_unit(convolutions.images) == np.ones((64, 28, 28))).all()


def test_a_run_ends_in_a_table_with_ratios(tmp_path, monkeypatch):
    all_digits = load_mnist()
    small = replace(all_digits, images=all_digits.images[:500], labels=all_digits.labels[:500])
    monkeypatch.setattr("util.data.load_mnist", lambda path: small)
    monkeypatch.setattr(features, "classifier", lambda *_: features.Classifier((28, 28, 1), 10, True, 0))  # untrained
    training.run(["gan"], None, 0.02, 2, 1, tmp_path)
    heading, table, where = training.compare(["gan"], [keras.backend.backend()], tmp_path, None)
    rows = [re.split(r" ?\| ?", line)[1:-1] for line in table.splitlines()]
    assert [row[0] for row in rows[2:]] == [*(kind.name for kind in tutorials.versions()), "real digits"]
    assert {len(row) for row in rows} == {len(rows[0])}
    speeds, ratios = ([float(row[column]) for row in rows[2:-1]] for column in (2, 3))
    assert ratios == pytest.approx([speeds[0] / speed for speed in speeds], abs=0.01, rel=0.02)
    assert "`gan`" in heading
    assert "a batch" in where


def test_the_median_of_the_turns_counts():
    measured = training.Measurement("gan", "jax", "x", 1.0, 3, wall=[0.5, 0.1, 9.0], processor=[0.3, 0.2, 0.1])
    assert (measured.speed, measured.cost) == (2.0, 0.2)
