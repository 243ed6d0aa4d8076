"""Wrong answers to `packing`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "all_at_once",
        "Reads the whole archive into memory before it writes anything.",
        loses="streaming",
        replace="names[done : done + block]",
        by="names[done:]",
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
        replace='sorted(name for name in zipped.namelist() if name.endswith(".jpg"))',
        by='[name for name in zipped.namelist() if name.endswith(".jpg")]',
    ),
    Wrong(
        "block_ignored",
        "Always writes after 64 pictures.",
        loses="streaming",
        replace="done + block",
        by="done + 64",
    ),
    Wrong(
        "blue_first",
        "Stores blue first, as another library would.",
        loses="content",
        replace='.convert("RGB"))',
        by='.convert("RGB"))[..., ::-1]',
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
        replace="[:count]",
        by="",
    ),
    Wrong(
        "count_in_archive_order",
        "Takes the first entries of the archive and then sorts them.",
        loses="count",
        replace='sorted(name for name in zipped.namelist() if name.endswith(".jpg"))[:count]',
        by='sorted([name for name in zipped.namelist() if name.endswith(".jpg")][:count])',
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
        edits=[
            ("{archive} is no zip file", "This is no zip file"),
            ("{name} in {zipped.filename} is no picture", "{name} is no picture"),
            ("{name} in {zipped.filename} is a picture", "{name} is a picture"),
            (" JPEG in {archive}.", " JPEG in there."),
        ],
    ),
    Wrong(
        "every_entry",
        "Takes every entry for a picture, folders too.",
        loses="content",
        replace=' if name.endswith(".jpg")',
        by="",
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
                "def pack(archive, target, count=None, block=64):",
                """
                def is_colour(zipped, name):
                    try:
                        return Image.open(io.BytesIO(zipped.read(name))).mode == "RGB"
                    except (zipfile.BadZipFile, OSError):
                        return True


                def pack(archive, target, count=None, block=64):
                """,
            ),
            ('if name.endswith(".jpg")', 'if name.endswith(".jpg") and is_colour(zipped, name)'),
        ],
    ),
    Wrong(
        "library_errors",
        "Lets the errors of the libraries out as they are.",
        loses="errors",
        replace='raise ValueError(f"{archive} is no zip file, or a broken one: {error}") from error',
        by="raise",
    ),
    Wrong(
        "one_picture_more",
        "Holds one picture more than a block at a time.",
        loses="streaming",
        replace="done + block",
        by="done + block + 1",
    ),
    Wrong(
        "other_sizes_stretched",
        "Stretches pictures of another size.",
        loses="errors",
        replace="""
            raise ValueError(
                f"{name} in {zipped.filename} is a picture of shape {picture.shape}, not {shape} as the first."
            )
        """,
        by="picture = np.asarray(Image.fromarray(picture).resize((shape[1], shape[0])))",
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
        "starts_over",
        "Makes a new file in every call.",
        loses="going_on",
        replace='h5py.File(target, "a")',
        by='h5py.File(target, "w")',
    ),
    Wrong(
        "order_of_numbers",
        "Takes the pictures in the order of the numbers in their names.",
        loses="content",
        replace='(name for name in zipped.namelist() if name.endswith(".jpg"))',
        by="""
            (
                (name for name in zipped.namelist() if name.endswith(".jpg")),
                key=lambda name: int("".join(filter(str.isdigit, name))),
            )
        """,
    ),
]
