// What each file of chart-values/ must bring about in what helm renders, and which values must be refused.
import assert from 'node:assert/strict';

// biome-ignore lint/suspicious/noExplicitAny: objects of Kubernetes, looked into by the asserts below
export type Rendered = Readonly<Record<string, any>>;

export const EXPECTED: Readonly<Record<string, (objects: Rendered) => void>> = {
  image(objects) {
    const { containers, imagePullSecrets } = pod(objects);
    assert.match(containers[0].image, /^registry\.example\.com\/team\/secretmount@sha256:0123456789abcdef/);
    assert.equal(containers[0].imagePullPolicy, 'Always');
    assert.deepEqual(imagePullSecrets, [{ name: 'registry' }]);
    // What the defaults are, looked at where nothing changes them: each name in each folder that the driver looks into.
    for (const [name, path] of [
      ['additional-sockets', '/etc/kubernetes/secrets-store-csi-providers'],
      ['sockets', '/var/run/secrets-store-csi-providers'],
    ] as const) {
      includes(args(objects), [`--endpoint=${path}/vault.sock`, `--endpoint=${path}/openbao.sock`]);
      assert.deepEqual(volume(objects, name).hostPath, { path, type: 'DirectoryOrCreate' });
      assert.deepEqual(
        containers[0].volumeMounts.find((one: { name: string }) => one.name === name),
        { name, mountPath: path },
      );
    }
  },
  'parent-chart'(objects) {
    const { containers, imagePullSecrets, hostNetwork } = pod(objects);
    assert.equal(containers[0].image, 'mirror.example.com/cache/team/secretmount:0.1.0');
    assert.deepEqual(imagePullSecrets, [{ name: 'mirror' }, { name: 'registry' }]);
    // Not the node's 8080.
    assert.equal(hostNetwork, true);
    assert.equal(containers[0].ports[0].containerPort, 18080);
    includes(args(objects), ['--http-addr=:18080']);
    const alerts = objects['PrometheusRule'].spec.groups[0].rules.map(({ alert }: { alert: string }) => alert);
    assert.ok(alerts.includes('SecretmountDown'));
    assert.ok(!alerts.includes('SecretmountVersionKeyMissing'), 'no alert on what is switched off');
    // byKind refuses a key that stands twice.
    assert.equal(objects['DaemonSet'].metadata.labels['app.kubernetes.io/version'], 'theirs');
    assert.equal(objects['DaemonSet'].spec.template.metadata.labels.team, 'nodes');
    for (const kind of ['PodMonitor', 'PrometheusRule', 'ConfigMap'])
      assert.equal(objects[kind].metadata.labels.team, kind, kind);
    assert.equal(objects['DaemonSet'].metadata.labels['app.kubernetes.io/name'], 'secretmount');
  },
  names(objects) {
    const { metadata, spec } = objects['DaemonSet'];
    assert.equal(metadata.name, 'secrets-provider');
    assert.equal(metadata.labels.team, 'platform');
    assert.equal(spec.template.metadata.labels['app.kubernetes.io/name'], 'provider');
    assert.equal(spec.template.metadata.labels.tier, 'node');
    assert.deepEqual(spec.template.metadata.annotations, { 'example.com/note': 'hello' });
    assert.equal(objects['ServiceAccount'].metadata.annotations['example.com/owner'], 'platform');
    assert.equal(objects['RoleBinding'].subjects[0].name, 'provider');
    const sockets = args(objects).filter((arg) => arg.startsWith('--endpoint'));
    assert.deepEqual(sockets, ['--endpoint=/var/run/secrets-store-csi-providers/secretmount.sock']);
    assert.equal(volume(objects, 'sockets').hostPath.path, '/var/lib/secrets-store-csi-providers');
    assert.equal(volume(objects, 'additional-sockets'), undefined);
  },
  store(objects) {
    includes(args(objects), [
      '--vault-addr=https://vault.example.com:8200',
      '--vault-namespace=team-a',
      '--vault-mount=kubernetes-prod',
      '--vault-tls-server-name=vault.internal',
      '--vault-tls-skip-verify',
      '--vault-tls-ca-cert=/etc/secretmount/ca/bundle.pem',
      '--vault-tls-client-cert=/etc/secretmount/client/cert.pem',
      '--vault-tls-client-key=/etc/secretmount/client/key.pem',
    ]);
    assert.equal(volume(objects, 'ca').secret.secretName, 'vault-ca');
    assert.deepEqual(volume(objects, 'client').secret, { secretName: 'vault-client', defaultMode: 256 });
  },
  'trust-bundle'(objects) {
    includes(args(objects), ['--vault-tls-ca-cert=/etc/secretmount/ca/ca.crt']);
    assert.equal(volume(objects, 'ca').configMap.name, 'trust');
  },
  'token-request'(objects) {
    includes(args(objects), [
      '--audience=https://vault.example.com',
      '--token-request=auto',
      '--hmac-secret-name=openbao-csi-provider-hmac-key',
    ]);
    assert.deepEqual(objects['ClusterRole'].rules, [
      { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] },
      { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
    ]);
    assert.deepEqual(objects['Role'].rules, [
      { apiGroups: [''], resources: ['secrets'], resourceNames: ['openbao-csi-provider-hmac-key'], verbs: ['get'] },
    ]);
  },
  'no-api-server'(objects) {
    assert.deepEqual(Object.keys(objects), ['NetworkPolicy', 'DaemonSet']);
    assert.deepEqual(objects['NetworkPolicy'].spec.ingress, []);
    assert.equal(pod(objects).automountServiceAccountToken, false);
    assert.equal(pod(objects).serviceAccountName, 'default');
    assert.deepEqual(pod(objects).containers[0].env, [{ name: 'KUBERNETES_SERVICE_HOST', value: '' }]);
  },
  'own-account'(objects) {
    assert.deepEqual(Object.keys(objects), ['NetworkPolicy', 'DaemonSet']);
    assert.equal(pod(objects).serviceAccountName, 'prepared');
    assert.equal(pod(objects).automountServiceAccountToken, true);
  },
  safety(objects) {
    includes(args(objects), [
      '--addresses=listed',
      '--allow-store-address=https://vault.example.com:8200',
      '--allow-store-address=unix:///var/run/vault/agent.sock',
      '--tls-dir=/etc/secretmount',
      '--tls-dir=/etc/ssl/certs',
      '--tls-dir=/var/run/secrets/kubernetes.io/serviceaccount/ca.crt',
      '--tls-dir=/srv/certificates',
      '--deny-skip-verify',
      '--require-namespaces',
      '--session-scope=pod',
    ]);
    const { securityContext, containers } = pod(objects);
    assert.deepEqual(securityContext, {
      seLinuxOptions: { type: 'spc_t' },
      seccompProfile: { type: 'RuntimeDefault' },
    });
    assert.deepEqual(containers[0].securityContext.capabilities, { drop: ['ALL'] });
    assert.equal(containers[0].securityContext.privileged, false);
  },
  hardened(objects) {
    const { containers, hostNetwork } = pod(objects);
    includes(args(objects), [
      '--addresses=listed',
      '--token-request=off',
      '--deny-skip-verify',
      '--require-namespaces',
    ]);
    assert.deepEqual(tlsFolders(objects), ['/etc/secretmount']);
    assert.equal(hostNetwork, false);
    // No right but the one on the version key's Secret.
    assert.deepEqual(Object.keys(objects).toSorted(), [
      ...['DaemonSet', 'NetworkPolicy', 'Role', 'RoleBinding', 'ServiceAccount'],
    ]);
    assert.equal(containers[0].env, undefined);
    const { policyTypes, ingress } = objects['NetworkPolicy'].spec;
    assert.deepEqual([policyTypes, ingress], [['Ingress'], []]);
  },
  'hardened-leases'(objects) {
    includes(args(objects), ['--addresses=listed', '--allow-store-address=https://gateway.example.com/vault']);
    assert.deepEqual(tlsFolders(objects), ['/etc/secretmount', '/etc/certificates/ca.crt']);
    const pods = { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] };
    assert.deepEqual(objects['ClusterRole'].rules, [pods]);
    assert.equal(pod(objects).containers[0].env[0].name, 'NODE_NAME');
    const { policyTypes, ingress, egress } = objects['NetworkPolicy'].spec;
    assert.deepEqual([policyTypes, ingress.length, ingress[0].from.length], [['Ingress', 'Egress'], 1, 1]);
    assert.equal(egress.length, 1);
  },
  behaviour(objects) {
    includes(args(objects), [
      '--mount-timeout=60s',
      '--max-stale=12h',
      '--log-level=debug',
      '--log-format=text',
      '--poll-window=10s',
      '--max-retries=3',
    ]);
    assert.equal(pod(objects).terminationGracePeriodSeconds, 75);
    const { env, volumeMounts } = pod(objects).containers[0];
    assert.deepEqual(env, [
      { name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
      { name: 'HTTPS_PROXY', value: 'http://proxy.example.com:3128' },
    ]);
    assert.equal(volumeMounts.at(-1).mountPath, '/etc/certificates');
    assert.deepEqual(tlsFolders(objects), [
      '/etc/secretmount',
      '/etc/ssl/certs',
      '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt',
      '/etc/certificates',
    ]);
    assert.equal(volume(objects, 'certificates').configMap.name, 'certificates');
  },
  node(objects) {
    const { containers, ...spec } = pod(objects);
    includes(args(objects), ['--http-addr=127.0.0.1:9102']);
    for (const probe of ['livenessProbe', 'readinessProbe'])
      assert.equal(containers[0][probe].httpGet.host, '127.0.0.1');
    assert.equal(containers[0].ports[0].containerPort, 9102);
    assert.equal(containers[0].resources.limits.memory, '256Mi');
    assert.equal(spec.priorityClassName, 'node-high');
    assert.equal(spec.tolerations[0].key, 'node-role.kubernetes.io/control-plane');
    assert.deepEqual(spec.nodeSelector, { 'kubernetes.io/os': 'linux', secrets: 'yes' });
    assert.ok(spec.affinity.nodeAffinity);
    assert.equal(spec.hostNetwork, true);
    assert.equal(spec.dnsPolicy, 'ClusterFirstWithHostNet');
    const { rollingUpdate } = objects['DaemonSet'].spec.updateStrategy;
    assert.deepEqual(rollingUpdate, { maxUnavailable: '10%', maxSurge: 0 });
  },
  'on-delete'(objects) {
    assert.deepEqual(objects['DaemonSet'].spec.updateStrategy, { type: 'OnDelete' });
  },
  network(objects) {
    const { policyTypes, ingress, egress } = objects['NetworkPolicy'].spec;
    assert.deepEqual(policyTypes, ['Ingress', 'Egress']);
    assert.deepEqual(ingress[0].ports, [{ port: 'http', protocol: 'TCP' }]);
    assert.equal(ingress[0].from.length, 1);
    assert.equal(egress.length, 2);
  },
  monitoring(objects) {
    const { podMetricsEndpoints } = objects['PodMonitor'].spec;
    assert.equal(podMetricsEndpoints[0].interval, '15s');
    assert.equal(objects['PodMonitor'].metadata.labels.release, 'prometheus');
    const [{ ports, from }] = objects['NetworkPolicy'].spec.ingress;
    assert.deepEqual(ports, [{ port: 'http', protocol: 'TCP' }]);
    assert.equal(from[0].podSelector.matchLabels['app.kubernetes.io/name'], 'prometheus');
    includes(args(objects), ['--http-addr=:8080']);
    const { metadata, spec } = objects['PrometheusRule'];
    assert.equal(metadata.labels.release, 'prometheus');
    const { rules } = spec.groups[0];
    assert.ok(rules.length >= 5);
    for (const { alert, labels, annotations, expr, for: time } of rules) {
      assert.equal(labels.severity, 'page', 'its own counts');
      assert.equal(labels.team, 'platform', alert);
      assert.ok(annotations.summary && annotations.description, alert);
      // What happened once does not last.
      const ofItsOwn = { SecretmountCredentialsNearEnd: '2m' }[alert as string];
      if (!/Restarts|CredentialsLost|PairsSplit|Faults/.test(alert)) assert.equal(time, ofItsOwn ?? '5m', alert);
      if (alert === 'SecretmountDown') assert.match(expr, /job="secretmount\/secretmount"/);
    }
    const { data, metadata: map } = objects['ConfigMap'];
    assert.equal(map.labels.grafana_dashboard, '1');
    assert.equal(map.annotations.grafana_folder, 'Platform');
    assert.equal(JSON.parse(data['secretmount.json']).title, 'Secretmount');
  },
};

