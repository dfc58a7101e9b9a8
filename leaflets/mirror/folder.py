"""The folder MIRROR_ROOT: the newest generations of the public site, as files that any web server can serve.

    current -> generations/N    the newest, switched in one step
    generations/N/site/         the files of the public site, plain and packed by gzip
    generations/N/packed/       the same by Brotli, by digest: a second copy, in files of their own
    generations/N/other/        answers that stand at no address of their own
    generations/N/nginx.conf    how nginx serves all that
    generations/N/manifest      what is answered where, sealed by a digest
    withdrawn/                  the withdrawals (leaflets/mirror/withdrawals.py)

Files that did not change are linked from the generation before. What is read is compared with its digest.
"""

import fcntl
import hashlib
import logging
import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

from leaflets.mirror.answers import BROTLI, GZIP, PLAIN, Lost, pack, unpack
from leaflets.mirror.generation import file_of, lines, read
from leaflets.mirror.nginx import configuration

LOG = logging.getLogger(__name__)
KEPT = 3


class Folder:
    """The generations below a root, and the source of the Answers that are read from them."""

    def __init__(self, root):
        self.root = Path(root)
        # Whether a file was found that is not what was written; what was read or written last, and its name.
        self.damaged, self.written, self._generation = False, None, None

    def load(self):
        """Return the newest Generation that is whole, or None."""
        for folder, generation in self._whole_ones():
            self.written, self._generation = folder.name, generation
            return generation
        return None

    @property
    def written_at(self):
        """The moment of the state that was read or written last, None if there was none."""
        return self._generation and self._generation.at

    def kept(self):
        """Yield each Generation that is whole, the newest first."""
        return (generation for _, generation in self._whole_ones())

    def _whole_ones(self):
        for folder in self._generations():
            try:
                yield folder, read((folder / "manifest").read_text(), self)
            except Exception as error:  # Whatever another release may have written there.
                LOG.error("The mirror's generation %s cannot be used: %s", folder.name, error)
                self.damaged = True

    def body(self, answer, encoding):
        """Return the bytes of an Answer in an encoding, from whichever of its files is whole. Raises Lost."""
        current = (self.root / "current").resolve()
        own = self._whole(answer, encoding, current)
        if own is not None:
            return own
        # Where another process has come further, what is asked for is in what it left behind.
        self.damaged = self.damaged or current.name == self.written
        for folder in self._generations():
            for other in (PLAIN, BROTLI, GZIP) if answer.packed else (PLAIN,):
                found = self._whole(answer, other, folder)
                if found is not None:
                    return pack[encoding](unpack[other](found))
        raise Lost(answer.file)

    def write(self, generation, anew=False):
        """Make `generation` the current one, all of it or nothing. Raises OSError, for instance where the disk is full.

        Nothing happens where another process has come further already. With `anew` every file is written whatever was
        there: what is there is damaged, or of another history.
        """
        with self._locked():
            before = self._newest()
            if before and not anew and _order(before) > _order(generation):
                return self._settle(generation, before)
            anew = anew or self.damaged
            self.written = self._made(generation, None if anew else before)
            self._generation = generation
            self._switch_to(self.written)
            self._prune()
            self.damaged = self.damaged and not anew
            self._settle(generation, generation)

    def _newest(self):
        """The newest Generation. Thousands of answers are not read again where this process knows them already."""
        newest = self._generations()[:1]
        mine = newest and newest[0].name == self.written and (newest[0] / "manifest").is_file()
        return self._generation if mine else self.load()

    def _made(self, generation, before):
        number = max((int(each.name) for each in self._generations()), default=0) + 1
        making = self.root / "generations" / f".{number}"
        shutil.rmtree(making, ignore_errors=True)
        making.parent.mkdir(parents=True, exist_ok=True)
        if before:
            # Thousands of links, made outside of this process, which has patients to answer meanwhile.
            subprocess.run(["cp", "-al", self._generations()[0], making], check=True)
        making.mkdir(exist_ok=True)
        _write_changes(making, _files(before) if before else {}, _files(generation))
        _put(making / "nginx.conf", configuration(generation, self.root.absolute()).encode())
        _put(making / "manifest", "".join(lines(generation)).encode())
        os.sync()
        os.rename(making, making.with_name(str(number)))
        return str(number)

    def _settle(self, generation, written):
        """Let the Answers of `generation` that are among the `written` ones be read from their files from now on."""
        there = {name: answer.digest for name, answer in _files(written).items()}
        for name, answer in _files(generation).items():
            if answer.held and there.get(name) == answer.digest:
                answer.source, answer.file = self, name
                answer.held = None

    def _switch_to(self, name):
        new = self.root / ".current"
        new.unlink(missing_ok=True)
        new.symlink_to(f"generations/{name}")
        os.replace(new, self.root / "current")

    def _prune(self):
        for folder in self._generations()[KEPT:]:
            shutil.rmtree(folder, ignore_errors=True)

    def _generations(self):
        """The folders of generations that were made to the end, the newest first."""
        folder = self.root / "generations"
        names = [name for name in os.listdir(folder) if name.isdecimal()] if folder.is_dir() else []
        return [folder / name for name in sorted(names, key=int, reverse=True)]

    @contextmanager
    def _locked(self):
        self.root.mkdir(parents=True, exist_ok=True)
        with open(self.root / "lock", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _whole(self, answer, encoding, folder):
        try:
            found = Path(folder, _name(answer, encoding)).read_bytes()
            whole = hashlib.sha256(unpack[encoding](found)).hexdigest() == answer.digest
        except Exception:  # Whatever a packer says of damaged bytes.
            return None
        return found if whole else None


def _name(answer, encoding):
    names = {PLAIN: answer.file, GZIP: f"{answer.file}.gz", BROTLI: f"packed/{answer.digest}.br"}
    return names[encoding]


def _files(generation):
    """Each file of a Generation, by name, with the Answer that it holds."""
    return {
        file_of(slug, path): answer
        for slug, pages in generation.pages.items()
        for path, answer in pages.answers.items()
    }


def _write_changes(folder, before, after):
    kept = {answer.digest for answer in after.values()}
    for name, answer in before.items():
        if name not in after or after[name].digest != answer.digest:
            for each in (name, f"{name}.gz"):
                (folder / each).unlink(missing_ok=True)
        if answer.digest not in kept:
            (folder / "packed" / f"{answer.digest}.br").unlink(missing_ok=True)
    for name, answer in after.items():
        if name not in before or before[name].digest != answer.digest:
            _put(folder / name, answer.body(PLAIN))
            if answer.packed:
                _put(folder / f"{name}.gz", answer.body(GZIP))
                _put(folder / "packed" / f"{answer.digest}.br", answer.body(BROTLI))


def _put(path, content):
    """Write a file anew: an old one of its name may be linked from another generation."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_bytes(content)


def _order(generation):
    return generation.marker.event, generation.marker.rendering, generation.at
