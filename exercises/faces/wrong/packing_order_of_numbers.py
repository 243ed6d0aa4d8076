"""Takes the pictures in the order of the numbers in their names.

Loses: packing/content
"""

# %% solution="packing"
def pack(archive, target, count=None, block=64):
    """Pack the first `count` JPEGs of the zip `archive` into the HDF5 file `target`; go on where it was broken off."""
    with open_zip(archive) as zipped, h5py.File(target, "a") as packed:
        names = [name for name in zipped.namelist() if name.endswith(".jpg")]
        names = sorted(names, key=lambda name: int("".join(filter(str.isdigit, name))))[:count]
        if not names:
            raise ValueError(f"There is no JPEG in {archive}.")
        if "images" not in packed:
            shape = read_image(zipped, names[0]).shape  # (height, width, 3)
            packed.create_dataset("images", (0, *shape), "uint8", maxshape=(None, *shape), chunks=(1, *shape))
            packed["images"].attrs["done"] = 0
        images = packed["images"]  # (stored so far, height, width, 3)
        done, progress = int(images.attrs["done"]), keras.utils.Progbar(len(names), unit_name="picture")
        while done < len(names):
            pictures = [read_image(zipped, name, images.shape[1:]) for name in names[done : done + block]]
            images.resize(done + len(pictures), axis=0)
            images[done:] = np.stack(pictures)  # (block, height, width, 3)
            done += len(pictures)
            images.attrs["done"] = done  # only now: whatever happens before, these pictures are read again
            packed.flush()
            progress.update(done)


def open_zip(archive):
    """The zip file, open, or an error that says which file it is."""
    try:
        return zipfile.ZipFile(archive)
    except zipfile.BadZipFile as error:
        raise ValueError(f"{archive} is no zip file, or a broken one: {error}") from error


def read_image(zipped, name, shape=None):
    """The picture `name` of an open zip file, uint8 (height, width, 3), of this shape if one is given."""
    try:
        picture = np.asarray(Image.open(io.BytesIO(zipped.read(name))).convert("RGB"))
    except (zipfile.BadZipFile, OSError) as error:
        raise ValueError(f"{name} in {zipped.filename} is no picture, or a broken one: {error}") from error
    if shape is not None and picture.shape != shape:
        raise ValueError(
            f"{name} in {zipped.filename} is a picture of shape {picture.shape}, not {shape} as the first."
        )
    return picture