const HARDENED = 'hardened.enabled=true,store.address=https://vault.example.com';

/** A setting, and words of the refusal. */
export const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['replicas=2', /additional ?properties/i],
  ['store.adress=https://vault.example.com', /additional ?properties/i],
  ['store.address=vault.example.com', /pattern/],
  ['providerSockets=null', /providerSockets/],
  ['providerSockets[0]=../vault', /pattern/],
  ['additionalSocketFolder=secrets-store-csi-providers', /pattern/],
  ['socketFolder=/etc/kubernetes/secrets-store-csi-providers/', /is the socketFolder/],
  ['mountTimeoutSeconds=120', /110/],
  ['log.level=verbose', /log.level|log\/level/],
  ['image.digest=latest', /pattern/],
  ['image.repository=', /image.repository: no image is published yet; push the one/],
  ['imagePullSecrets[0]=registry', /imagePullSecrets/],
  ['global.imageRegistry=5', /imageRegistry/],
  ['resources.limit.memory=1Gi', /additional ?properties/i],
  ['resources.limits.memroy=1Gi', /memroy|propert/i],
  ['resources.limits.memory=1 GB', /resources/],
  ['commonLabels.app\\.kubernetes\\.io/name=provider', /commonLabels/],
  ['podLabels.app\\.kubernetes\\.io/instance=other', /podLabels/],
  ['extraArgs[0]=serve', /pattern/],
  ['store.ca.secretName=a,store.ca.configMapName=b', /not both/],
  ['tlsFolders[0]=certificates', /pattern/],
  ['denySkipVerify=true,store.tlsSkipVerify=true', /contradict each other/],
  ['hardened.enabled=true', /set store.address or allowedAddresses/],
  [`${HARDENED},tokenRequest.enabled=true`, /act as any service account/],
  [`${HARDENED},store.tlsSkipVerify=true`, /unchecked/],
  [`${HARDENED},hostNetwork=true`, /does not count on the node's network/],
  [`${HARDENED},podMonitor.enabled=true`, /networkPolicy.from/],
];

function pod(objects: Rendered): Rendered[string] {
  return objects['DaemonSet'].spec.template.spec;
}

function args(objects: Rendered): readonly string[] {
  return pod(objects).containers[0].args;
}

function tlsFolders(objects: Rendered): readonly string[] {
  return args(objects).flatMap((arg) => /^--tls-dir=(.*)$/.exec(arg)?.[1] ?? []);
}

function volume(objects: Rendered, name: string): Rendered[string] {
  return pod(objects).volumes.find((one: { name: string }) => one.name === name);
}

function includes(all: readonly string[], some: readonly string[]): void {
  for (const one of some) assert.ok(all.includes(one), `${one} is missing`);
}
