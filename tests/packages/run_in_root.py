"""run_in_root.py DESCRIPTION: becomes a program inside a folder, like the first process of a container.

It must be started in namespaces of its own, so that its mounts and its network disappear with it. DESCRIPTION
is JSON:

  root         the folder
  command      the program, looked up in PATH, and its arguments
  environment  the program's environment variables
  user         the ids of the user, the group and all groups
  folder       the working directory
  mounts       true if /proc, /dev and the files about the network should exist
  volumes      folders of this machine, by their paths inside
  loopback     true if the network is new, so that its loopback must be switched on
"""

import ctypes
import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import sys

SIOCSIFFLAGS = 0x8914
IFF_UP = 1
PR_SET_PDEATHSIG = 1


def switch_on_loopback():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)


def mount_system(root):
    mount("-t", "proc", "proc", f"{root}/proc")
    mount("--rbind", "/dev", f"{root}/dev")
    for file in ("/etc/resolv.conf", "/etc/hosts"):
        mount("--bind", file, root + file)


def main():
    wanted = json.loads(sys.argv[1])
    root = wanted["root"]
    if wanted["loopback"]:
        switch_on_loopback()
    if wanted["mounts"]:
        mount_system(root)
    for seen, folder in wanted["volumes"].items():
        os.makedirs(root + seen, exist_ok=True)
        mount("--bind", folder, root + seen)
    user, group, groups = wanted["user"]
    libc = ctypes.CDLL(None)
    os.chroot(root)
    os.chdir(wanted["folder"])
    os.setgroups(groups)
    os.setgid(group)
    os.setuid(user)
    # Changing the user clears PR_SET_PDEATHSIG, so it is set again: this process ends with its parent.
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    command = wanted["command"]
    os.execvpe(command[0], command, wanted["environment"])


main()
