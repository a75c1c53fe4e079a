"""Plain tars in memory, which are read without libarchive, against the same tars as streams."""
import bz2
import gzip
import random
import unittest

import test_archive


class PlainTars(test_archive.Scratch):
    def odd_tar(self, rng):
        """A random one with some bytes of its headers changed, their sums mostly put right."""
        data = bytearray(test_archive.Tars.random_tar(self, rng))
        heads = [at for at in range(0, len(data), 512) if data[at + 257:at + 262] == b"ustar"]
        for _ in range(rng.randrange(3)):
            at = rng.choice(heads)
            field, size = rng.choice([(0, 100), (100, 8), (108, 8), (124, 12), (136, 12), (156, 1),
                                      (157, 100), (257, 8), (265, 32), (329, 8), (345, 167)])
            place = at + field + rng.choice([0, size - 1, rng.randrange(size)])
            data[place] = rng.choice(b"\0 /017xgLKS258-.\n\x80\xff")
            if rng.random() < 0.9:
                total = sum(data[at:at + 148]) + 8 * 32 + sum(data[at + 156:at + 512])
                data[at + 148:at + 156] = b"%06o\0 " % total
        if rng.random() < 0.1:
            data = data.rstrip(b"\0")
            data += bytes(rng.choice([0, -len(data) % 512, -len(data) % 512 + 512]))
        return bytes(data)

    def test_in_memory_as_streamed(self):
        """What lies in memory is read without libarchive when it is plain. However odd the tar is,
        the same is found as when it streams by."""
        rng = random.Random(512)
        files = []
        for _ in range(250):
            data = self.odd_tar(rng)
            files.append(self.write(gzip.compress(data, 1), "foo-1.0.tar.gz"))
            files.append(self.write(bz2.compress(data), "foo-1.0.tar.bz2"))
        found = test_archive.probe(files)
        for memory, stream in zip(found[::2], found[1::2]):
            keys = ["status", "members"] + ["anomalies"] * (stream["status"] == "ok")
            for key in keys:
                self.assertEqual(memory[key], stream[key], (memory["detail"], stream["detail"]))


if __name__ == "__main__":
    unittest.main()
