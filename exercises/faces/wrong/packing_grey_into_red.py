"""Puts a grey picture into the red channel only.

Loses: packing/grey
"""

# %% solution="packing"
def open_zip(archive):
    """The zip file, open, or an error that says which file it is. This function is given."""
    try:
        return zipfile.ZipFile(archive)
    except zipfile.BadZipFile as error:
        raise ValueError(f"{archive} is no zip file, or a broken one: {error}") from error


def read_image(zipped, name, shape=None):
    """The picture `name` of an open zip file, uint8 (height, width, 3), of this shape if one is given."""
    try:
        # Step 1: read the bytes of the entry, make a picture of them, in RGB, and of that an array called `picture`.
        picture = np.asarray(Image.open(io.BytesIO(zipped.read(name))))
        if picture.ndim == 2:
            picture = np.stack([picture, 0 * picture, 0 * picture], axis=2)
    except (zipfile.BadZipFile, OSError) as error:
        raise ValueError(f"{name} in {zipped.filename} is no picture, or a damaged one.") from error
    # Step 2: if a `shape` is given and `picture` has another, raise a ValueError like the one above.
    if shape is not None and picture.shape != shape:
        raise ValueError(
            f"{name} in {zipped.filename} is a picture of shape {picture.shape}, not {shape} as the first."
        )
    return picture


def pack(archive, target, count=None, block=64):
    """Pack the first `count` JPEGs of the zip `archive` into the HDF5 file `target`; go on where it was broken off."""
    with open_zip(archive) as zipped, h5py.File(target, "a") as packed:
        # Step 3: `names`, a list: the names of the JPEGs, ascending, the first `count` if there is a count. If there
        # are none, a ValueError with the archive's path.
        names = sorted(name for name in zipped.namelist() if name.endswith(".jpg"))[:count]
        if not names:
            raise ValueError(f"There is no JPEG in {archive}.")
        # Step 4: if `packed` has no data set "images" yet (`"images" not in packed`), make one that has no rows yet
        # and can grow, for pictures of the size of the first, and note in its attribute `done` that none is stored.
        if "images" not in packed:
            shape = read_image(zipped, names[0]).shape  # (height, width, 3)
            packed.create_dataset("images", (0, *shape), "uint8", maxshape=(None, *shape), chunks=(1, *shape))
            packed["images"].attrs["done"] = 0
        images = packed["images"]  # (rows so far, height, width, 3)
        done = int(images.attrs["done"])
        while done < len(names):
            # Step 5: `pictures`, a list: the next `block` pictures (the last block may be smaller), read and checked
            # against the size of the pictures in `images`.
            pictures = [read_image(zipped, name, images.shape[1:]) for name in names[done : done + block]]
            # Step 6: give `images` as many rows as are stored after this block, and write `pictures` into the last.
            images.resize(done + len(pictures), axis=0)
            images[done:] = np.stack(pictures)  # (block, height, width, 3)
            done += len(pictures)
            images.attrs["done"] = done  # only now: whatever happens before, these pictures are read again
            packed.flush()
            print(f"{done} of {len(names)} pictures", end="\n" if done == len(names) else "\r")
