"""What templates see: strings, flags and tuples of views, nothing that needs thinking about.

A view says how the model is spelled in Python. `classes.py`, `calls.py` and `cases.py` make them, `templates/python/`
prints them. A field called `*_code` or `annotation` holds Python source; all other text goes through a filter.
"""

from __future__ import annotations

from .calls import (
    AnswerView,
    ArgumentView,
    CallsView,
    CaseView,
    ChildView,
    ClientView,
    Kind,
    MethodView,
    ResourceView,
    StreamView,
    TakenView,
    TestsView,
    VariableView,
    WebhooksView,
    WebhookView,
)
from .models import (
    AliasView,
    ClassView,
    FieldView,
    ImportView,
    MemberView,
    ModelsView,
    ParamsPartView,
    ParamsView,
    ParamView,
    PartView,
    RenamedView,
)
from .package import GroupView, IndexView, PackageView, ReadmeView, SettingsView, StepsView, VersionView

__all__ = [
    "AliasView",
    "AnswerView",
    "ArgumentView",
    "CallsView",
    "CaseView",
    "ChildView",
    "ClassView",
    "ClientView",
    "FieldView",
    "GroupView",
    "ImportView",
    "IndexView",
    "Kind",
    "MemberView",
    "MethodView",
    "ModelsView",
    "PackageView",
    "ParamView",
    "ParamsPartView",
    "ParamsView",
    "PartView",
    "ReadmeView",
    "RenamedView",
    "ResourceView",
    "SettingsView",
    "StepsView",
    "StreamView",
    "TakenView",
    "TestsView",
    "VariableView",
    "VersionView",
    "WebhookView",
    "WebhooksView",
]
