"""Wrong answers to `packing`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "all_at_once",
        "Reads the whole archive into memory before it writes anything.",
        loses="streaming",
        cell='''
            def pack(archive, target, count=None, block=64):
                """Pack the first `count` JPEGs of the zip `archive` into the HDF5 file `target`; go on where it was broken off."""
                with open_zip(archive) as zipped, h5py.File(target, "a") as packed:
                    names = sorted(name for name in zipped.namelist() if name.endswith(".jpg"))[:count]
                    if not names:
                        raise ValueError(f"There is no JPEG in {archive}.")
                    if "images" not in packed:
                        shape = read_image(zipped, names[0]).shape  # (height, width, 3)
                        packed.create_dataset("images", (0, *shape), "uint8", maxshape=(None, *shape), chunks=(1, *shape))
                        packed["images"].attrs["done"] = 0
                    images = packed["images"]  # (stored so far, height, width, 3)
                    done, progress = int(images.attrs["done"]), keras.utils.Progbar(len(names), unit_name="picture")
                    while done < len(names):
                        pictures = [read_image(zipped, name, images.shape[1:]) for name in names[done : len(names)]]
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
        ''',
    ),
    Wrong(
        "all_grey",
        "Converts every picture to grey.",
        loses="content",
        replace='(Image.open(io.BytesIO(zipped.read(name))).convert("RGB"))',
        by='(Image.open(io.BytesIO(zipped.read(name))).convert("L").convert("RGB"))',
    ),
    Wrong(
        "archive_order",
        "Takes the pictures in the order of the archive.",
        loses="content",
        cell='''
            def pack(archive, target, count=None, block=64):
                """Pack the first `count` JPEGs of the zip `archive` into the HDF5 file `target`; go on where it was broken off."""
                with open_zip(archive) as zipped, h5py.File(target, "a") as packed:
                    names = [name for name in zipped.namelist() if name.endswith(".jpg")][:count]
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
        ''',
    ),
    Wrong(
        "block_ignored",
        "Always writes after 64 pictures.",
        loses="streaming",
        cell='''
            def pack(archive, target, count=None, block=64):
                """Pack the first `count` JPEGs of the zip `archive` into the HDF5 file `target`; go on where it was broken off."""
                with open_zip(archive) as zipped, h5py.File(target, "a") as packed:
                    names = sorted(name for name in zipped.namelist() if name.endswith(".jpg"))[:count]
                    if not names:
                        raise ValueError(f"There is no JPEG in {archive}.")
                    if "images" not in packed:
                        shape = read_image(zipped, names[0]).shape  # (height, width, 3)
                        packed.create_dataset("images", (0, *shape), "uint8", maxshape=(None, *shape), chunks=(1, *shape))
                        packed["images"].attrs["done"] = 0
                    images = packed["images"]  # (stored so far, height, width, 3)
                    done, progress = int(images.attrs["done"]), keras.utils.Progbar(len(names), unit_name="picture")
                    while done < len(names):
                        pictures = [read_image(zipped, name, images.shape[1:]) for name in names[done : done + 64]]
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
        ''',
    ),
    Wrong(
        "blue_first",
        "Stores blue first, as another library would.",
        loses="content",
        cell='''
            def pack(archive, target, count=None, block=64):
                """Pack the first `count` JPEGs of the zip `archive` into the HDF5 file `target`; go on where it was broken off."""
                with open_zip(archive) as zipped, h5py.File(target, "a") as packed:
                    names = sorted(name for name in zipped.namelist() if name.endswith(".jpg"))[:count]
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
                    picture = np.asarray(Image.open(io.BytesIO(zipped.read(name))).convert("RGB"))[..., ::-1]
                except (zipfile.BadZipFile, OSError) as error:
                    raise ValueError(f"{name} in {zipped.filename} is no picture, or a broken one: {error}") from error
                if shape is not None and picture.shape != shape:
                    raise ValueError(
                        f"{name} in {zipped.filename} is a picture of shape {picture.shape}, not {shape} as the first."
                    )
                return picture
        ''',
    ),
    Wrong(
        "broken_passed_over",
        "Passes over what it cannot read.",
        loses="errors",
        replace="pictures = [read_image(zipped, name, images.shape[1:]) for name in names[done : done + block]]",
        by="""
            pictures = []
            while names[done + len(pictures) :] and len(pictures) < block:
                try:
                    pictures.append(read_image(zipped, names[done + len(pictures)], images.shape[1:]))
                except ValueError:
                    del names[done + len(pictures)]
            if not pictures:
                break
        """,
    ),
    Wrong(
        "count_ignored",
        "Packs the whole archive whatever the count is.",
        loses="count",
        cell='''
            def pack(archive, target, count=None, block=64):
                """Pack the first `count` JPEGs of the zip `archive` into the HDF5 file `target`; go on where it was broken off."""
                with open_zip(archive) as zipped, h5py.File(target, "a") as packed:
                    names = sorted(name for name in zipped.namelist() if name.endswith(".jpg"))
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
        ''',
    ),
    Wrong(
        "count_in_archive_order",
        "Takes the first entries of the archive and then sorts them.",
        loses="count",
        cell='''
            def pack(archive, target, count=None, block=64):
                """Pack the first `count` JPEGs of the zip `archive` into the HDF5 file `target`; go on where it was broken off."""
                with open_zip(archive) as zipped, h5py.File(target, "a") as packed:
                    names = sorted([name for name in zipped.namelist() if name.endswith(".jpg")][:count])
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
        ''',
    ),
    Wrong(
        "decodes_stored",
        "Reads all pictures from the beginning, and throws away those that are stored.",
        loses="going_on",
        replace='done = int(images.attrs["done"])',
        by="""
            done = int(images.attrs["done"])
            for name in names[:done]:
                read_image(zipped, name)
        """,
    ),
    Wrong(
        "done_before_written",
        "Says that a block is done before it has been read.",
        loses="streaming",
        replace="while done < len(names):",
        by="""
            while done < len(names):
                images.resize(min(done + block, len(names)), axis=0)
                images.attrs["done"] = min(done + block, len(names))
        """,
    ),
    Wrong(
        "errors_without_archive",
        "Says what is wrong, but not with which archive.",
        loses="errors",
        cell='''
            def pack(archive, target, count=None, block=64):
                """Pack the first `count` JPEGs of the zip `archive` into the HDF5 file `target`; go on where it was broken off."""
                with open_zip(archive) as zipped, h5py.File(target, "a") as packed:
                    names = sorted(name for name in zipped.namelist() if name.endswith(".jpg"))[:count]
                    if not names:
                        raise ValueError(f"There is no JPEG in there.")
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
                    raise ValueError(f"This is no zip file, or a broken one: {error}") from error


            def read_image(zipped, name, shape=None):
                """The picture `name` of an open zip file, uint8 (height, width, 3), of this shape if one is given."""
                try:
                    picture = np.asarray(Image.open(io.BytesIO(zipped.read(name))).convert("RGB"))
                except (zipfile.BadZipFile, OSError) as error:
                    raise ValueError(f"{name} is no picture, or a broken one: {error}") from error
                if shape is not None and picture.shape != shape:
                    raise ValueError(
                        f"{name} is a picture of shape {picture.shape}, not {shape} as the first."
                    )
                return picture
        ''',
    ),
    Wrong(
        "every_entry",
        "Takes every entry for a picture, folders too.",
        loses="content",
        cell='''
            def pack(archive, target, count=None, block=64):
                """Pack the first `count` JPEGs of the zip `archive` into the HDF5 file `target`; go on where it was broken off."""
                with open_zip(archive) as zipped, h5py.File(target, "a") as packed:
                    names = sorted(name for name in zipped.namelist())[:count]
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
        ''',
    ),
    Wrong(
        "fails_when_finished",
        "Fails if everything is stored already.",
        loses="going_on",
        replace='done = int(images.attrs["done"])',
        by="""
            done = int(images.attrs["done"])
            remaining = [names[k : k + block] for k in range(done, len(names), block)]
            np.concatenate(remaining)
        """,
    ),
    Wrong(
        "grey_into_red",
        "Puts a grey picture into the red channel only.",
        loses="grey",
        replace='picture = np.asarray(Image.open(io.BytesIO(zipped.read(name))).convert("RGB"))',
        by="""
            picture = np.asarray(Image.open(io.BytesIO(zipped.read(name))))
            if picture.ndim == 2:
                picture = np.stack([picture, 0 * picture, 0 * picture], axis=2)
        """,
    ),
    Wrong(
        "grey_refused",
        "Does not convert, so that a grey JPEG has another shape.",
        loses="grey",
        replace='(Image.open(io.BytesIO(zipped.read(name))).convert("RGB"))',
        by="(Image.open(io.BytesIO(zipped.read(name))))",
    ),
    Wrong(
        "grey_skipped",
        "Leaves out what is not in colour.",
        loses="grey",
        edits=[
            (
                '''
                def read_image(zipped, name, shape=None):
                    """The picture `name` of an open zip file, uint8 (height, width, 3), of this shape if one is given."""
                    try:
                        # Step 1: read the bytes of the entry, make a picture of them, in RGB, and of that an array called `picture`.
                        ### BEGIN SOLUTION
                        picture = np.asarray(Image.open(io.BytesIO(zipped.read(name))).convert("RGB"))
                        ### END SOLUTION
                    except (zipfile.BadZipFile, OSError) as error:
                        raise ValueError(f"{name} in {zipped.filename} is no picture, or a damaged one.") from error
                    # Step 2: if a `shape` is given and `picture` has another, raise a ValueError like the one above.
                    ### BEGIN SOLUTION
                    if shape is not None and picture.shape != shape:
                        raise ValueError(
                            f"{name} in {zipped.filename} is a picture of shape {picture.shape}, not {shape} as the first."
                        )
                    ### END SOLUTION
                    return picture
            ''',
                '''
                def read_image(zipped, name, shape=None):
                    """The picture `name` of an open zip file, uint8 (height, width, 3), of this shape if one is given."""
                    try:
                        # Step 1: read the bytes of the entry, make a picture of them, in RGB, and of that an array called `picture`.
                        picture = np.asarray(Image.open(io.BytesIO(zipped.read(name))).convert("RGB"))
                    except (zipfile.BadZipFile, OSError) as error:
                        raise ValueError(f"{name} in {zipped.filename} is no picture, or a damaged one.") from error
                    # Step 2: if a `shape` is given and `picture` has another, raise a ValueError like the one above.
                    if shape is not None and picture.shape != shape:
                        raise ValueError(
                            f"{name} in {zipped.filename} is a picture of shape {picture.shape}, not {shape} as the first."
                        )
                    return picture


                def is_colour(zipped, name):
                    try:
                        return Image.open(io.BytesIO(zipped.read(name))).mode == "RGB"
                    except (zipfile.BadZipFile, OSError):
                        return True
            ''',
            ),
            (
                '(name for name in zipped.namelist() if name.endswith(".jpg"))[:count]',
                '(name for name in zipped.namelist() if name.endswith(".jpg") and is_colour(zipped, name))[:count]',
            ),
        ],
    ),
    Wrong(
        "library_errors",
        "Lets the errors of the libraries out as they are.",
        loses="errors",
        cell='''
            def pack(archive, target, count=None, block=64):
                """Pack the first `count` JPEGs of the zip `archive` into the HDF5 file `target`; go on where it was broken off."""
                with open_zip(archive) as zipped, h5py.File(target, "a") as packed:
                    names = sorted(name for name in zipped.namelist() if name.endswith(".jpg"))[:count]
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
                    raise


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
        ''',
    ),
    Wrong(
        "one_picture_more",
        "Holds one picture more than a block at a time.",
        loses="streaming",
        cell='''
            def pack(archive, target, count=None, block=64):
                """Pack the first `count` JPEGs of the zip `archive` into the HDF5 file `target`; go on where it was broken off."""
                with open_zip(archive) as zipped, h5py.File(target, "a") as packed:
                    names = sorted(name for name in zipped.namelist() if name.endswith(".jpg"))[:count]
                    if not names:
                        raise ValueError(f"There is no JPEG in {archive}.")
                    if "images" not in packed:
                        shape = read_image(zipped, names[0]).shape  # (height, width, 3)
                        packed.create_dataset("images", (0, *shape), "uint8", maxshape=(None, *shape), chunks=(1, *shape))
                        packed["images"].attrs["done"] = 0
                    images = packed["images"]  # (stored so far, height, width, 3)
                    done, progress = int(images.attrs["done"]), keras.utils.Progbar(len(names), unit_name="picture")
                    while done < len(names):
                        pictures = [read_image(zipped, name, images.shape[1:]) for name in names[done : done + block + 1]]
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
        ''',
    ),
    Wrong(
        "other_sizes_stretched",
        "Stretches pictures of another size.",
        loses="errors",
        cell='''
            def pack(archive, target, count=None, block=64):
                """Pack the first `count` JPEGs of the zip `archive` into the HDF5 file `target`; go on where it was broken off."""
                with open_zip(archive) as zipped, h5py.File(target, "a") as packed:
                    names = sorted(name for name in zipped.namelist() if name.endswith(".jpg"))[:count]
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
                    picture = np.asarray(Image.fromarray(picture).resize((shape[1], shape[0])))
                return picture
        ''',
    ),
    Wrong(
        "reversed",
        "Sorts the names in descending order.",
        loses="content",
        replace='name for name in zipped.namelist() if name.endswith(".jpg")',
        by='(name for name in zipped.namelist() if name.endswith(".jpg")), reverse=True',
    ),
    Wrong(
        "rows_appended",
        "Appends behind all rows, not behind those that are done.",
        loses="going_on",
        replace='int(images.attrs["done"])',
        by="len(images)",
    ),
    Wrong(
        "rows_for_done",
        "Takes the length of the data set for what is done.",
        loses="going_on",
        cell='''
            def pack(archive, target, count=None, block=64):
                """Pack the first `count` JPEGs of the zip `archive` into the HDF5 file `target`; go on where it was broken off."""
                with open_zip(archive) as zipped, h5py.File(target, "a") as packed:
                    names = sorted(name for name in zipped.namelist() if name.endswith(".jpg"))[:count]
                    if not names:
                        raise ValueError(f"There is no JPEG in {archive}.")
                    if "images" not in packed:
                        shape = read_image(zipped, names[0]).shape  # (height, width, 3)
                        packed.create_dataset("images", (0, *shape), "uint8", maxshape=(None, *shape), chunks=(1, *shape))
                        packed["images"].attrs["done"] = 0
                    images = packed["images"]  # (stored so far, height, width, 3)
                    done, progress = len(images), keras.utils.Progbar(len(names), unit_name="picture")
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
        ''',
    ),
    Wrong(
        "starts_over",
        "Makes a new file in every call.",
        loses="going_on",
        cell='''
            def pack(archive, target, count=None, block=64):
                """Pack the first `count` JPEGs of the zip `archive` into the HDF5 file `target`; go on where it was broken off."""
                with open_zip(archive) as zipped, h5py.File(target, "w") as packed:
                    names = sorted(name for name in zipped.namelist() if name.endswith(".jpg"))[:count]
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
        ''',
    ),
    Wrong(
        "order_of_numbers",
        "Takes the pictures in the order of the numbers in their names.",
        loses="content",
        cell='''
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
        ''',
    ),
]
