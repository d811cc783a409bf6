"""A version in git: `TAG:path` of the repository we are in, or `REPO@TAG:path`.

Nothing is checked out and nothing of the repository is run: git lists the tree of the commit and prints the files that a
specification is made of, and they are laid out in a temporary folder while it is read.
"""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from ..parse import MAX_BYTES, SUFFIXES, fail
from .folders import Place

_REFERENCE = re.compile(r"(?:(?P<repository>.+)@(?!\{))?(?P<ref>[^:]+):(?P<path>.*)", re.DOTALL)
_FILES_NAMED = re.compile(
    rb"""["'\s]([^"'\s<>|*]+?\.(?:json|ya?ml))(?=["'\s#,}\]]|$)|\$ref["']?\s*:\s*["']?([^"'#\n]+)"""
)
_MODES = ("100644", "100755")
"""What a plain file is called in a tree; links and submodules are left where they are."""


@dataclass(frozen=True, slots=True)
class GitPath:
    """A path in a commit. `repository` is a folder inside the repository; None is the one we run in."""

    repository: str | None
    ref: str
    path: str

    @property
    def label(self) -> str:
        """What its paths are shown with in front."""
        return f"{self.repository}@{self.ref}:" if self.repository else f"{self.ref}:"


def git_path(text: str) -> GitPath | None:
    """The path in git that a text means; None when a file is called so, or it has no `:`."""
    match = _REFERENCE.fullmatch(text)
    if match is None or match["ref"] in ("http", "https", "file") or Path(text).exists():
        return None
    return GitPath(match["repository"], match["ref"], match["path"])


def from_folder(text: str, folder: Path) -> str:
    """A path that was written in a folder, on disk or in git, as one from the folder we run in."""
    match = _REFERENCE.fullmatch(text)
    if match is None or (folder / text).exists():
        return (folder / text).as_posix()
    repository = (folder / (match["repository"] or ".")).as_posix()
    return text if repository == "." else f"{repository}@{match['ref']}:{match['path']}"


@contextmanager
def laid_out(at: GitPath) -> Generator[tuple[Path, Place]]:
    """The file or folder at a path in git, on disk as long as the context lasts, with the files it refers to.

    Raises LoadError: git is missing, there is no such repository, commit or path.
    """
    repository = Path(at.repository or ".")
    commit = _commit(repository, at)
    tree = _tree(repository, commit)
    path = _path(repository, at)
    below = [name for name in tree if name == path or path == "." or name.startswith(f"{path}/")]
    if not below:
        fail(
            "git-no-path",
            f"there is no {path} in {at.label.removesuffix(':')}",
            help="a path in git starts at the top of the repository, or with ./ at this folder",
        )
    if path in tree and tree[path][1] > MAX_BYTES:
        fail("file-too-large", f"{at.label}{path} is larger than {MAX_BYTES // 2**20} MiB")
    with tempfile.TemporaryDirectory(prefix="apivolve-") as made:
        folder = Path(made).resolve()
        _lay_out(repository, tree, below, folder)
        yield folder / path, Place(folder, at.label)


def tags(pattern: str, repository: Path) -> list[str]:
    """The tags that match a glob (`v*`). Raises LoadError when git is missing, or there is no repository, or no such tag."""
    shown = _git(repository, "for-each-ref", "--format=%(refname:strip=2)", f"refs/tags/{pattern}")
    found = [line for line in shown.decode().splitlines() if not line.startswith("-")]
    if not found:
        fail("git-no-tag", f"no tag matches {pattern}", help="`git fetch --tags` gets the tags of a clone")
    return found


def at_ref(text: str, ref: str) -> str:
    """What a path on disk, or a pattern of files, was at a commit, as a path in git."""
    folder = Path(text)
    while any(char in folder.name for char in "*?[") or not folder.is_dir():
        if folder == folder.parent:
            break
        folder = folder.parent
    rest = os.path.relpath(text, folder).replace(os.sep, "/")
    if folder.resolve().is_relative_to(Path.cwd()):
        return f"{ref}:./{posixpath.normpath(posixpath.join(os.path.relpath(folder).replace(os.sep, '/'), rest))}"
    return f"{folder.as_posix()}@{ref}:./{rest}"


