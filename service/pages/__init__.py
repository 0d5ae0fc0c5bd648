"""The pages: server-rendered, without script, one blueprint a subject."""

from flask import Blueprint

from service.pages.approaches import approaches
from service.pages.audit import audit
from service.pages.differences import differences
from service.pages.estimate_recording import recording
from service.pages.estimates import estimates
from service.pages.facts import facts
from service.pages.frame import page_blueprint, prepare
from service.pages.grades import grades
from service.pages.history import history
from service.pages.home import home
from service.pages.log import log
from service.pages.outcomes import outcomes
from service.pages.portfolio import portfolio
from service.pages.programmes import programmes
from service.pages.registration import registration
from service.pages.standards import standards
from service.pages.worksheets import worksheets


def blueprints() -> tuple[Blueprint, ...]:
    """Every blueprint of pages of the record; the first one brings the frame with it."""
    frame = page_blueprint("frame")
    frame.record_once(prepare)
    return (
        frame, home, programmes, log, outcomes, facts, recording, estimates, registration,
        portfolio, grades, history, differences, worksheets, standards, approaches, audit,
    )  # fmt: skip
