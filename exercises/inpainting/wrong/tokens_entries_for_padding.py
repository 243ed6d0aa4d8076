"""The vocabulary has entries for padding and unknown words.

Loses: tokens/indices
"""


# %% solution="tokens"
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
