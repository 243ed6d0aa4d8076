"""Wrong answers to `tokens`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "apostrophes_cut",
        "Apostrophes separate words.",
        loses="words",
        replace='r"[a-z0-9\']+"',
        by='r"[a-z0-9]+"',
    ),
    Wrong(
        "apostrophes_stripped",
        "An apostrophe at the end of a word is taken off.",
        loses="words",
        replace='re.findall(r"[a-z0-9\']+", sentence.lower())',
        by='[word.strip("\'") for word in re.findall(r"[a-z0-9\']+", sentence.lower())]',
    ),
    Wrong(
        "bytes",
        "Rows of bytes, too small for 2,000 words.",
        loses="padded",
        cell='''
            def encode(sentences, vocabulary, length):
                tokens = np.zeros((len(sentences), length), np.uint8)
                for row, sentence in zip(tokens, sentences, strict=True):
                    indices = [vocabulary.get(word, 1) for word in words(sentence)][:length]
                    row[: len(indices)] = indices
                return tokens


            def words(sentence):
                """The words of a sentence, a list of strings."""
                return re.findall(r"[a-z0-9']+", sentence.lower())


            def make_vocabulary(sentences, size):
                """A dictionary from words to their indices 2 … size - 1, the most frequent first."""
                counts = Counter(word for sentence in sentences for word in words(sentence))
                ranked = sorted(counts, key=lambda word: (-counts[word], word))
                return {word: index for index, word in enumerate(ranked[: size - 2], start=2)}
        ''',
    ),
    Wrong(
        "digits_apart",
        "Letters and digits make words of their own.",
        loses="words",
        replace='r"[a-z0-9\']+"',
        by='r"[a-z\']+|[0-9]+"',
    ),
    Wrong(
        "end_kept",
        "Of long sentences the end stays.",
        loses="cut off",
        replace=":length",
        by="-length:",
    ),
    Wrong(
        "entries_for_padding",
        "The vocabulary has entries for padding and unknown words.",
        loses="indices",
        cell='''
            def make_vocabulary(sentences, size):
                counts = Counter(word for sentence in sentences for word in words(sentence))
                ranked = sorted(counts, key=lambda word: (-counts[word], word))
                return {"<padding>": 0, "<unknown>": 1} | {word: index for index, word in enumerate(ranked[: size - 2], start=2)}


            def words(sentence):
                """The words of a sentence, a list of strings."""
                return re.findall(r"[a-z0-9']+", sentence.lower())


            def encode(sentences, vocabulary, length):
                """Sentences as rows of indices: int32 (n, length), 1 for unknown words, 0 behind the end."""
                tokens = np.zeros((len(sentences), length), np.int32)  # (n, length)
                for row, sentence in zip(tokens, sentences, strict=True):
                    indices = [vocabulary.get(word, 1) for word in words(sentence)][:length]
                    row[: len(indices)] = indices
                return tokens
        ''',
    ),
    Wrong(
        "floats",
        "Rows of floats.",
        loses="padded",
        cell='''
            def encode(sentences, vocabulary, length):
                tokens = np.zeros((len(sentences), length))
                for row, sentence in zip(tokens, sentences, strict=True):
                    indices = [vocabulary.get(word, 1) for word in words(sentence)][:length]
                    row[: len(indices)] = indices
                return tokens


            def words(sentence):
                """The words of a sentence, a list of strings."""
                return re.findall(r"[a-z0-9']+", sentence.lower())


            def make_vocabulary(sentences, size):
                """A dictionary from words to their indices 2 … size - 1, the most frequent first."""
                counts = Counter(word for sentence in sentences for word in words(sentence))
                ranked = sorted(counts, key=lambda word: (-counts[word], word))
                return {word: index for index, word in enumerate(ranked[: size - 2], start=2)}
        ''',
    ),
    Wrong(
        "from_one",
        "Indices begin with 1.",
        loses="indices",
        replace="start=2",
        by="start=1",
    ),
    Wrong(
        "length_of_longest",
        "Rows are as long as the longest sentence.",
        loses="padded, cut off",
        edits=[
            (
                "((len(sentences), length), np.int32)",
                "((len(sentences), max(1, *map(len, map(words, sentences)))), np.int32)",
            ),
            (
                "[vocabulary.get(word, 1) for word in words(sentence)][:length]",
                "[vocabulary.get(word, 1) for word in words(sentence)]",
            ),
        ],
    ),
    Wrong(
        "not_lowered",
        "Capitals stay.",
        loses="words",
        replace='r"[a-z0-9\']+", sentence.lower()',
        by='r"[A-Za-z0-9\']+", sentence',
    ),
    Wrong(
        "padded_before",
        "Zeros come before the sentence.",
        loses="padded",
        replace=": len(indices)",
        by="length - len(indices) :",
    ),
    Wrong(
        "rarest_first",
        "The rarest words come first.",
        loses="frequent first",
        replace="-counts",
        by="counts",
    ),
    Wrong(
        "size_words",
        "There are `size` words, and two indices more.",
        loses="indices",
        replace="size - 2",
        by="size",
    ),
    Wrong(
        "some_signs",
        "Words end at a few signs only.",
        loses="words",
        replace='r"[a-z0-9\']+"',
        by='r"[^\\s,.!;()\\"-]+"',
    ),
    Wrong(
        "split_only",
        "Words are what stands between spaces.",
        loses="words",
        replace='re.findall(r"[a-z0-9\']+", sentence.lower())',
        by="sentence.lower().split()",
    ),
    Wrong(
        "ties_by_appearance",
        "Words as frequent as each other come as they appear.",
        loses="frequent first",
        replace="ranked = sorted(counts, key=lambda word: (-counts[word], word))",
        by="ranked = [word for word, _ in counts.most_common()]",
    ),
    Wrong(
        "underscore",
        "Underscores belong to words.",
        loses="words",
        replace='r"[a-z0-9\']+"',
        by='r"[\\w\']+"',
    ),
    Wrong(
        "unknown_left_out",
        "Unknown words are left out.",
        loses="unknown",
        replace=".get(word, 1) for word in words(sentence)",
        by="[word] for word in words(sentence) if word in vocabulary",
    ),
    Wrong(
        "unknown_zero",
        "Unknown words become padding.",
        loses="unknown",
        replace="1) for word in words(",
        by="0) for word in words(",
    ),
]
