// containerd and the kubelet: what runs pods. Settings are for a small machine that is not the kubelet's own.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tools } from '../tools/tools.ts';
import { NODE_IP, NODE_NAME } from './control-plane.ts';
import type { Daemon, Namespaces } from './namespaces.ts';

export const CONTAINERD_SOCKET = '/run/containerd.sock';
export const PAUSE_IMAGE = 'secretmount.test/pause:1';

/** As a machine's init does: it ends where containerd is not ready yet. */
const TRY_AGAIN = 'for _ in {1..10}; do "$@"; sleep 1; done';

interface Folders {
  readonly state: string;
  readonly logs: string;
}

/** Also after the machine went down: what lasts is in its folder. */
export async function startContainerd(namespaces: Namespaces, tools: Tools, folders: Folders): Promise<Daemon> {
  const folder = join(folders.state, 'containerd');
  const networks = join(folder, 'networks');
  await mkdir(networks, { recursive: true });
  // No masquerading: pods talk to the node only, and the machine may lack iptables. A /23 has room for the
  // kubelet's 250 pods.
  const network = {
    cniVersion: '0.4.0',
    name: 'pods',
    plugins: [
      {
        type: 'ptp',
        ipMasq: false,
        ipam: { type: 'host-local', subnet: '10.67.0.0/23', routes: [{ dst: '0.0.0.0/0' }] },
      },
    ],
  };
  await writeFile(join(networks, '10-pods.conflist'), JSON.stringify(network));
  const config = join(folder, 'config.toml');
  await writeFile(
    config,
    `version = 2
root = "${join(folder, 'root')}"
state = "/run/containerd"
[grpc]
  address = "${CONTAINERD_SOCKET}"
[plugins."io.containerd.internal.v1.opt"]
  path = "${join(folder, 'opt')}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE_IMAGE}"
  restrict_oom_score_adj = true
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${join(tools.debian, 'usr/lib/cni')}"
    conf_dir = "${networks}"
`,
  );
  const path = ['usr/bin', 'usr/sbin'].map((place) => join(tools.debian, place)).join(':');
  return namespaces.start('containerd', [tools.program('containerd'), '--config', config], folders.logs, {
    PATH: `${path}:${process.env['PATH']}`,
  });
}

export async function startKubelet(
  namespaces: Namespaces,
  tools: Tools,
  folders: Folders,
  nodeConfig: string,
): Promise<Daemon> {
  const config = join(folders.state, 'kubelet.json');
  await writeFile(
    config,
    JSON.stringify({
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
      cgroupDriver: 'cgroupfs',
      cgroupsPerQOS: false,
      enforceNodeAllocatable: [],
      failSwapOn: false,
      failCgroupV1: false,
      localStorageCapacityIsolation: false,
      resolvConf: '',
      volumePluginDir: '/var/lib/kubelet/volume-plugins',
      // A volume is republished with its pod's sync, by default each minute.
      syncFrequency: '5s',
      // Two of the kubelet's defaults that make a hundred pods at once a matter of minutes.
      kubeAPIQPS: 100,
      kubeAPIBurst: 200,
      maxPods: 250,
      evictionHard: { 'memory.available': '1Mi', 'nodefs.available': '0.1%', 'imagefs.available': '0.1%' },
      imageGCHighThresholdPercent: 100,
      authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
      authorization: { mode: 'AlwaysAllow' },
    }),
  );
  const flags = [
    `--config=${config}`,
    `--kubeconfig=${nodeConfig}`,
    `--hostname-override=${NODE_NAME}`,
    `--node-ip=${NODE_IP}`,
    '--root-dir=/var/lib/kubelet',
  ];
  const kubelet = [tools.program('kubelet'), ...flags];
  return namespaces.start('kubelet', ['bash', '-c', TRY_AGAIN, 'kubelet', ...kubelet], folders.logs);
}
