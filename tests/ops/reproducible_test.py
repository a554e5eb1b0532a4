#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""The program is what its source says: built once more in another place, under another name and time zone, it is the
same byte for byte.

    reproducible_test.py BIRGE SOURCE

BIRGE is what the main build made of SOURCE. Only the program itself is built again, without a compiler cache.
"""
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile


def run(command, cwd, env):
    done = subprocess.run(command, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        print(done.stdout[-4000:])
        sys.exit(f"{' '.join(command)}: failed")
    return done.stdout


def copy(source, to):
    """The files that are, or would be, in the repository; and the packages of the assets, which are installed."""
    names = run(["git", "ls-files", "-co", "--exclude-standard", "-z"], source, None).split("\0")
    for name in filter(None, names):
        if os.path.lexists(os.path.join(source, name)):
            os.makedirs(os.path.dirname(os.path.join(to, name)) or to, exist_ok=True)
            shutil.copy2(os.path.join(source, name), os.path.join(to, name), follow_symlinks=False)
    os.symlink(os.path.join(source, "assets/node_modules"), os.path.join(to, "assets/node_modules"))


def sha256(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def main():
    birge, source = (os.path.abspath(p) for p in sys.argv[1:3])
    if not os.path.isdir(os.path.join(source, ".git")) and not os.path.isfile(os.path.join(source, ".git")):
        print("skipped: no repository, so nobody knows which files belong to the source")
        return 77
    with tempfile.TemporaryDirectory(prefix="birge-another-place-with-a-longer-name-") as folder:
        other = os.path.join(folder, "source")
        os.makedirs(other)
        copy(source, other)
        env = dict(os.environ, TZ="Pacific/Auckland", LC_ALL="C", HOME=folder, CCACHE_DISABLE="1", USER="somebody-else")
        out = os.path.basename(os.path.dirname(birge))  # debug information names the folder inside of the source
        run(["meson", "setup", out, "-Dwerror=true"], other, env)
        run(["ninja", "-C", out, "birge"], other, env)
        first, second = sha256(birge), sha256(os.path.join(other, out, "birge"))
        print(f"{first}  here\n{second}  there")
        same = first == second
        print("1 passed, 0 failed" if same else "0 passed, 1 failed")
        return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
