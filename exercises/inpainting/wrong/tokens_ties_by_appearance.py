"""Words as frequent as each other come as they appear.

Loses: tokens/frequent first
"""


# %% solution="tokens"
def words(sentence):
    return re.findall(r"[a-z0-9']+", sentence.lower())


def make_vocabulary(sentences, size):
    counts = Counter(word for sentence in sentences for word in words(sentence))
    ranked = [word for word, _ in counts.most_common()]
    return {word: index for index, word in enumerate(ranked[: size - 2], start=2)}


def encode(sentences, vocabulary, length):
    tokens = np.zeros((len(sentences), length), np.int32)
    for row, sentence in zip(tokens, sentences, strict=True):
        indices = [vocabulary.get(word, 1) for word in words(sentence)][:length]
        row[: len(indices)] = indices
    return tokens
