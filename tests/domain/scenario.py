"""Given what has happened, when somebody asks for more, then it happens or is refused."""

import pytest

from domain.programme import Programme
from tests.domain.builders import LEAD, PROGRAMME_ID, day, ids, register, stamp


class Scenario:
    """The life of one programme; each step happens, and is recorded, a day after the last.

    A step is a command, or a pair of a command and the day on which it is said to have happened.
    """

    def __init__(self):
        self.new_id = ids()
        self.today = 0
        self.events = []
        envelope = stamp(event_id=self.new_id(), happened_on=day(0))
        self.programme = Programme.register(register(), envelope, programme_id=PROGRAMME_ID)
        self._collect()

    def given(self, *steps):
        for step in steps:
            self._do(step)
        return self

    def when(self, step, *, actor=LEAD):
        """Remembers what is asked for, so that `then` and `then_refused` can try it."""
        self.asked = (step, actor)
        return self

    def then(self, *types):
        before = len(self.events)
        self._do(*self.asked)
        assert [event.facts.type for event in self.events[before:]] == list(types)
        return self

    def then_refused(self, error, words=None):
        before = self.programme.version
        with pytest.raises(error, match=words) as caught:
            self._do(*self.asked)
        assert self.programme.version == before
        assert not self.programme.pending_events
        return caught.value

    @property
    def last_id(self):
        return self.events[-1].envelope.event_id

    def _do(self, step, actor=LEAD):
        command, told_day = step if isinstance(step, tuple) else (step, None)
        self.today += 1
        recorded_at = stamp(event_id=PROGRAMME_ID, happened_on=day(self.today)).recorded_at
        envelope = stamp(
            event_id=self.new_id(),
            happened_on=told_day or day(self.today),
            recorded_at=recorded_at,
            actor=actor,
        )
        self.programme.act(command, envelope)
        self._collect()

    def _collect(self):
        self.events.extend(self.programme.collect_events())
