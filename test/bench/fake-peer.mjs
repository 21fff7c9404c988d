#!/usr/bin/env node
// Another provider as the bench starts one, of the least that can be: takes HashiCorp's flags, logs in as the pod, reads
// its objects one after the other, and fetches its key from the API server for each mount, as that one does.
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { parseArgs } from 'node:util';
import { loadPackageDefinition, Server, ServerCredentials } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { parse } from 'yaml';

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const single = process.argv.slice(2).map((word) => word.replace(/^-(?=\w)/, '--'));
const text = { type: 'string' };
const { values } = parseArgs({
  args: single,
  options: { endpoint: text, 'health-addr': text, 'vault-addr': text, 'vault-tls-ca-cert': text },
});
const ca = readFileSync(`${ACCOUNT}/ca.crt`);
const namespace = readFileSync(`${ACCOUNT}/namespace`, 'utf8');
const storeCa = values['vault-tls-ca-cert'] && readFileSync(values['vault-tls-ca-cert']);
const { default: http } = await import(storeCa ? 'node:https' : 'node:http');

function ask(module, url, options, body) {
  return new Promise((resolve, reject) => {
    const request = module.request(url, options, (response) => {
      let all = '';
      response.on('data', (part) => {
        all += part;
      });
      response.on('end', () =>
        response.statusCode === 200 ? resolve(JSON.parse(all)) : reject(new Error(`${url}: ${response.statusCode}`)),
      );
    });
    request.on('error', reject).end(body);
  });
}

async function mount(attributes) {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  const secret = `https://${host}:${port}/api/v1/namespaces/${namespace}/secrets/vault-csi-provider-hmac-key`;
  const { data } = await ask(https, secret, { ca });
  if (Buffer.from(data.key, 'base64').length !== 32) throw new Error('no key');
  const { token: jwt } = JSON.parse(attributes['csi.storage.k8s.io/serviceAccount.tokens'])[attributes.audience];
  const store = `${values['vault-addr']}/v1`;
  const login = `${store}/auth/${attributes.vaultAuthMountPath}/login`;
  const body = JSON.stringify({ jwt, role: attributes.roleName });
  const { auth } = await ask(http, login, { method: 'POST', ca: storeCa }, body);
  const headers = { 'x-vault-token': auth.client_token };
  const files = [];
  for (const { objectName, secretPath, secretKey } of parse(attributes.objects)) {
    const answer = await ask(http, `${store}/${secretPath}`, { headers, ca: storeCa });
    files.push({ path: objectName, mode: 420, contents: Buffer.from(answer.data.data[secretKey]) });
  }
  return { files, objectVersion: files.map(({ path }) => ({ id: path, version: 'v' })) };
}

const proto = new URL('../../proto/provider.proto', import.meta.url).pathname;
const { v1alpha1 } = loadPackageDefinition(loadSync(proto, { defaults: true }));
const server = new Server();
server.addService(v1alpha1.CSIDriverProvider.service, {
  version: (_call, reply) => reply(null, { version: 'v1alpha1' }),
  mount: (call, reply) => mount(JSON.parse(call.request.attributes)).then((answer) => reply(null, answer), reply),
});
server.bindAsync(`unix:${values.endpoint}`, ServerCredentials.createInsecure(), () => {});
