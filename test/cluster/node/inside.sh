#!/bin/bash
# First process of the node's namespaces: makes the machine look as a kubelet wants it, for itself only, says `ready`,
# and lives as long as its standard input is open. When it ends, the kernel ends all that runs beside it, so the node
# goes with the suite, whatever ended the suite.
#
#   inside.sh STATE MEMORY...   the node's folder on the machine's disk, and those it has in memory
set -eu
state=$1
shift

# The kubelet hands mounts into containers and the driver's mounts back out: both need propagation within the node.
mount --make-rshared /

# The node reads the machine's files and writes none of them: what it leaves is in its own folders, where it is searched
# and removed, and no other suite sees it.
mount --bind "$state" "$state"
mounts=$(cat /proc/self/mountinfo)
while read -r _ _ _ _ target _; do
  # Spaces are written as \040 there.
  printf -v target %b "$target"
  case $target in
    "$state" | /proc | /proc/* | /sys | /sys/* | /dev | /dev/*) ;;
    # One that another covers cannot be reached, nor written.
    *) mount -o remount,bind,ro "$target" || [ ! -e "$target" ] ;;
  esac
done <<<"$mounts"

# 127.0.0.1 is not an address for a node. 10.96.0.1 is the API server's service address: with it on this machine the
# server answers there itself, and pods need no kube-proxy.
ip link set lo up
ip addr add 10.66.0.1/32 dev lo
ip addr add 10.96.0.1/32 dev lo

# Each is empty and the node's own.
for folder; do
  mount -t tmpfs -o mode=755 tmpfs "$folder"
done
chmod 1777 /dev/shm
[ "$(readlink -f /var/run)" = /run ] || mount --rbind /run /var/run

# The kubelet wants these settings of the kernel; it reads them here and leaves the machine's own alone.
for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1; do
  file=/run/kernel-${setting//\//-}
  echo "${setting#*=}" >"$file"
  mount --bind "$file" "/proc/sys/${setting%=*}"
done

echo ready
# bash reaps what is orphaned meanwhile.
while read -r _; do :; done
