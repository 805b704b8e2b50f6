#!/bin/busybox sh
# SPDX-License-Identifier: Apache-2.0
#
# First process of the guest: addresses, soft-RoCE on eth0, then the program that the test talks to.
# The addresses are those that session.cpp expects: endpoint 1, guest 2.
/bin/busybox --install -s /bin 2>/dev/null
export PATH=/bin:/sbin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev

for module in virtio_pci virtio_net virtio_console ib_uverbs rdma_rxe; do
  modprobe "$module" || echo "interop: no module $module"
done
until [ -e /sys/class/net/eth0 ]; do sleep 0.02; done
echo 0 >/proc/sys/net/ipv6/conf/eth0/accept_dad
/bin/ip link set lo up
/bin/ip link set eth0 mtu 4400 up # room for the headers of a packet with 4096 bytes
/bin/ip addr add 10.0.0.2/24 dev eth0
/bin/ip -6 addr add fd00::2/64 dev eth0 nodad
# The endpoint answers neither ARP nor neighbour solicitations.
/bin/ip neigh add 10.0.0.1 lladdr 02:45:4c:00:00:01 dev eth0 nud permanent
/bin/ip neigh add fd00::1 lladdr 02:45:4c:00:00:01 dev eth0 nud permanent
rdma link add rxe0 type rxe netdev eth0 || echo "interop: no soft-RoCE device"

port=
until [ -n "$port" ]; do
  for name in /sys/class/virtio-ports/*/name; do
    [ "$(cat "$name" 2>/dev/null)" = interop ] && port=$(basename "$(dirname "$name")")
  done
done
echo "interop: ready after $(cut -d' ' -f1 /proc/uptime) s"
interop_guest "/dev/$port"
echo "interop: the program ended with $?"
poweroff -f
