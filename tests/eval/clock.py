"""When things are uploaded: an index that grows by a fifth a year, sleeps at night and rests at the
weekend, as seen from UTC with most people in Europe and America."""

import bisect
import calendar
import itertools

DAY = 86400
GROWTH_A_YEAR = 1.2
WEEKEND = 0.55
# Share of each hour, UTC.
HOURS = (30, 27, 26, 25, 24, 26, 30, 38, 46, 52, 55, 55, 52, 55, 60, 62, 62, 60, 56, 52, 49, 46, 42,
         36)


def day_of(text):
    """Seconds since 1970 at the start of a day such as 2025-06-26."""
    year, month, day = map(int, text.split("-"))
    return calendar.timegm((year, month, day, 0, 0, 0))


class Clock:
    def __init__(self, first="2017-01-01", last="2025-09-30"):
        self.first = day_of(first)
        self.days = (day_of(last) - self.first) // DAY
        shares = (GROWTH_A_YEAR ** (day / 365.25)
                  * (WEEKEND if (self.first // DAY + day + 3) % 7 >= 5 else 1)
                  for day in range(self.days))
        self.day_sums = list(itertools.accumulate(shares))
        self.hour_sums = list(itertools.accumulate(HOURS))

    def hour(self, dice):
        return bisect.bisect(self.hour_sums, dice.roll() * self.hour_sums[-1])

    def at(self, dice, day):
        """A moment of that day (seconds of its start)."""
        return day + self.hour(dice) * 3600 + dice.below(3600)

    def moment(self, dice, before=1.0, after=0.0):
        """A moment between two shares of the period's uploads."""
        share = after + dice.roll() * (before - after)
        day = bisect.bisect(self.day_sums, share * self.day_sums[-1])
        return self.at(dice, self.first + day * DAY)

    def end(self):
        return self.first + self.days * DAY

    def releases(self, dice, count, begin, years=2.0):
        """`count` moments from `begin` on: often several in the first days, then months apart."""
        moments = [begin]
        span = min(years * 365 * DAY * dice.roll(), self.end() - begin - DAY)
        for _ in range(count - 1):
            step = 0 if span <= 0 else dice.below(2 * DAY) if dice.chance(0.3) \
                else int(span * dice.roll() / count * 2)
            moments.append(min(moments[-1] + 600 + step, self.end() - 1))
        # A release is later than the one before it.
        return [moment + number for number, moment in enumerate(moments)]
