"""Asks the probe programs of extract/ (probe_lines.h) and takes their answers."""
import json
import os
import random
import subprocess

BUILD = os.environ.get("WINNOW_BUILD", "build/gcc")
CORPUS = os.environ.get("WINNOW_CORPUS", "../shared/corpus")


def ask(probe, questions):
    """The answers of probe_<probe> to [(verb, argument, ...)]; arguments are str or bytes."""
    lines = []
    for verb, *arguments in questions:
        fields = [a if isinstance(a, bytes) else a.encode() for a in arguments]
        lines.append("\t".join([verb] + [f.hex() for f in fields]))
    program = os.path.join(BUILD, "oracle", "probe_" + probe)
    done = subprocess.run([program], input=("\n".join(lines) + "\n").encode(),
                          stdout=subprocess.PIPE, check=True)
    answers = [json.loads(line) for line in done.stdout.split(b"\n")[:-1]]
    assert len(answers) == len(questions)
    return answers


def find_files(names, limit):
    """Files with these names below the usual places of Python software, in a stable order."""
    found = []
    home = os.path.expanduser("~")
    for top in ("/usr/lib", "/usr/share", "/usr/local", os.path.join(home, ".pyenv"),
                os.path.join(home, ".local")):
        for folder, folders, files in os.walk(top):
            folders.sort()
            found += [os.path.join(folder, name) for name in sorted(files) if name in names]
            if len(found) >= limit:
                return found[:limit]
    return found


def mutate(rng, text, pieces):
    """`text` (str or bytes) with some pieces put in, cut out or doubled."""
    for _ in range(rng.randrange(1, 5)):
        at = rng.randrange(len(text) + 1)
        to = min(len(text), at + rng.randrange(8))
        how = rng.randrange(3)
        if how == 0:
            text = text[:at] + rng.choice(pieces) + text[at:]
        elif how == 1:
            text = text[:at] + text[to:]
        else:
            text = text[:to] + text[at:]
    return text


def generator(seed):
    return random.Random(seed)
