"""Address lists (analyzer/extract/addresses.c) against email.utils.getaddresses, lenient reading."""
import email.utils
import inspect
import itertools
import time
import unittest

from extract_probe import ask, generator

STRICT = {"strict": False} if "strict" in inspect.signature(
    email.utils.getaddresses).parameters else {}


def is_address(text):
    local, at, domain = text.rpartition("@")
    return bool(local and domain) and not any(
        c.isspace() or ord(c) <= 32 or ord(c) == 127 for c in text)


def expected(field):
    if not field:
        return []
    found = []
    for _, address in email.utils.getaddresses([field], **STRICT):
        if is_address(address) and address not in found:
            found.append(address)
    return found[:1000]


class Addresses(unittest.TestCase):
    def check(self, fields):
        answers = ask("metadata", [("addresses", field) for field in fields])
        for field, answer in zip(fields, answers):
            self.assertEqual(answer, expected(field), repr(field))
        return answers

    def test_by_hand(self):
        answers = self.check([
            "", "a@b.c", "Jane <jane@x.org>", '"Doe, Jane" <jane@x.org>, joe@x.org',
            "a@b.c (comment (nested) x), d@e.f", "Team: a@b.c, D <d@e.f>;, g@h.i",
            "outer: inner: a@b.c; d@e.f; , g@h.i", "name at host dot com", "nobody", "a@b.c;d@e.f",
            "a@b.c d@e.f", "<a@b.c> <d@e.f>", "<@route,@other:a@b.c>", "a@b@c", "<a@b@c>, d@e.f",
            '"quoted local"@x.org', '"quoted"@x.org', '"a\\"b"@x.org', "a@[127.0.0.1]", "a . b @ c . d",
            "a@b.c,\n d@e.f", "a@b.c,\r\n\td@e.f", "a@b\r.c", "(only comment)", "(open a@b.c",
            '"open a@b.c', "<a@b.c", "<>", "<@>", "@", "a@", "@b", ",,,a@b.c,,", ";", ":", ":a@b.c",
            "mailto:a@b.c", '"x@y.z"', '"x@y.z" <a@b.c>', "a@b.c <d@e.f>", "J\u00f6rg <j\u00f6rg@b\u00fc.de>",
            "a\u00a0b@c.d", "a@b.c\x00", "a\x00b@c.d", "..@x", "a..b@x", ".@.", "a@b.", "a@.", "a@b,a@b",
            "A@b, a@b", "a [at] b.c", "a<at>b.c", "a@b.c>", "<<a@b.c>>", "\\a@b", "a\\@b", "x (a\\) b) y@z",
        ])
        self.assertEqual(answers[3], ["jane@x.org", "joe@x.org"])
        self.assertEqual(answers[5], ["a@b.c", "d@e.f", "g@h.i"])
        self.assertEqual(answers[7], [])

    def test_generated(self):
        rng = generator(5322)
        pieces = ["a", "b.c", "Jane Doe", "@", "@x.org", "<", ">", ",", ", ", ";", ":", "(", ")", '"',
                  "\\", ".", "[", "]", " ", "\t", "\r\n ", "\n ", "\r", "joe@x.org", "<a@b.c>",
                  "\u00e9", '"q, r" ', "(c)", "[1.2]"]
        self.check(["".join(rng.choice(pieces) for _ in range(rng.randrange(1, 14)))
                    for _ in range(30000)])

    def test_every_short_text(self):
        self.check(["".join(letters) for letters in itertools.product('a@.<>,:;"(\\ [', repeat=4)])

    def test_time_is_linear(self):
        started = time.monotonic()
        for piece in ("(", "a:", '"', "<", "a@", "a ", "\\", "(\\", "a@b,", "<@", "[", "a.", ";", ")",
                      "a@(", '"\\'):
            ask("metadata", [("addresses", "@" + piece * (2000000 // len(piece)))])
        self.assertLess(time.monotonic() - started, 20)


if __name__ == "__main__":
    unittest.main()
