"""Rows are as long as the longest sentence.

Loses: tokens/padded, tokens/cut off
"""


# %% solution="tokens"
def words(sentence):
    """The words of a sentence, a list of strings."""
    return re.findall(r"[a-z0-9']+", sentence.lower())


def make_vocabulary(sentences, size):
    """A dictionary from words to their indices 2 … size - 1, the most frequent first."""
    counts = Counter(word for sentence in sentences for word in words(sentence))
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    return {word: index for index, word in enumerate(ranked[: size - 2], start=2)}


def encode(sentences, vocabulary, length):
    """Sentences as rows of indices: int32 (n, length), 1 for unknown words, 0 behind the end."""
    tokens = np.zeros((len(sentences), max(1, *map(len, map(words, sentences)))), np.int32)  # (n, length)
    for row, sentence in zip(tokens, sentences, strict=True):
        indices = [vocabulary.get(word, 1) for word in words(sentence)]
        row[: len(indices)] = indices
    return tokens
