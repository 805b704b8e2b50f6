# SPDX-License-Identifier: Apache-2.0
#
# Makes what a QEMU guest with soft-RoCE boots: the kernel of the distribution, not installed but
# unpacked into a cache, and an initramfs with busybox, the verbs library and our own program.

import contextlib
import fcntl
import hashlib
import lzma
import os
import re
import shutil
import struct
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODULES = ("virtio_pci", "virtio_net", "virtio_console", "ib_uverbs", "rdma_rxe", "crc32_generic")
# Programs that the host must have; setup.sh --tests installs their packages.
TOOLS = {"qemu-system-x86_64": "qemu-system-x86", "busybox": "busybox-static", "cpio": "cpio",
         "depmod": "kmod", "modprobe": "kmod", "ip": "iproute2", "rdma": "iproute2",
         "apt-get": "apt", "apt-cache": "apt", "ldd": "libc-bin"}
PROVIDERS = Path("/usr/lib/x86_64-linux-gnu/libibverbs")
SEARCH_PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


class Unavailable(Exception):
    """The guest cannot be made on this machine; the text says why."""


def tool(name):
    found = shutil.which(name, path=SEARCH_PATH)
    if found is None:
        raise Unavailable(f"{name} is missing (package {TOOLS[name]}; scripts/setup.sh --tests)")
    return found


def run(*command, **options):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True,
                          text=True, **options).stdout


@contextlib.contextmanager
def locked(directory):
    """One process at a time changes the cache."""
    directory.mkdir(parents=True, exist_ok=True)
    with open(directory / "lock", "w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def vmlinux_of(image):
    """The ELF file inside a bzImage: QEMU starts it directly, which saves its decompression."""
    offset = ((image[0x1F1] or 4) + 1) * 512
    payload_offset, payload_length = struct.unpack_from("<II", image, 0x248)
    payload = image[offset + payload_offset:offset + payload_offset + payload_length]
    if payload[:6] != b"\xfd7zXZ\0":
        return None
    return lzma.LZMADecompressor().decompress(payload)


def libraries_of(program):
    """Shared libraries that the dynamic linker loads for `program`, itself included."""
    listing = subprocess.run([tool("ldd"), str(program)], check=False, capture_output=True,
                             text=True).stdout  # fails for a static program, which needs none
    return sorted(set(re.findall(r"(/\S+\.so\S*)", listing)))


def add_file(root, source, target=None):
    target = root / (target or str(source).lstrip("/"))
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)


def add_program(root, source, target):
    add_file(root, source, target)
    for library in libraries_of(source):
        add_file(root, library)


def copy_modules(source, target):
    """MODULES and those that they need, from an unpacked kernel package into a tree of their own."""
    release = next((source / "lib/modules").iterdir()).name
    run(tool("depmod"), "-b", source, release)
    for module in MODULES:
        steps = run(tool("modprobe"), "-d", source, "-S", release, "--show-depends", module)
        for path in re.findall(r"^insmod (\S+)", steps, re.M):
            add_file(target, path, Path("lib/modules") / path.split("/lib/modules/", 1)[1])
    for name in ("modules.order", "modules.builtin"):
        add_file(target, source / "lib/modules" / release / name, f"lib/modules/{release}/{name}")
    run(tool("depmod"), "-b", target, release)


def fetch_kernel(cache):
    """The kernel that linux-image-amd64 stands for and MODULES with what they need, once."""
    kernel = cache / f"kernel-{hashlib.sha256(' '.join(MODULES).encode()).hexdigest()[:8]}"
    if (kernel / "vmlinux").exists():
        return kernel
    depends = subprocess.run([tool("apt-cache"), "depends", "linux-image-amd64"], check=False,
                             capture_output=True, text=True).stdout
    package = re.search(r"Depends: (linux-image-\S+)", depends)
    if package is None:
        raise Unavailable("apt knows no package linux-image-amd64 (apt-get update)")
    work = cache / "kernel.part"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    fetched = subprocess.run([tool("apt-get"), "-q", "-o", "APT::Sandbox::User=root", "download",
                              package.group(1)], cwd=work, check=False, capture_output=True,
                             text=True)
    archives = list(work.glob("*.deb"))
    if fetched.returncode != 0 or len(archives) != 1:
        reason = (fetched.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Unavailable(f"apt-get could not download {package.group(1)}: {reason}")
    root = work / "root"
    run("dpkg", "-x", archives[0], root)
    archives[0].unlink()
    image = next((root / "boot").glob("vmlinuz-*")).read_bytes()
    elf = vmlinux_of(image)
    (work / "vmlinux").write_bytes(image if elf is None else elf)
    copy_modules(root, work / "modules")
    shutil.rmtree(root)
    work.rename(kernel)
    return kernel


def build_initramfs(cache, kernel, guest_program):
    """An archive of everything that the guest runs; made again when a part of it changes."""
    provider = next(iter(PROVIDERS.glob("librxe-*.so")), None)
    if provider is None:
        raise Unavailable("the verbs provider of soft-RoCE is missing (package ibverbs-providers)")
    parts = [HERE / "guest_image.py", HERE / "guest_init.sh", Path(guest_program), provider,
             Path(tool("busybox"))]
    digest = hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()
    archive = cache / f"initramfs-{digest[:16]}.cpio"
    if archive.exists():
        return archive
    root = cache / "initramfs.part"
    shutil.rmtree(root, ignore_errors=True)
    for name in ("bin", "sbin", "proc", "sys", "dev", "tmp", "etc/libibverbs.d"):
        (root / name).mkdir(parents=True)
    add_program(root, tool("busybox"), "bin/busybox")
    (root / "sbin/modprobe").symlink_to("../bin/busybox")  # the kernel calls it by this name
    add_program(root, tool("ip"), "bin/ip")
    add_program(root, tool("rdma"), "bin/rdma")
    add_program(root, guest_program, "bin/interop_guest")
    add_program(root, provider, str(provider).lstrip("/"))
    add_file(root, "/etc/libibverbs.d/rxe.driver")
    add_file(root, HERE / "guest_init.sh", "init")
    (root / "init").chmod(0o755)
    shutil.copytree(kernel / "modules", root, dirs_exist_ok=True)
    names = "\n".join(sorted(str(p.relative_to(root)) for p in root.rglob("*")))
    with open(cache / "initramfs.cpio.part", "wb") as file:
        subprocess.run([tool("cpio"), "-o", "-H", "newc", "-R", "0:0", "--quiet"], cwd=root,
                       input=names.encode(), stdout=file, check=True)
    for old in cache.glob("initramfs-*.cpio"):
        old.unlink()
    (cache / "initramfs.cpio.part").rename(archive)
    shutil.rmtree(root)
    return archive


def guest_image(cache, guest_program):
    """(kernel, initramfs), from the cache or made; raises Unavailable with the reason."""
    for name in TOOLS:
        tool(name)
    with locked(cache):
        kernel = fetch_kernel(cache)
        return kernel / "vmlinux", build_initramfs(cache, kernel, guest_program)
