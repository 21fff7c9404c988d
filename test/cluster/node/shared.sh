#!/bin/bash
# What suites that run at the same time share of the machine, none of which may go while one of them uses it: the folders
# that their namespaces mount something over, as the mounts would go along; and the control groups of their containers,
# which are all in one of containerd's. A folder that the machine lacks is made and marked. The last suite to end removes
# what is left, also of one that was killed.
#
#   shared.sh hold COMMAND...   makes the folders, and becomes the command
#   shared.sh release           removes what was made, unless somebody holds it
#
# The first process of a suite has the lock, so that the kernel releases it whatever ends the suite.
set -eu
# A machine without Kubernetes has none of them. The last is buildah's, the others are the node's.
folders='/var/lib/kubelet /var/lib/cni /etc/kubernetes /var/lib/containers'
lock=/var/lib
mark=.made-by-secretmount

hold() {
  exec 9<"$lock"
  flock --shared 9
  for folder in $folders; do
    [ -d "$folder" ] || { mkdir -p "$folder" && touch "$folder/$mark"; }
  done
  exec "$@"
}

release() {
  exec 9<"$lock"
  flock --exclusive --nonblock 9 || exit 0
  for folder in $folders; do
    [ ! -e "$folder/$mark" ] || { rm "$folder/$mark" && rmdir "$folder"; }
  done
  # The kernel keeps a group without processes until somebody removes its folder; one with processes it does not let go.
  for group in /sys/fs/cgroup/k8s.io /sys/fs/cgroup/*/k8s.io; do
    [ ! -d "$group" ] || find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
  done
}

"$@"
