"""Sketches against Python: the similarity of payloads that the stored hashes tell is that of the
shingles which Python's own tokenize gives, exactly for small payloads, nearly for large ones."""

import io
import itertools
import random
import tokenize
import unittest

import test_payload
from test_payload import ONE, OTHER, examine, wheel

setUpModule = test_payload.setUpModule
PAYLOAD_VALUES = 128
SHINGLE_TOKENS = 4
PIECES = (
    "import {module}\n",
    "from {module} import path as {name}_path  # why\n",
    "{NAME} = {number}\n",
    "{NAME}_TEXT = 'text {number}'\n",
    "{name} = [{number}, {number}.5, .25, 0x{number}]; {name}.sort()\n",
    'def {name}(a, *b, c={number}):\n    """Doc."""\n    return a + len(b) * c\n',
    "def {name}(path):\n    with open(path) as lines:\n        for line in lines:\n"
    "            yield line.strip().split({number})\n",
    "class {Name}({Base}):\n    limit = {number}\n\n    def get(self, key):\n"
    "        self.seen = key\n        return self.seen.items[key:{number}]\n",
    "try:\n    {module}.run('{number}')\nexcept (OSError, ValueError) as problem:\n    raise\n",
    "@{module}.wrap\ndef {name}():\n    '''Doc.'''\n    print('a' 'b', {number})\n",
    "{name} = lambda x: x if x > {number} else -x\n",
    "for i in range({number}):\n    if i % 2 == 0: continue\n    print(i)\n",
    "assert {module} is not None, '{number}'\n",
    "'a string alone'\n",
    "def {name}():\n    print('=', 'def', {name}); return '='\n",
    "{name} = {name}_path = not {number} == 1\n",
)


def source(dice, pieces):
    text = ""
    for piece in pieces:
        word = dice.choice(("alpha", "beta", "gamma", "delta", "epsilon"))
        text += piece.format(module=dice.choice(("os", "sys", "json", "re")), name=word,
                             NAME=word.upper(), Name=word.title(), number=dice.randrange(10, 99),
                             Base=dice.choice(("object", "dict", "Exception")))
    return text


def tokens(text):
    """What the shingles are made of: names joined by dots, marks for strings, numbers, own names."""
    found, statement = [], []

    def end(*marks):
        if any(kind != tokenize.STRING for kind, _ in statement):
            found.extend(statement + [(None, "end")])
        statement.clear()
        found.extend((None, mark) for mark in marks)

    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in (tokenize.COMMENT, tokenize.NL, tokenize.ENDMARKER):
            continue
        if token.type == tokenize.NEWLINE or token.string == ";":
            end()
        elif token.type in (tokenize.INDENT, tokenize.DEDENT):
            end("in" if token.type == tokenize.INDENT else "out")
        elif (token.type == tokenize.NAME and len(statement) > 1 and statement[-1][1] == "."
              and statement[-2][0] == tokenize.NAME):
            statement[-2:] = [(tokenize.NAME, statement[-2][1] + "." + token.string)]
        else:
            statement.append((token.type, token.string))
    end()
    return found


def shingles(text):
    found = tokens(text)
    own = {second[1] for first, second in itertools.pairwise(found)
           if first[1] in ("def", "class") and second[0] == tokenize.NAME}
    own |= {first[1] for first, second in itertools.pairwise(found)
            if second[1] == "=" and first[0] == tokenize.NAME}
    kinds = {tokenize.STRING: "string", tokenize.NUMBER: "number"}
    words = [("own",) if kind == tokenize.NAME and word in own
             else (kinds[kind],) if kind in kinds else (kind, word) for kind, word in found]
    width = min(SHINGLE_TOKENS, len(words))
    return {tuple(words[i:i + width]) for i in range(len(words) - width + 1)} if words else set()


def similarity(first, second):
    return len(first & second) / len(first | second) if first | second else 0


