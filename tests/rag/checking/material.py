"""Made-up papers with the kinds of statements that the checker tells apart."""

from __future__ import annotations

import datetime

from rag.types import Paper

__all__ = ["BEACON", "HARBOR", "QUARRY"]

HARBOR = Paper(
    "harbor",
    "HarborNet: Routing Container Ships with Graph Networks",
    "Port congestion delays container ships. We introduce HarborNet, a graph network that routes ships between berths. "
    "On the PierBench dataset, HarborNet cuts waiting times by 18.5% and beats TideFlow and DockSim by 4.2% and 7.9%, "
    "respectively. HarborNet stays stable in stormy weather, unlike earlier planners. Larger harbors with shorter "
    "quays need more tugboats. HarborNet runs without retraining when a berth is added, and it uses 40% less fuel. "
    "HarborNet outperforms human dispatchers in most seasons. The small HarborNet-Lite has 3 million parameters, and "
    "HarborNet-Max has 45 million parameters. Training shrinks from 12.6 hours to 2.5 hours on eight A100 GPUs.",
    published=datetime.date(2024, 5, 2),
    url="https://example.org/harbor",
)
BEACON = Paper(
    "beacon",
    "Beacon: Lighthouse Maintenance from Satellite Images",
    "Lighthouses decay slowly. Beacon detects rust and broken lenses in satellite images. Inspectors confirmed 312 of "
    "the 340 defects that Beacon reported in 2021. Beacon reaches an accuracy comparable to that of divers. It may "
    "reduce inspection costs. Few-shot prompts consistently improve accuracy compared to zero-shot prompts.",
)
QUARRY = Paper(
    "quarry",
    "A Survey of Robots in Quarries",
    "Quarries are dusty and dangerous. This survey sorts robots into drilling, hauling, sorting and inspection robots. "
    "Hauling robots are the most common, and most quarries still employ drivers. Legged robots climb rubble at half "
    "the speed of tracked robots.",
)
