"""Makes Debian as it is in the images debian:…-slim, using debootstrap."""

import os
import shutil
import subprocess
from pathlib import Path

from namespaces import in_own_namespaces, unmount_below

DEBOOTSTRAP = "/usr/sbin/debootstrap"
# dpkg's options in those images: what the images leave out is also left out of packages installed later.
DPKG = """\
force-unsafe-io
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/info/*
path-exclude /usr/share/linda/*
path-exclude /usr/share/lintian/overrides/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
path-exclude /usr/share/groff/*
"""
APT = """\
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin || true"; };
APT::Update::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin || true"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Acquire::Languages "none";
Acquire::GzipIndexes "true";
APT::AutoRemove::SuggestsImportant "false";
"""
EMPTIED = ("dev", "proc", "run", "sys", "tmp")
WITHOUT_FILES = ("var/cache/apt", "var/lib/apt/lists", "var/log")
LEFT_OUT = ("doc", "info", "linda", "lintian/overrides", "locale", "man", "groff")


class NoBaseSystem(Exception):
    """debootstrap is missing, or it cannot get packages."""


def make_base_system(release, root):
    """Makes a release of Debian, for example `trixie`, in a folder that does not exist yet."""
    if not os.access(DEBOOTSTRAP, os.X_OK):
        raise NoBaseSystem("debootstrap is not installed")
    made = subprocess.run(
        in_own_namespaces([DEBOOTSTRAP, "--variant=minbase", release, str(root)]),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    unmount_below(root)
    if made.returncode != 0:
        raise NoBaseSystem(f"debootstrap: {made.stdout[-1000:]}")
    make_slim(release, root)


def make_slim(release, root):
    (root / "etc/dpkg/dpkg.cfg.d/docker").write_text(DPKG, encoding="ascii")
    (root / "etc/apt/apt.conf.d/docker").write_text(APT, encoding="ascii")
    policy = root / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n", encoding="ascii")
    policy.chmod(0o755)
    sources = root / "etc/apt/sources.list"
    line = sources.read_text(encoding="ascii").strip()
    more = [line.replace(f" {release} ", f" {release}-updates "),
            line.replace(f"/debian {release} ", f"/debian-security {release}-security ")]
    sources.write_text("\n".join([line, *more, ""]), encoding="ascii")
    for folder in EMPTIED:
        for each in (root / folder).iterdir():
            if each.is_dir() and not each.is_symlink():
                shutil.rmtree(each)
            else:
                each.unlink()
    for folder in WITHOUT_FILES:
        for each in (root / folder).rglob("*"):
            if not each.is_dir():
                each.unlink()
    for file in ("resolv.conf", "hosts", "hostname"):
        (root / "etc" / file).write_text("", encoding="ascii")
    for folder in LEFT_OUT:
        for each in sorted((root / "usr/share" / folder).rglob("*"), reverse=True):
            leave_out(each)


def leave_out(path: Path):
    if path.is_dir() and not path.is_symlink():
        if not any(path.iterdir()):
            path.rmdir()
    elif path.name != "copyright":
        path.unlink()