def commits(text: str) -> list[tuple[str, str]]:
    """The commits of the checked-out line that changed a path on disk, oldest first: each with its day, `YYYY-MM-DD`.

    Raises LoadError: git is missing, or there is no repository.
    """
    at = git_path(at_ref(text, "HEAD"))
    folder = Path(at.repository or ".") if at else Path()
    path = at.path if at else text
    told = (
        _git(folder, "log", "--first-parent", "--reverse", "--format=%H %cs", "--", path)
        .decode()
        .splitlines()
    )
    return [(line[:-11], line[-10:]) for line in told]


def merge_base(branch: str | None = None, repository: Path = Path()) -> str:
    """Where the commit that is checked out left a branch, by default the main one: its name, shortened to 12 digits.

    Raises LoadError: git is missing, there is no repository, no such branch, or no common commit.
    """
    name = branch or _main_branch(repository)
    other = _commit(repository, GitPath(None, name, ""))
    run = _run(repository, "merge-base", "HEAD", other)
    found = run.stdout.decode().strip()
    if run.returncode or not found:
        fail(
            "git-no-merge-base",
            f"{name} and what is checked out have no commit in common",
            help="a shallow clone has too little of the history: `git fetch --unshallow`, or `fetch-depth: 0`",
        )
    return found[:12]


def has_history(repository: Path = Path()) -> bool:
    """True when there is a commit to compare with: git is installed, and this is a repository that has one."""
    if shutil.which("git") is None:
        return False
    return not _run(repository, "rev-parse", "--verify", "--quiet", "HEAD").returncode


def has_path(text: str) -> bool:
    """True when there is something at a path in git, or a file of a pattern. Raises LoadError for an unknown commit."""
    at = git_path(text)
    if at is None:
        return Path(text).exists()
    return _path(Path(at.repository or "."), at) == "." or bool(_meant(at))


def objects_at(ref: str, path: str) -> tuple[tuple[str, str], ...]:
    """What a path on disk, or a pattern of files, was at a commit: each file that could be meant, with the id of its content.

    Equal for two commits between which nothing of it changed. Raises LoadError.
    """
    at = git_path(at_ref(path, ref))
    return _meant(at) if at is not None else ()


def _meant(at: GitPath) -> tuple[tuple[str, str], ...]:
    """The files that a path in git, or a pattern of files, could mean, each with the id of its content."""
    repository = Path(at.repository or ".")
    whole = _path(repository, at)
    fixed = whole.partition("*")[0].partition("?")[0].partition("[")[0]
    tree = _tree(repository, _commit(repository, at))
    return tuple(
        (name, found[0])
        for name, found in tree.items()
        if whole == "." or name == whole or name.startswith(f"{whole}/" if fixed == whole else fixed)
    )


def file_at(ref: str, path: str) -> str | None:
    """The text of a file on disk as it was at a commit; None where it was not there. Raises LoadError."""
    written = at_ref(path, ref)
    at = git_path(written)
    if at is None or not has_path(written):
        return None
    with laid_out(at) as (real, _):
        return real.read_text(encoding="utf-8", errors="replace") if real.is_file() else None


