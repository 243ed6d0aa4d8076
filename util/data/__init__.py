"""The data sets of the course, each in its official form or, without a network, as a stand-in that says so.

Loaders take a path; without one they look into the data folder, then download, then fall back on a stand-in. All return
an `ImageSet`, and print where it comes from.
"""

from __future__ import annotations

from .captioned import load_coco
from .colour import load_cifar10, load_svhn
from .digits import MNIST, load_mnist
from .download import data_folder
from .drawn_faces import ATTRIBUTES, HAIR_COLOURS, draw_faces, load_drawn_faces, stream_faces
from .drawn_scenes import draw_scenes, load_drawn_scenes
from .images import CaptionedSet, ImageSet
from .people import celeba_archive, celeba_attributes, celeba_images, draw_celeba, load_celeba, load_lfw
from .scattered import clutter, two_digits
from .scenes import load_lsun
from .toys import Normal, Pattern, Ring

__all__ = [
    "ATTRIBUTES",
    "HAIR_COLOURS",
    "MNIST",
    "CaptionedSet",
    "ImageSet",
    "Normal",
    "Pattern",
    "Ring",
    "celeba_archive",
    "celeba_attributes",
    "celeba_images",
    "clutter",
    "data_folder",
    "draw_celeba",
    "draw_faces",
    "draw_scenes",
    "load_celeba",
    "load_cifar10",
    "load_coco",
    "load_drawn_faces",
    "load_drawn_scenes",
    "load_lfw",
    "load_lsun",
    "load_mnist",
    "load_svhn",
    "stream_faces",
    "two_digits",
]
