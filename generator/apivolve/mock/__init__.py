"""A service that is none: requests are held against the specification, answers are made of it.

In: a `Service`. Out: a server on a socket that answers for every version, until it is told to end.
"""

from .answers.answer import Answer
from .requests.preferences import Faults
from .requests.request import Request
from .server import Server
from .service import Mock

__all__ = ["Answer", "Faults", "Mock", "Request", "Server"]
