"""`python -m benchmarks.training` lets every version of a lesson play the same game, and compares what came of it."""

import numpy as np
import pytest

from benchmarks import training, tutorials
from benchmarks.lesson_names import lesson_names


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


def test_the_table_compares_every_version_with_the_lesson():
    quality = training.Quality(frechet=1.0, kid=0.1, found=10, normalised_entropy=1.0, confidence=0.9)
    lesson = training.Measurement("gan", "jax", "lesson", 1.0, 10, wall=[0.1], processor=[0.2])
    other = training.Measurement("gan", "jax", "other", 1.0, 5, wall=[0.2], processor=[0.1])
    lines = training.table([(lesson, quality), (other, quality)], quality).splitlines()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    assert {len(row) for row in rows} == {len(rows[0])}
    faster, cheaper = (rows[0].index(name) for name in ("lesson is faster by", "lesson needs less by"))
    assert [row[faster] for row in rows[2:4]] == ["1.00", "2.00"]
    assert [row[cheaper] for row in rows[2:4]] == ["1.00", "0.50"]


def test_the_median_of_the_turns_counts():
    measured = training.Measurement("gan", "jax", "x", 1.0, 3, wall=[0.5, 0.1, 9.0], processor=[0.3, 0.2, 0.1])
    assert (measured.speed, measured.cost) == (2.0, 0.2)
