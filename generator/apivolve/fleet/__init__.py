"""Many pieces of work, one for each service, over the cores of this machine or over a Dask cluster.

In: `Task`s, whose work can be pickled. Out: what each made, as they end, or why it did not: a piece that fails, or whose process
dies, stops no other. Nothing here knows what the work is. A piece of work reads, computes and returns; whoever started it
writes, so that a process may be killed at any moment and be replaced by another.
"""

from .cluster import run_on_cluster
from .local import run_locally
from .task import Failed, Task

__all__ = ["Failed", "Task", "run_locally", "run_on_cluster"]
