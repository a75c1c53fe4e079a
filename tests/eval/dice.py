"""Chance that every Python version agrees on: only random.random() is promised to stay as it is."""

import random


class Dice:
    """A stream of its own for each key, so that one part of a corpus can change alone."""

    __slots__ = ("roll",)

    def __init__(self, *key):
        self.roll = random.Random("/".join(map(str, key))).random

    def below(self, count):
        return int(self.roll() * count)

    def between(self, low, high):
        """A whole number from low to high, both included."""
        return low + int(self.roll() * (high - low + 1))

    def chance(self, share):
        return self.roll() < share

    def pick(self, choices):
        return choices[int(self.roll() * len(choices))]

    def weighted(self, pairs):
        """One of (choice, weight) pairs."""
        rest = self.roll() * sum(weight for _, weight in pairs)
        for choice, weight in pairs:
            rest -= weight
            if rest < 0:
                return choice
        return pairs[-1][0]

    def long_tail(self, low, high):
        """A number from low to high, small ones far more often (Pareto, exponent 1)."""
        return min(high, int(low / (1 - self.roll() * (1 - low / (high + 1)))))

    def shuffled(self, items):
        items = list(items)
        for place in range(len(items) - 1, 0, -1):
            other = self.below(place + 1)
            items[place], items[other] = items[other], items[place]
        return items

    def sample(self, items, count):
        """`count` different ones, or all of them; cheap when few of many are wanted."""
        if count * 3 >= len(items):
            return self.shuffled(items)[:count]
        places = {}
        while len(places) < count:
            places[self.below(len(items))] = True
        return [items[place] for place in places]

    def code(self, length, alphabet="abcdefghijklmnopqrstuvwxyz0123456789"):
        return "".join(self.pick(alphabet) for _ in range(length))
