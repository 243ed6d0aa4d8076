"""COCO with captions, on tiny files in both of its layouts, and the drawn scenes."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from util import data
from util.data.drawn_scenes import NAMES, THING_COLOURS, THINGS

PICKLE = "dict_key_imgID_value_caps_train_and_valid.pkl"
SENTENCES = {
    "COCO_train2014_000000000009": ["A giraffe stands\n in the grass.", "One Giraffe, eating."],
    "COCO_train2014_000000000025": ["a train on its tracks"],
    "COCO_val2014_000000000042": ["a giraffe again "],
}
BORDER = np.ones((64, 64), bool)
BORDER[16:48, 16:48] = False


def write_pictures(folder: Path, side: int = 64, wide: int = 64) -> None:
    """One flat colour each, the second of them grey, and one without a caption."""
    modes = dict.fromkeys(SENTENCES, "RGB") | {"COCO_train2014_000000000025": "L", "COCO_train2014_000000000030": "RGB"}
    for i, (name, mode) in enumerate(modes.items()):
        place = folder / name.split("_")[1]
        place.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (wide, side), (40 * i + 20, 100, 200)).convert(mode).save(place / f"{name}.jpg", quality=95)


def of_the_project(folder: Path, captions: object = SENTENCES, protocol: int = 2) -> Path:
    write_pictures(folder)
    (folder / PICKLE).write_bytes(pickle.dumps(captions, protocol=protocol))
    return folder


def of_coco(folder: Path) -> Path:
    write_pictures(folder, side=120, wide=160)
    (folder / "annotations").mkdir()
    for split in ("train2014", "val2014"):
        names = [name for name in SENTENCES if split in name]
        content = {
            "images": [{"id": int(name[-6:]), "file_name": f"{name}.jpg"} for name in names],
            "annotations": [
                {"image_id": int(n[-6:]), "id": 1, "caption": line} for n in names for line in SENTENCES[n]
            ],
        }
        (folder / "annotations" / f"captions_{split}.json").write_text(json.dumps(content))
    return folder


@pytest.mark.parametrize("write", [of_the_project, of_coco])
def test_both_layouts_give_pictures_with_their_own_captions(write, tmp_path, capsys):
    coco = data.load_coco(write(tmp_path))
    assert coco.images.shape == (2, 64, 64, 3)
    assert coco.images.dtype == np.uint8
    assert abs(int(coco.images[0, 5, 5, 0]) - 20) < 4
    assert np.ptp(coco.images[1]) < 4  # the grey one has three equal channels
    assert list(coco.captions) == [
        ("A giraffe stands in the grass.", "One Giraffe, eating."),
        ("a train on its tracks",),
    ]
    assert list(coco.test_captions) == [("a giraffe again",)]
    assert abs(int(coco.test_images[0, 5, 5, 0]) - 100) < 4
    assert "2 photographs for training, 1 for testing" in capsys.readouterr().out


def test_labels_tell_which_words_the_captions_have(tmp_path):
    coco = data.load_coco(of_the_project(tmp_path))
    assert set(coco.names) == {"giraffe", "stands", "grass", "eating", "train", "tracks"}
    assert coco.column("giraffe").tolist() == [True, False]
    assert coco.test_labels[:, coco.names.index("giraffe")].tolist() == [1]


def test_size_and_number_can_be_chosen(tmp_path):
    coco = data.load_coco(of_coco(tmp_path), max_images=1, size=(32, 48))
    assert coco.images.shape == (1, 32, 48, 3)
    assert len(coco.captions) == 1


def test_a_pickle_of_python_2_is_read(tmp_path):
    """Old strings, written as such, in the oldest protocol."""
    folder = of_the_project(tmp_path)
    lines = "".join(
        f"S'{name}'\n(lp1\n" + "".join(f"S{line!r}\na" for line in texts) + "s" for name, texts in SENTENCES.items()
    )
    (folder / PICKLE).write_text("(dp0\n" + lines + ".")
    assert list(data.load_coco(folder).captions)[1] == ("a train on its tracks",)


def test_a_pickle_that_calls_something_is_refused_before_it_does(tmp_path):
    class Bomb:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "exploded",))

    with pytest.raises(ValueError, match="which no list of captions needs"):
        data.load_coco(of_the_project(tmp_path, {"a": Bomb()}))
    assert not (tmp_path / "exploded").exists()


@pytest.mark.parametrize("foreign", [[1, 2], {"a": "a sentence"}, {"a": [1]}, {3: ["a"]}])
def test_other_pickles_are_refused_in_a_sentence(foreign, tmp_path):
    with pytest.raises(ValueError, match="is not a pickle of captions"):
        data.load_coco(of_the_project(tmp_path, foreign))


def test_broken_pictures_and_missing_parts_are_named(tmp_path):
    folder = of_the_project(tmp_path)
    (folder / "train2014" / "COCO_train2014_000000000025.jpg").write_bytes(b"no picture")
    with pytest.raises(ValueError, match=r"000025\.jpg is not a JPEG picture"):
        data.load_coco(folder)
    with pytest.raises(FileNotFoundError, match="no COCO in"):
        data.load_coco(tmp_path / "elsewhere")


def test_without_captions_for_any_picture_it_says_so(tmp_path):
    with pytest.raises(ValueError, match="has a caption"):
        data.load_coco(of_the_project(tmp_path, {"other": ["a"]}))


def test_without_coco_come_drawn_scenes_and_a_sentence(monkeypatch, capsys):
    monkeypatch.setattr("util.data.captioned.load_drawn_scenes", lambda: data.load_drawn_scenes(20))
    assert data.load_coco().images.shape == (18, 64, 64, 3)
    assert "COCO is not within reach" in capsys.readouterr().out


# Drawn scenes ---------------------------------------------------------------------------------------------------------


def test_scenes_are_repeatable_and_each_stands_for_itself():
    few, more = data.draw_scenes(3, seed=5), data.draw_scenes(5, seed=5)
    assert np.array_equal(few.images, more.images[:3])
    assert few.captions == more.captions[:3]
    assert not np.array_equal(few.images, data.draw_scenes(3, seed=6).images)


def test_the_border_tells_nothing_about_the_thing_in_the_middle():
    """To the last bit: whatever stands there, of either colour and size, the border is the same."""
    before = data.draw_scenes(40, seed=1).images
    for thing in THINGS:
        for size in ("small", "big"):
            after = data.draw_scenes(40, seed=1, thing=thing, size=size, colour="red").images
            assert np.array_equal(before[:, BORDER], after[:, BORDER])
            assert (before[:, ~BORDER] != after[:, ~BORDER]).any()


def test_the_thing_is_large_enough_to_matter():
    one, other = (data.draw_scenes(30, seed=2, colour=colour).images[:, 16:48, 16:48] for colour in ("red", "blue"))
    changed = (one != other).any(axis=3).mean(axis=(1, 2))
    assert changed.min() > 0.01
    assert changed.mean() > 0.12


def test_captions_and_labels_tell_what_was_drawn():
    scenes = data.draw_scenes(40, seed=3)
    assert scenes.names == NAMES
    assert (scenes.labels.sum(axis=1) == 2).all()
    for row, captions in zip(scenes.labels, scenes.captions, strict=True):
        colour, thing = (
            next(n for n, yes in zip(NAMES, row, strict=True) if yes and n in kind) for kind in (THING_COLOURS, THINGS)
        )
        assert len(set(captions)) == 2
        assert all(f" {colour} {thing}" in caption for caption in captions)


def test_the_words_of_a_caption_without_their_order_do_not_tell_the_colour():
    """A blue house under an orange sky, and an orange house under a blue one."""
    captions = [" ".join(lines) for lines in data.draw_scenes(300, seed=4).captions]
    assert any("blue house" in line and "orange sky" in line for line in captions) or any(
        "orange" in line and "blue" in line and line.index("orange") < line.index("blue") for line in captions
    )
    assert any("orange" in line and "blue" in line and line.index("blue") < line.index("orange") for line in captions)


def test_what_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="Scenes have no 'weather'"):
        data.draw_scenes(2, weather="rain")
    with pytest.raises(ValueError, match="thing is one of"):
        data.draw_scenes(2, thing="dragon")


def test_scenes_are_kept_and_split(own_data_folder, capsys):
    first, second = data.load_drawn_scenes(20), data.load_drawn_scenes(20)
    assert [file.name for file in own_data_folder.iterdir()] == ["drawn-scenes-64x64-20-seed0-v2.npz"]
    assert first.images.shape == (18, 64, 64, 3)
    assert first.test_labels.shape == (2, len(NAMES))
    assert np.array_equal(first.images, second.images)
    assert list(first.captions) == list(second.captions)
    assert list(first.test_captions) == list(data.draw_scenes(20).captions[18:])
    assert "18 for training and 2 for testing" in capsys.readouterr().out
