# SPDX-License-Identifier: AGPL-3.0-or-later
"""A disk of our own whose power can be cut: a file, a loop device, XFS or ext4, and the shutdown ioctl.

FS_IOC_SHUTDOWN with NOLOGFLUSH drops at once what was not written: page cache and journal in memory are gone, only what a
sync brought to the device is there after the next mount. kill -9 shows nothing of the kind, since the cache survives it.
"""
import fcntl
import os
import shutil
import struct
import subprocess
import time

FS_IOC_SHUTDOWN = 0x8004587D  # _IOR('X', 125, uint32_t)
NO_LOG_FLUSH = 2


def why_not(kind):
    """Why no such disk can be made here; None when one can."""
    if os.geteuid() != 0:
        return "loop devices and mounts need root"
    if not os.path.exists("/dev/loop-control"):
        return "the machine has no loop devices"
    if not shutil.which(f"mkfs.{kind}", path="/usr/sbin:/sbin:/usr/bin:/bin"):
        return f"mkfs.{kind} is not installed (Debian: {'xfsprogs' if kind == 'xfs' else 'e2fsprogs'})"
    with open("/proc/filesystems", encoding="ascii") as f:
        if kind not in f.read().split():
            return f"the kernel knows no {kind}"
    return None


class Disk:
    def __init__(self, kind, folder, megabytes=600):
        self.kind, self.image, self.at = kind, os.path.join(folder, kind + ".img"), os.path.join(folder, kind)
        os.makedirs(self.at, exist_ok=True)
        self.device = None
        try:
            self._run("fallocate", "-l", f"{megabytes}M", self.image)
            self.device = self._run("losetup", "-f", "--show", self.image).strip()
            self._run(f"mkfs.{kind}", "-q", self.device)
            self._run("mount", self.device, self.at)
        except BaseException:
            self.close()
            raise

    @staticmethod
    def _run(*command):
        done = subprocess.run(command, capture_output=True, text=True, check=False,
                              env={**os.environ, "PATH": "/usr/sbin:/sbin:/usr/bin:/bin"})
        if done.returncode != 0:
            raise OSError(f"{' '.join(command)}: {done.stderr.strip()}")
        return done.stdout

    def cut(self):
        """The power goes."""
        fd = os.open(self.at, os.O_RDONLY)
        try:
            fcntl.ioctl(fd, FS_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(fd)

    def back(self):
        """The power comes back: nobody has files open any more, the file system replays its journal."""
        end = time.monotonic() + 10
        while True:
            try:
                self._run("umount", self.at)
                break
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.01)
        self._run("mount", self.device, self.at)

    def close(self):
        for command in (["umount", "-l", self.at], ["losetup", "-d", self.device] if self.device else None):
            if command:
                subprocess.run(command, capture_output=True, check=False)
        if os.path.exists(self.image):
            os.unlink(self.image)
