"""Every design of estimation in worlds of a known truth."""

from tests.simulations.designs import (
    adjusted_proportions,
    cluster_trial,
    controlled_its,
    did,
    discontinuity,
    its,
    matching,
    prepost,
    proportions,
    rates,
    staggered,
    synthetic_control,
    time_to_event,
    trial,
)

DESIGNS = {
    module.DESIGN.id: module.DESIGN
    for module in (
        its,
        controlled_its,
        did,
        staggered,
        synthetic_control,
        trial,
        cluster_trial,
        rates,
        proportions,
        adjusted_proportions,
        time_to_event,
        discontinuity,
        matching,
        prepost,
    )
}