def told(first, second, most=PAYLOAD_VALUES):
    """As cluster/near reads two sketches: of hashes that both would know, how many they share."""
    bound = min((max(values) for values in (first, second) if len(values) == most),
                default=2**32)
    first, second = ({value for value in values if value <= bound} for values in (first, second))
    return similarity(first, second)


def sketches(payloads):
    """For each payload, a list of sources, the hashes that were kept of it."""
    made = [wheel(ONE if i % 2 else OTHER,
                  {f"<m>/file{n}.py": text for n, text in enumerate(texts)})
            for i, texts in enumerate(payloads)]
    return [result["sketch"] for result in examine(*made)]


class Payloads(unittest.TestCase):
    def draw(self, count, files, pieces):
        """Variations of a few templates: most pieces stay, some are dropped, added, swapped."""
        dice = random.Random(files * 100 + pieces)
        templates = [[[dice.choice(PIECES) for _ in range(pieces)] for _ in range(files)]
                     for _ in range(3)]
        payloads = []
        for _ in range(count):
            payload = [list(file) for file in dice.choice(templates)]
            for _ in range(dice.randrange(4)):
                file = dice.choice(payload)
                file[dice.randrange(len(file))] = dice.choice(PIECES)
                dice.shuffle(payload)
            payloads.append([source(dice, file) for file in payload])
        return payloads

    def check(self, payloads, tolerance):
        kept = sketches(payloads)
        sets = [set().union(*(shingles(text) for text in texts)) for texts in payloads]
        errors = []
        for (values, whole), (others, other) in itertools.combinations(zip(kept, sets), 2):
            error = told(values, others) - similarity(whole, other)
            self.assertLessEqual(abs(error), tolerance)
            errors.append(error)
        for values, whole in zip(kept, sets):
            self.assertEqual(values, sorted(set(values)))
            self.assertEqual(len(values), min(len(whole), PAYLOAD_VALUES))
        return sum(errors) / len(errors)

    def test_small_ones_exactly(self):
        for files, pieces in ((1, 1), (1, 4), (2, 3), (3, 2)):
            self.check(self.draw(16, files, pieces), 1e-12)

    def test_large_ones_nearly(self):
        # A standard error of 0.044 at most, and 0.01 for the mean of many pairs.
        mean = self.check(self.draw(24, 8, 12), 0.18)
        self.assertLess(abs(mean), 0.04)

    def test_what_edits_do_not_change(self):
        text = ('import os\n\nLIMIT = 10\n\n\nclass Alpha(object):\n    """Doc."""\n    name = "a"\n\n'
                "    def get(self, beta=LIMIT):\n        return os.path.join('text', beta)[1:]\n\n\n"
                "def main():\n    print(Alpha().get())\n")
        edits = (("Alpha", "Omega"), ("beta", "x"), ("main", "run_it"), ("LIMIT", "quux"),
                 ("'text'", "f'other {1}'"), ("1", "777"), ("    ", "\t"), ('"""Doc."""', "# nothing"),
                 ("\n\n", "\n# c\n"), ("a", "a"))
        payloads = [[text.replace(old, new)] for old, new in edits]
        self.assertEqual(len({tuple(values) for values in sketches(payloads)}), 1)
        self.assertNotEqual(*sketches([[text], [text.replace("join", "split")]]))


class Metadata(unittest.TestCase):
    def test_words(self):
        summaries = ("a small tool that reads tables", "a small tool that writes tables",
                     "a small tool that reads tables", "nothing of the kind at all here")
        found = examine(*(wheel(project, {}, summary=summary)
                          for project, summary in zip((ONE, OTHER) * 2, summaries)))
        first, edited, same, other = (result["metadata_sketch"] for result in found)
        self.assertEqual(first, same)
        rest = len(first) - 5  # the fields, the page, the description
        self.assertEqual(told(first, edited, 64), (rest + 3) / (rest + 7))
        self.assertEqual(told(first, other, 64), rest / (rest + 11))


if __name__ == "__main__":
    unittest.main()