def _main_branch(repository: Path) -> str:
    _git(repository, "rev-parse", "--git-dir")  # is there a repository at all?
    told = _run(repository, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
    names = [told.stdout.decode().strip(), "origin/main", "origin/master", "main", "master"]
    for name in filter(None, names):
        if not _run(repository, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").returncode:
            return name
    return fail(
        "git-no-main-branch",
        "this clone has no branch main or master",
        help="`git fetch origin main`, or name what to compare with: --against REF",
    )


def _commit(repository: Path, at: GitPath) -> str:
    if at.repository is not None and not repository.is_dir():
        fail(
            "git-no-repository",
            f"there is no folder {at.repository}",
            help="clone the repository first; nothing is read from the network",
        )
    if at.ref.startswith("-"):
        fail("git-bad-ref", f"{at.ref} is no name of a commit")
    name = f"{at.ref}^{{commit}}"
    run = _run(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", name)
    commit = run.stdout.decode(errors="replace").strip().removeprefix("--end-of-options").strip()
    if run.returncode or not re.fullmatch("[0-9a-f]{40,64}", commit):
        _git(repository, "rev-parse", "--git-dir")  # is there a repository at all?
        hint = f"`git fetch origin {at.ref.removeprefix('origin/')}` gets it, `git fetch --tags` the tags"
        fail("git-unknown-ref", f"{at.ref} is no tag, branch or commit here", help=hint)
    return commit


def _tree(repository: Path, commit: str) -> dict[str, tuple[str, int]]:
    """The plain files of a commit: path → object and size."""
    files: dict[str, tuple[str, int]] = {}
    for line in _git(repository, "ls-tree", "-r", "-l", "-z", "--full-tree", commit).split(b"\0"):
        facts, _, name = line.decode(errors="replace").partition("\t")
        if name and (fact := facts.split())[0] in _MODES:
            parts = PurePosixPath(name).parts
            if ".." not in parts and not name.startswith("/") and "\\" not in name:
                files[name] = (fact[2], int(fact[3]))
    return files


def _path(repository: Path, at: GitPath) -> str:
    """The path from the top of the repository, normal form; `.` is the top."""
    path = at.path
    if path.startswith("./") or path == ".":
        prefix = _git(repository, "rev-parse", "--show-prefix").decode().strip()
        path = posixpath.join(prefix, path)
    return posixpath.normpath(path or ".")


def _lay_out(repository: Path, tree: dict[str, tuple[str, int]], names: Sequence[str], folder: Path) -> None:
    """Write files below a folder, and the files that they name, and those that these name."""
    known: set[str] = set()
    while names:
        known.update(names)
        wanted = [name for name in names if tree[name][1] <= MAX_BYTES]
        named: dict[str, None] = {}
        for name, data in zip(wanted, _objects(repository, [tree[name][0] for name in wanted]), strict=True):
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            if name.endswith(SUFFIXES):
                for match in _FILES_NAMED.finditer(data):
                    written = unquote((match[1] or match[2]).decode(errors="replace")).strip()
                    other = posixpath.normpath(posixpath.join(posixpath.dirname(name), written))
                    if other in tree and other not in known:
                        named[other] = None
        names = list(named)


def _objects(repository: Path, ids: Sequence[str]) -> Iterator[bytes]:
    """The contents of some objects, in order."""
    out = _git(repository, "cat-file", "--batch", input_="".join(f"{one}\n" for one in ids).encode())
    at = 0
    for _ in ids:
        end = out.index(b"\n", at)
        fields = out[at:end].split()
        if len(fields) != 3:
            hint = "a partial clone lacks it: `git fetch --refetch` gets it"
            fail("git-failed", f"this clone does not hold the object {fields[0].decode()}", help=hint)
        size = int(fields[2])
        yield out[end + 1 : end + 1 + size]
        at = end + size + 2


def _git(repository: Path, *arguments: str, input_: bytes = b"") -> bytes:
    """What git prints. Raises LoadError with what it says when it fails."""
    run = _run(repository, *arguments, input_=input_)
    if run.returncode:
        said = run.stderr.decode(errors="replace").strip().splitlines()
        fail("git-failed", f"git {arguments[0]}: {said[0] if said else f'exit code {run.returncode}'}")
    return run.stdout


def _run(repository: Path, *arguments: str, input_: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("git")
    if program is None:
        fail("git-missing", "git is not installed, and a version in git is asked for")
    quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
    return subprocess.run(  # noqa: S603 (a list, no shell; refs that look like options are refused above)
        [program, "--no-replace-objects", "-C", str(repository), *arguments],
        input=input_,
        capture_output=True,
        env={**os.environ, **quiet},
        check=False,
    )
