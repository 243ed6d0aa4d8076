"""Drawn faces: attributes that are true, independent, changed one at a time, and not to be read from the colour."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score

from util import data
from util.data import drawn_faces

N = 400


@pytest.fixture(scope="module")
def faces() -> data.ImageSet:
    return data.draw_faces(N, seed=5)


@pytest.mark.parametrize("size", [(64, 64), (218, 178), (33, 47)])
def test_shapes(size: tuple[int, int]) -> None:
    found = data.draw_faces(3, size=size)
    assert found.images.shape == (3, *size, 3)
    assert found.images.dtype == np.uint8
    assert found.labels.shape == (3, len(found.names))
    assert found.test_images.shape == (0, *size, 3)
    assert len(data.draw_faces(0, size=size).images) == 0


def test_a_person_depends_on_the_seed_and_the_number_only(faces: data.ImageSet) -> None:
    assert np.array_equal(data.draw_faces(7, seed=5).images, faces.images[:7])
    assert not np.array_equal(data.draw_faces(7, seed=6).images, faces.images[:7])
    for (image, labels), i in zip(data.stream_faces(7, seed=5), range(7), strict=True):
        assert np.array_equal(image, faces.images[i])
        assert np.array_equal(labels, faces.labels[i])


def test_attributes_are_even_and_independent(faces: data.ImageSet) -> None:
    first = faces.labels[:, :6].astype(float)
    assert np.all(np.abs(first.mean(axis=0) - 0.5) < 4 * 0.5 / np.sqrt(N))
    assert faces.labels[:, 6:].sum(axis=1).tolist() == [1] * N, "each has one colour of hair"
    together = np.corrcoef(faces.labels[:, :7].T.astype(float))
    assert np.abs(together - np.eye(7)).max() < 4.5 / np.sqrt(N)
    assert np.array_equal(faces.column("looks_left"), faces.numbers["pose"] < 0)
    assert np.array_equal(faces.column("dark_skin"), faces.numbers["skin"] > 0.5)


@pytest.mark.parametrize("name", ["glasses", "smile", "looks_left", "hat", "long_hair"])
def test_mean_colour_does_not_tell(faces: data.ImageSet, name: str) -> None:
    colours = faces.images.mean(axis=(1, 2)) / 255
    right = cross_val_score(LogisticRegression(C=100), colours, faces.column(name), cv=5).mean()
    assert right < (0.68 if name in {"hat", "long_hair"} else 0.58)


def test_pixels_of_few_pictures_hardly_tell(faces: data.ImageSet) -> None:
    pixels = faces.images[:, ::2, ::2].reshape(N, -1) / 255
    for name in ("glasses", "smile"):
        few = LogisticRegression(C=0.01).fit(pixels[:200], faces.column(name)[:200])
        assert few.score(pixels[200:], faces.column(name)[200:]) < 0.7, name


def changes(name: str, one: object, other: object) -> tuple[np.ndarray, data.ImageSet, data.ImageSet]:
    """Where 60 persons differ when one attribute is changed: (60, 64, 64)."""
    first, second = (data.draw_faces(60, seed=9, **{name: value}) for value in (one, other))
    return np.abs(first.images.astype(int) - second.images).max(axis=3) > 24, first, second


@pytest.mark.parametrize(
    ("name", "rows", "at_least"),
    [
        ("glasses", slice(22, 50), 20),
        ("smile", slice(36, 62), 4),
        ("hat", slice(0, 40), 60),
        ("long_hair", slice(8, 64), 60),
    ],
)
def test_an_attribute_changes_its_own_part_of_the_same_person(name: str, rows: slice, at_least: int) -> None:
    differs, first, second = changes(name, True, False)
    here = differs[:, rows]
    assert np.percentile(here.sum(axis=(1, 2)), 5) >= at_least, "the attribute should be seen"
    assert here.sum() == differs.sum(), "nothing should change elsewhere"
    others = [i for i, each in enumerate(first.names) if each != name]
    assert np.array_equal(first.labels[:, others], second.labels[:, others])
    assert first.column(name).all()
    assert not second.column(name).any()


def test_pose_moves_the_features_over_the_head() -> None:
    differs, _, _ = changes("pose", -1, 1)
    assert np.percentile(differs.mean(axis=(1, 2)), 5) > 0.03


def test_each_person_can_be_given_something_else() -> None:
    hair = np.array(["red", "black", "grey"])
    found = data.draw_faces(3, hair=hair, pose=[-1, 0.0, 0.5], glasses=[True, False, True], skin=0.25)
    assert [name for i in range(3) for name in hair if found.column(f"{name}_hair")[i]] == list(hair)
    assert found.numbers["pose"].tolist() == [-1, 0, 0.5]
    assert found.numbers["skin"].tolist() == [0.25] * 3
    assert found.column("glasses").tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("fixed", "said"),
    [
        ({"beard": True}, "no attribute 'beard'"),
        ({"hair": "green"}, "hair is one of"),
        ({"pose": 2}, "pose lies between -1 and 1"),
        ({"glasses": 0.5}, "glasses is True or False"),
        ({"smile": "yes"}, "smile lies between"),
    ],
)
def test_what_faces_cannot_have_is_said(fixed: dict, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        data.draw_faces(2, **fixed)


def test_faces_are_kept_in_the_data_folder(own_data_folder, monkeypatch: pytest.MonkeyPatch) -> None:
    first = data.load_drawn_faces(20, seed=1, size=(32, 32))
    assert (len(first.images), len(first.test_images)) == (18, 2)
    assert len(first.numbers["pose"]) == 18
    assert [file.name for file in own_data_folder.iterdir()] == ["drawn-faces-32x32-20-seed1-v1.npz"]
    monkeypatch.setattr(drawn_faces, "draw_faces", lambda *_: pytest.fail("drawn again"))
    again = data.load_drawn_faces(20, seed=1, size=(32, 32))
    assert np.array_equal(first.images, again.images)
    assert np.array_equal(first.test_labels, again.test_labels)
