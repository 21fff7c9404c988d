// The Secrets Store CSI driver's side of the contract (v1.6.0): the calls it makes and the answer it takes. It
// speaks from the .proto file, not from the provider's generated code, so that the two check each other.
import { fileURLToPath } from 'node:url';
import { type Client, credentials, loadPackageDefinition, Metadata, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

export interface MountWish {
  /** The class's spec.parameters. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly pod?: string;
  readonly namespace?: string;
  readonly account?: string;
  readonly className?: string;
  /** By audience. */
  readonly tokens?: Readonly<Record<string, string>>;
  /** nodePublishSecretRef and, with serviceAccountTokenInSecrets, the tokens. */
  readonly secrets?: Readonly<Record<string, string>> | null;
  readonly targetPath?: string;
  readonly permission?: string;
  /** The kubelet's patience is about two minutes. */
  readonly deadlineMs?: number;
  /** Laid over everything else. */
  readonly attributes?: Readonly<Record<string, string>>;
}

export interface MountedFile {
  readonly path: string;
  readonly mode: number;
  readonly contents: Buffer;
}

export interface MountAnswer {
  readonly files: readonly MountedFile[];
  /** By objectName. */
  readonly versions: ReadonlyMap<string, string>;
}

/** A call that failed, as the driver would put it into the pod's event. */
export class CallFailed extends Error {
  readonly code: number;
  readonly details: string;

  constructor({ code, details }: ServiceError) {
    super(`code ${code}: ${details}`);
    this.code = code;
    this.details = details;
  }
}

interface WireAnswer {
  readonly files: readonly { path: string; mode: number; contents: Buffer }[];
  readonly objectVersion: readonly { id: string; version: string }[];
  readonly error: { code: string } | null;
}

/** No call here takes so long: it bounds a hang and judges no speed. */
const HANG_MS = 60_000;
const proto = fileURLToPath(new URL('../../proto/provider.proto', import.meta.url));
const healthProto = fileURLToPath(new URL('../../proto/health.proto', import.meta.url));

/**
 * The driver's own (pkg/secrets-store/provider_client.go, ServiceConfig) but for its waitForReady, which grpc-js takes
 * from a call's metadata alone.
 */
const RETRYING = JSON.stringify({
  methodConfig: [
    {
      name: [{ service: 'v1alpha1.CSIDriverProvider' }],
      retryPolicy: {
        maxAttempts: 3,
        initialBackoff: '1s',
        maxBackoff: '10s',
        backoffMultiplier: 1.1,
        retryableStatusCodes: ['UNAVAILABLE'],
      },
    },
  ],
});

export class Driver {
  readonly #client: Client;
  readonly #health: Client;
  readonly #isRetrying: boolean;

  /** @param isRetrying as the driver itself; otherwise a test sees what one call brings. */
  constructor(socketPath: string, isRetrying = false) {
    this.#isRetrying = isRetrying;
    // The driver's own limit is the library's default, 4 MiB.
    const retries = isRetrying ? { 'grpc.service_config': RETRYING } : { 'grpc.enable_retries': 0 };
    const options = { ...retries, 'grpc.use_local_subchannel_pool': 1 };
    const { v1alpha1, grpc } = loadPackageDefinition(loadSync([proto, healthProto], { defaults: true })) as never as {
      v1alpha1: { CSIDriverProvider: new (...args: unknown[]) => Client };
      grpc: { health: { v1: { Health: new (...args: unknown[]) => Client } } };
    };
    const target = [`unix:${socketPath}`, credentials.createInsecure(), options] as const;
    this.#client = new v1alpha1.CSIDriverProvider(...target);
    this.#health = new grpc.health.v1.Health(...target);
  }

  version(): Promise<{ version: string; runtimeName: string; runtimeVersion: string }> {
    return this.#call(this.#client, 'Version', { version: 'v1alpha1' }, HANG_MS);
  }

  /** @throws CallFailed also if the answer is one that the driver refuses. */
  async mount(wish: MountWish): Promise<MountAnswer> {
    const answer = await this.#call<WireAnswer>(this.#client, 'Mount', toRequest(wish), wish.deadlineMs ?? 120_000);
    if (answer.objectVersion.length === 0) throw new Error('missing object versions');
    return {
      files: answer.files.map(({ path, mode, contents }) => ({ path, mode, contents })),
      versions: new Map(answer.objectVersion.map(({ id, version }) => [id, version])),
    };
  }

  /** Mount's code and message where it must fail. */
  async refusal(wish: MountWish): Promise<CallFailed> {
    try {
      await this.mount(wish);
    } catch (thrown) {
      if (thrown instanceof CallFailed) return thrown;
      throw thrown;
    }
    throw new Error('the mount succeeded');
  }

  health(service = ''): Promise<{ status: number }> {
    return this.#call(this.#health, 'Check', { service }, HANG_MS);
  }

  close(): void {
    this.#client.close();
    this.#health.close();
  }

  #call<Answer>(client: Client, method: string, request: object, deadlineMs: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const done = (error: ServiceError | null, answer: Answer) =>
        error === null ? resolve(answer) : reject(new CallFailed(error));
      const calls = client as unknown as Record<string, (...args: unknown[]) => void>;
      calls[method]?.call(
        client,
        request,
        new Metadata({ waitForReady: this.#isRetrying }),
        { deadline: Date.now() + deadlineMs },
        done,
      );
    });
  }
}

/** The message as the driver builds it. */
export function toRequest(wish: MountWish): Record<string, string> {
  const { pod = 'pod-a', namespace = 'team', account = 'app', className = 'class', tokens, secrets = null } = wish;
  const csi = 'csi.storage.k8s.io';
  const attributes = {
    ...wish.parameters,
    [`${csi}/ephemeral`]: 'true',
    [`${csi}/pod.name`]: pod,
    [`${csi}/pod.namespace`]: namespace,
    [`${csi}/pod.uid`]: podUid(namespace, pod),
    [`${csi}/serviceAccount.name`]: account,
    secretProviderClass: className,
    ...(tokens === undefined ? {} : { [`${csi}/serviceAccount.tokens`]: toTokens(tokens) }),
    ...wish.attributes,
  };
  return {
    attributes: JSON.stringify(attributes),
    secrets: JSON.stringify(secrets),
    targetPath: wish.targetPath ?? targetPathOf(namespace, pod),
    permission: wish.permission ?? '420',
  };
}

/** As the harness's tokens have it (jwt.ts). */
export function podUid(namespace: string, pod: string): string {
  return `uid-${namespace}-${pod}`;
}

export function targetPathOf(namespace: string, pod: string): string {
  return `/var/lib/kubelet/pods/${podUid(namespace, pod)}/volumes/kubernetes.io~csi/secrets/mount`;
}

/** As the kubelet writes them, with the end of their life. */
export function toTokens(tokens: Readonly<Record<string, string>>): string {
  const expirationTimestamp = new Date(Date.now() + 3_600_000).toISOString();
  return JSON.stringify(
    Object.fromEntries(Object.entries(tokens).map(([audience, token]) => [audience, { token, expirationTimestamp }])),
  );
}
