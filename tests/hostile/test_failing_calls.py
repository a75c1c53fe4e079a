"""ENOSPC and EIO at each call that changes files: a clear end, the earlier run untouched, and the next
run as if nothing had been. WINNOW_EVERY_FAULT=1 tries all calls, else a choice of them."""

import errno
import unittest

from failing import STAYS, Failing, chosen, reason, shim


class FailingCalls(Failing):
    def try_calls(self, number, step, until=None, leftovers=False, **settings):
        library = shim("fail_calls")
        settings = {"FAIL_ERRNO": number, **settings}
        count = self.run_failing(library, self.trial("count"), self.words(self.folder / "count"),
                                 FAIL_AT=0, **settings)
        self.assertEqual(count.code, 0, count.said)
        self.assertGreater(count.calls, 50)

        def check(call):
            folder = self.trial(f"{number}-{call}")
            outcome = self.run_failing(library, folder, self.words(folder), FAIL_AT=call,
                                       FAIL_UNTIL=until or call, **settings)
            self.assertGreater(outcome.failed, 0, outcome.said)
            if number == 0:
                self.assertEqual((outcome.code, outcome.said), (0, ""), outcome.first)
            self.check_result(outcome, reason(number) if number else "", leftovers)
        self.for_each(chosen(count.calls, step), check)

    def test_no_room_once(self):
        self.try_calls(errno.ENOSPC, 7)

    def test_disk_full_from_then_on(self):
        self.try_calls(errno.ENOSPC, 7, STAYS)

    def test_error_once(self):
        self.try_calls(errno.EIO, 7)

    def test_disk_gone_from_then_on(self):
        self.try_calls(errno.EIO, 7, STAYS, leftovers=True)

    def test_half_a_write(self):
        self.try_calls(0, 7)


if __name__ == "__main__":
    unittest.main()
