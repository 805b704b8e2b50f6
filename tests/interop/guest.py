# SPDX-License-Identifier: Apache-2.0
#
# A running QEMU guest: one Ethernet port and one control channel, both inherited sockets.

import socket
import subprocess

import guest_image

KERNEL_ARGUMENTS = ("console=ttyS0 quiet panic=-1 nokaslr mitigations=off cryptomgr.notests "
                    "no_timer_check random.trust_cpu=on")
MAC = "02:45:4c:00:00:02"
MEGABYTES = 192


class Guest:
    """Boots in the background. `ethernet` and `control` are the sockets to talk to it."""

    def __init__(self, image, log_path):
        kernel, initramfs = image
        self.ethernet, ethernet = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.control, control = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self.log_path = log_path
        command = [
            guest_image.tool("qemu-system-x86_64"), "-nodefaults", "-no-user-config", "-no-reboot",
            "-display", "none", "-machine", "q35,accel=tcg", "-cpu", "max,la57=off",
            "-m", str(MEGABYTES), "-kernel", kernel, "-initrd", initramfs,
            "-append", KERNEL_ARGUMENTS, "-serial", f"file:{log_path}",
            "-netdev", f"dgram,id=net,local.type=fd,local.str={ethernet.fileno()}",
            "-device", f"virtio-net-pci,netdev=net,mac={MAC}",
            "-chardev", f"socket,id=control,fd={control.fileno()}",
            "-device", "virtio-serial-pci",
            "-device", "virtserialport,chardev=control,name=interop"]
        self.process = subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, pass_fds=(ethernet.fileno(), control.fileno()))
        ethernet.close()
        control.close()

    def log(self):
        """What the guest's console showed, and what QEMU said."""
        said = self.process.stdout.read() if self.process.poll() is not None else ""
        try:
            return self.log_path.read_text(encoding="utf-8", errors="replace") + said
        except OSError:
            return said

    def stop(self):
        """Ends QEMU; the guest keeps nothing that could be lost."""
        self.ethernet.close()
        self.control.close()
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
