#!/bin/bash
# What a machine loses with its power, once its kubelet and containerd are killed: every container, every mount below the
# folders that are on a disk elsewhere, and all of /run. Those folders keep their files and the bare mount points, and
# with them the dead sockets. Other daemons of the node stand for other machines and stay.
set -u

# Shims leave the process group of containerd. Containers are told by their control group, wherever they moved.
containers() {
  pgrep -x containerd-shim
  grep -lsE '^[0-9]+:[^:]*:.*/k8s\.io/' /proc/[0-9]*/cgroup | cut -d/ -f3
}
# One that is being started is not among those that were listed.
while pids=$(containers) && [ -n "$pids" ]; do
  kill -KILL $pids 2>/dev/null
  sleep 0.05
done

tac /proc/self/mountinfo | while read -r _ _ _ _ target _; do
  case $target in
    /run/* | /var/run/* | /var/lib/kubelet/*) umount --lazy "$target" ;;
  esac
done
find /run -mindepth 1 -delete

# The kubelet tells by it that the machine was rebooted.
cat /proc/sys/kernel/random/uuid >/run/boot-id
mount --bind /run/boot-id /proc/sys/kernel/random/boot_id
