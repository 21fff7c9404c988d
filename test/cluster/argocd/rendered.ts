// What Argo CD's repo-server renders of an Application's source, asked over its own gRPC as its controller asks. Run as
// a program in the node's namespaces, where the repo-server listens; the request comes over a pipe.
import { join } from 'node:path';
import { credentials, loadPackageDefinition, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { Json, Node } from '../node/node.ts';

const PROTO = join(import.meta.dirname, 'repo-server.proto');
const ANSWERS_WITHIN_MS = 60_000;

interface Wish {
  readonly address: string;
  readonly request: object;
}

/** The manifests, one JSON text each. */
export async function renderSource(node: Node, address: string, application: Json): Promise<readonly string[]> {
  const { metadata, spec } = application;
  const { source, destination } = spec;
  const { valuesObject, ...helm } = source.helm ?? {};
  const request = {
    repo: { repo: source.repoURL },
    revision: source.targetRevision,
    noCache: true,
    appName: metadata.name,
    namespace: destination.namespace,
    applicationSource: {
      ...source,
      ...(source.helm && { helm: { ...helm, ...(valuesObject && { values: JSON.stringify(valuesObject) }) } }),
    },
    kubeVersion: '1.34.0',
  };
  const wish: Wish = { address, request };
  const answer = await node.run([process.execPath, import.meta.filename], { input: JSON.stringify(wish) });
  return JSON.parse(answer) as string[];
}

function generate({ address, request }: Wish): Promise<readonly string[]> {
  const { repository } = loadPackageDefinition(loadSync(PROTO, { keepCase: true })) as unknown as {
    repository: { RepoServerService: ServiceClientConstructor };
  };
  const client = new repository.RepoServerService(address, credentials.createInsecure());
  const deadline = Date.now() + ANSWERS_WITHIN_MS;
  return new Promise((resolve, reject) => {
    client['GenerateManifest']?.(request, { deadline }, (error: Error | null, response: Json) => {
      client.close();
      if (error !== null) return reject(error);
      resolve(response.manifests);
    });
  });
}

if (import.meta.main) {
  let text = '';
  for await (const part of process.stdin) text += part;
  process.stdout.write(JSON.stringify(await generate(JSON.parse(text) as Wish)));
}
