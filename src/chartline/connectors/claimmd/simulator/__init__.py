"""A simulated Claim.MD: independent, from public facts; invented data only.

Runs alone (``python -m chartline.connectors.claimmd.simulator``) or in process (``create``). What it plays and what it
does not is listed in the README beside this file.
"""

from chartline.connectors.claimmd.simulator.app import Simulator, create
from chartline.connectors.claimmd.simulator.seed import BUILT_IN, Seed, load_seed, read_seed

__all__ = ["BUILT_IN", "Seed", "Simulator", "create", "load_seed", "read_seed"]
