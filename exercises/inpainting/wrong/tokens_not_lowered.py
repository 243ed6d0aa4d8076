"""Capitals stay.

Loses: tokens/words
"""


# %% solution="tokens"
def words(sentence):
    return re.findall(r"[A-Za-z0-9']+", sentence)


def make_vocabulary(sentences, size):
    counts = Counter(word for sentence in sentences for word in words(sentence))
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    return {word: index for index, word in enumerate(ranked[: size - 2], start=2)}


def encode(sentences, vocabulary, length):
    tokens = np.zeros((len(sentences), length), np.int32)
    for row, sentence in zip(tokens, sentences, strict=True):
        indices = [vocabulary.get(word, 1) for word in words(sentence)][:length]
        row[: len(indices)] = indices
    return tokens
