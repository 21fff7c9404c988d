// Mounts one class into one folder, repeatedly: like the daemon's mount, with the folder in place of the driver. Keeps the
// login between polls and revokes it at the end.
import { randomBytes } from 'node:crypto';
import { audienceOf } from '../../audience.ts';
import { systemClock } from '../../clock.ts';
import { MountError, type Reason } from '../../errors.ts';
import type { Emit } from '../../events.ts';
import { mount, newReport, type Services } from '../../mount.ts';
import type { PlanDefaults } from '../../plan/plan.ts';
import type { Rendered } from '../../render/rendered.ts';
import { GivenToken } from '../../session/given-token.ts';
import type { TokenSource } from '../../session/ports.ts';
import { noRecordStores } from '../../state/record-stores.ts';
import { CommandFailed } from '../command-failed.ts';
import { makeServices } from '../composition.ts';
import { Input } from '../input.ts';
import { compare, type Row } from './changes.ts';
import { type ClassManifest, findClass } from './manifest.ts';
import type { MountOptions } from './mount-options.ts';
import { OutFolder } from './out-folder.ts';
import { override } from './overrides.ts';
import { type Pod, readPod, toRequest } from './stand-in-pod.ts';

/** Time to revoke the login at the end, while a person waits for the prompt. */
const REVOKE_MS = 5_000;

/** Added to a refusal if the store token is a person's own. */
const WITH_TOKEN: ReadonlyMap<Reason, string> = new Map([
  ['address-refused', 'a store token is sent only to the store of --vault-addr (VAULT_ADDR) and to listed addresses'],
  ['read-forbidden', "here it is the given token that needs this, not the class's role"],
]);

export class Mounter {
  readonly #options: MountOptions;
  readonly #input = new Input();
  readonly #folder: OutFolder;
  readonly #services: Services;
  readonly #stopping = new AbortController();

  constructor(options: MountOptions, emit: Emit) {
    this.#options = options;
    this.#folder = new OutFolder(options.folder, options.allowsDisk);
    this.#services = this.#makeServices(emit);
  }

  /**
   * @returns what the folder holds now, compared with what it had.
   * @throws MountError, CommandFailed; then it is as it was.
   */
  async mount(signal: AbortSignal): Promise<readonly Row[]> {
    const manifest = await this.#readClass();
    const pod = await this.#readPod();
    const before = await this.#folder.open();
    const report = newReport();
    const source = { take: () => toRequest(manifest, pod) };
    const rendered = await mount(source, this.#defaults(manifest), this.#services, report, signal)
      .catch((thrown) => {
        throw this.#explainRefusal(thrown);
      })
      .finally(() => report.memory?.close());
    // A mount that succeeded has a plan.
    const rows = report.plan === undefined ? [] : compare(before, report.plan, rendered);
    if (rows.some(({ state }) => state !== 'same' && state !== 'absent')) await this.#write(rendered);
    return rows;
  }

  async close(): Promise<void> {
    await this.#services.sessions.close(AbortSignal.timeout(REVOKE_MS));
    this.#stopping.abort();
  }

  async #readClass(): Promise<ClassManifest> {
    const { file, className, overrides } = this.#options;
    const text = await this.#input.read(file);
    try {
      const found = findClass(text, className);
      return { ...found, parameters: override(found.parameters, overrides) };
    } catch (thrown) {
      if (!(thrown instanceof CommandFailed)) throw thrown;
      throw new CommandFailed(`${file === '-' ? 'standard input' : file}: ${thrown.message}`);
    }
  }

  async #readPod(): Promise<Pod> {
    const { login } = this.#options;
    return readPod(this.#options, login.kind === 'jwt' ? await this.#input.readToken(login.file) : undefined);
  }

  #defaults({ provider }: ClassManifest): PlanDefaults {
    return { ...this.#options.node.defaults, audience: audienceOf(provider) };
  }

  /** The daemon's rules and messages apply; with a store token they mean something else. */
  #explainRefusal(thrown: unknown): unknown {
    if (!(thrown instanceof MountError) || this.#options.login.kind !== 'token') return thrown;
    const why = WITH_TOKEN.get(thrown.reason);
    return why === undefined ? thrown : new MountError(thrown.reason, `${thrown.message}; ${why}`);
  }

  #write({ files }: Rendered): Promise<void> {
    return this.#folder.write(files.map(({ path, mode, contents }) => ({ path, mode, contents: contents.reveal() })));
  }

  #makeServices(emit: Emit): Services {
    const { login, node } = this.#options;
    const input = this.#input;
    const key = randomBytes(32);
    // Read at each login, as a projected token's file may have been replaced.
    const tokenSource: TokenSource = { requestToken: () => input.readToken('file' in login ? login.file : '-') };
    const services = makeServices(node, {
      clock: systemClock,
      emit,
      tokenSource,
      versionKey: () => key,
      isWatching: () => false,
      onKept: () => {},
      ownPorts: [],
      records: noRecordStores(),
      stopping: this.#stopping.signal,
    });
    if (login.kind === 'jwt') return services;
    const read = () => ('file' in login ? input.readToken(login.file) : Promise.resolve(login.token));
    return { ...services, sessions: new GivenToken({ read, lookupTimeoutMs: node.requestTimeoutMs }) };
  }
}
